//! The requests by which clients of 0x0 (The Null Pointer) manage a file: `POST /{id}` with the `token`
//! that they got, and `delete` or a new `expires`.

use axum::extract::{Request, State};
use axum::http::header;
use axum::response::{IntoResponse as _, Response};
use store::{Change, Editor, Precondition};
use tracing::info;

use crate::error::form::{FormError, FormErrors};
use crate::error::{Error, Result};
use crate::http::body::FORM_MAX;
use crate::pastes::name::{Name, visible};
use crate::pastes::receipt;
use crate::pastes::submission::Submission;
use crate::pastes::submission::fields::Sender;
use crate::pastes::submission::form::{Field, Limits, read_multipart, urlencoded};
use crate::pastes::submission::read::{number_as_hours, read_up_to};
use crate::state::App;
use crate::visitor::{Visitor, tokens};

/// Deletes the paste, or changes when it expires, counted from now. Each answer is one line.
///
/// # Errors
/// [`Error::Unauthorized`] without a token, [`Error::NotFound`] if the paste does not exist or has
/// another token, [`Error::Invalid`] if the form names neither change or an invalid lifetime.
pub async fn manage(
    State(app): State<App>,
    visitor: Visitor,
    name: Name,
    request: Request,
) -> Result<Response> {
    let fields = read_fields(request).await?;
    let value = |wanted: &str| {
        let field = fields.iter().find(|field| field.name == wanted)?;
        Some(String::from_utf8_lossy(&field.value).trim().to_owned())
    };
    let token = value("token").and_then(|token| tokens::parse_delete_token(&token));
    let editor = Editor::DeleteToken(token.ok_or(Error::Unauthorized)?);
    let now = app.clock.now();
    if value("delete").is_some() {
        app.store.delete(&name.id, editor, now).await?.ok_or(Error::NotFound)?;
        info!(paste.id = %name.id, "paste deleted by its token");
        return Ok("deleted\n".into_response());
    }
    let expires = value("expires").filter(|expires| !expires.is_empty());
    let missing = || Error::fields(FormErrors::from(FormError::ExpiresInvalid));
    let expires = number_as_hours(&expires.ok_or_else(missing)?);
    let paste = visible(&app, &visitor, &name).await?;
    if !editor.may_change(&paste) {
        return Err(Error::NotFound);
    }
    let lifetime = Submission::from_options(
        b"-".to_vec(),
        String::new(),
        String::new(),
        expires,
        String::new(),
    )
    .validate_one(&app, None)?
    .lifetime;
    let change = Change { expires_at: Some(lifetime.expires_at(now)), ..Change::default() };
    let changed = app.store.change(&paste, &change, Precondition::Exists, now).await?;
    let ends = receipt::expires_at(&changed.ok_or(Error::NotFound)?);
    info!(paste.id = %name.id, "paste changed by its token");
    Ok(([(receipt::EXPIRES_AT, ends.clone())], format!("expires {ends}\n")).into_response())
}

async fn read_fields(request: Request) -> Result<Vec<Field>> {
    let media_type = request.headers().get(header::CONTENT_TYPE);
    if media_type.is_some_and(|value| value.as_bytes().starts_with(b"multipart/form-data")) {
        let limits = Limits { form: FORM_MAX, value: |_: &str| FORM_MAX, text: FORM_MAX };
        return read_multipart(request, limits, Sender::Program.escaping()).await;
    }
    let (body, too_long) = read_up_to(request.into_body(), FORM_MAX, FORM_MAX).await?;
    if too_long {
        return Err(Error::TooLarge { limit: FORM_MAX as u64 });
    }
    Ok(urlencoded(&body).collect())
}
