//! `POST /api/v1/pastes`.

mod idempotency;

use axum::Json;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use store::{Scope, UserId};
use utoipa::{IntoParams, ToSchema};

use crate::api::body;
use crate::api::body::{RequestBody, bytes, non_blank, title};
use crate::api::paste;
use crate::api::paste::Paste;
use crate::api::pastes::create::idempotency::IdempotentCreate;
use crate::api::query::Query;
use crate::error::Result;
use crate::http::charset::by_label;
use crate::pastes::allowance;
use crate::pastes::save::{self, Saved};
use crate::pastes::submission::Submission;
use crate::pastes::submission::read::is_on;
use crate::state::App;
use crate::visitor::Visitor;
use crate::visitor::tokens;

/// A paste's fields in the query. A field in the body takes precedence.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PasteFields {
    #[serde(default, deserialize_with = "title")]
    #[param(max_length = 200, required = false, nullable = false)]
    title: Option<String>,
    /// A slug, or `auto`: by the title, if it is a file's name, and by the text.
    #[serde(default, deserialize_with = "non_blank")]
    #[param(required = false, nullable = false)]
    syntax: Option<String>,
    /// `10m`, `1h`, `1d`, `1w`, `1M`, `1y`, `never`, a number with a unit, or seconds.
    #[serde(default, deserialize_with = "non_blank")]
    #[param(required = false, nullable = false)]
    expires: Option<String>,
    #[serde(default, deserialize_with = "non_blank")]
    #[param(required = false, nullable = false)]
    visibility: Option<String>,
    /// The encoding of a `text/plain` body that is not UTF-8, such as `windows-1251`. `Content-Type` may
    /// name it as well.
    #[serde(default, deserialize_with = "non_blank")]
    #[param(min_length = 1, pattern = "\\S", required = false, nullable = false)]
    charset: Option<String>,
    /// `1` replaces by U+FFFD what cannot be read of the text. Without it, such a text is refused.
    #[serde(default, deserialize_with = "non_blank")]
    #[param(min_length = 1, pattern = "\\S", required = false, nullable = false)]
    lossy: Option<String>,
}

/// The text itself.
#[derive(ToSchema)]
#[schema(value_type = String, min_length = 1, pattern = "^[^\\u0000]+$")]
#[expect(dead_code, reason = "only the API's description uses it")]
pub struct Text(String);

/// A text to be kept.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPaste {
    /// Without NUL; kept as it is.
    #[serde(deserialize_with = "bytes")]
    #[schema(value_type = String, min_length = 1, pattern = "^[^\\u0000]*$", example = "fn main() {}\n")]
    text: Vec<u8>,
    #[serde(default, deserialize_with = "title")]
    #[schema(max_length = 200, required = false, nullable = false)]
    title: Option<String>,
    /// A slug, or `auto`: by the title, if it is a file's name, and by the text.
    #[serde(default, deserialize_with = "non_blank")]
    #[schema(required = false, nullable = false)]
    syntax: Option<String>,
    /// `10m`, `1h`, `1d`, `1w`, `1M`, `1y`, `never`, a number with a unit, or seconds.
    #[serde(default, deserialize_with = "non_blank")]
    #[schema(required = false, nullable = false)]
    expires: Option<String>,
    #[serde(default, deserialize_with = "non_blank")]
    #[schema(required = false, nullable = false)]
    visibility: Option<String>,
}

/// A paste that was made just now.
#[derive(Debug, Serialize, ToSchema)]
pub struct Created {
    #[serde(flatten)]
    paste: Paste,
    /// Changes or deletes this paste, where it was made without an account. It is shown once.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(pattern = "^pastebin_del_[0-9a-f]{64}$", required = false, nullable = false)]
    delete_token: Option<String>,
    /// The encoding from which the text was decoded, if it did not come as UTF-8.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false, example = "windows-1251")]
    decoded_from: Option<&'static str>,
    /// What could not be read of the text was replaced by U+FFFD.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[schema(required = false)]
    lossy: bool,
}

/// Saves a text.
///
/// As JSON, or as `text/plain` with all else in the query. With an `Idempotency-Key` it happens once
/// within a day, however often it is sent: each time the answer is the same.
#[utoipa::path(
    post, path = "/pastes", tag = "pastes", operation_id = "createPaste",
    security((), ("access_token" = ["write"])),
    params(
        PasteFields,
        ("Idempotency-Key" = Option<String>, Header, description = "Names this create: a random UUID, say.",
            min_length = 1, max_length = 255, pattern = "^[!-~]{1,255}$", nullable = false),
    ),
    request_body(content((NewPaste = "application/json"), (Text = "text/plain"))),
    responses(
        (status = 201, body = Created, headers(
            ("Location" = String, description = "The paste, for programs."),
            ("ETag" = String, description = "For `If-Match`."),
        )),
        (status = 400), (status = 401), (status = 403), (status = 408), (status = 409), (status = 413), (status = 415), (status = 422),
    )
)]
pub async fn create(
    State(app): State<App>,
    visitor: Visitor,
    Query(query): Query<PasteFields>,
    headers: HeaderMap,
    request: Request,
) -> Result<Response> {
    let owner = visitor.authorize(Scope::Write)?;
    let key = idempotency::key(&headers)?;
    let body = body::read::<NewPaste>(request, app.max_paste_bytes).await?;
    if matches!(body, RequestBody::Json(_)) {
        // A parameter that a field of the body overrides must be valid, too.
        let text = RequestBody::Text { text: b"-".to_vec(), charset: None };
        submission(query.clone(), text).validate_one(&app, owner)?;
    }
    let submission = submission(query, body);
    let allowance = allowance::check(&app, visitor.client_key(), &submission).await?;
    let idempotent = key.map(|key| IdempotentCreate::new(&visitor, key, &submission));
    let saved = save(&app, owner, submission, idempotent).await;
    let mut response =
        saved.and_then(|saved| created_response(&visitor.public_url, saved)).into_response();
    allowance.map(|allowance| response.extensions_mut().insert(allowance));
    Ok(response)
}

async fn save(
    app: &App,
    owner: Option<UserId>,
    submission: Submission,
    idempotent: Option<IdempotentCreate>,
) -> Result<Saved> {
    let valid = submission.validate_one(app, owner)?;
    match idempotent {
        None => save::save(app, owner, valid).await,
        Some(create) => create.save(app, owner, valid).await,
    }
}

/// A field of the body takes precedence over a parameter.
fn submission(query: PasteFields, body: RequestBody<NewPaste>) -> Submission {
    let (text, charset, fields) = match body {
        RequestBody::Text { text, charset } => (text, charset, PasteFields::default()),
        RequestBody::Json(NewPaste { text, title, syntax, expires, visibility }) => {
            let fields = PasteFields { title, syntax, expires, visibility, ..Default::default() };
            (text, None, fields)
        }
    };
    let chosen = query.charset.as_deref().and_then(by_label);
    let submission = Submission::from_options(
        text,
        fields.title.or(query.title).unwrap_or_default(),
        fields.syntax.or(query.syntax).unwrap_or_default(),
        fields.expires.or(query.expires).unwrap_or_default(),
        fields.visibility.or(query.visibility).unwrap_or_default(),
    );
    submission.decoded(chosen.or(charset), query.lossy.is_some_and(|lossy| is_on(lossy.as_bytes())))
}

fn created_response(public_url: &str, saved: Saved) -> Result<Response> {
    let etag = paste::etag(&saved.paste)?;
    let location = format!("{public_url}/api/v1/pastes/{}", saved.paste.id);
    let created = Created {
        paste: Paste::new(public_url, saved.paste),
        delete_token: saved.delete_token.as_ref().map(tokens::format_delete_token),
        decoded_from: saved.source.map(|source| source.encoding.name()),
        lossy: saved.source.is_some_and(|source| source.is_lossy),
    };
    let location = HeaderValue::try_from(location).map_err(anyhow::Error::from)?;
    let mut response =
        (StatusCode::CREATED, [(header::LOCATION, location)], Json(created)).into_response();
    paste::insert_etag(response.headers_mut(), etag);
    Ok(response)
}
