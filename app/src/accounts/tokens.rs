//! `/settings`: the page on which a logged-in user creates and revokes access tokens.

mod draft;
mod view;

use axum::Form;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};
use maud::Markup;
use serde::Deserialize;
use store::{NewToken, Scopes, Token, User};
use tracing::info;

use crate::accounts::tokens::draft::{Draft, NAME_MAX};
use crate::error::form::{FormError, FormErrors};
use crate::error::{Error, Result};
use crate::lifetime::Lifetime;
use crate::state::App;
use crate::ui::format::one_line;
use crate::ui::page::Flash;
use crate::visitor::Visitor;
use crate::visitor::flash;
use crate::visitor::tokens::format_access_token;

/// A checkbox that is not checked is not sent.
#[derive(Debug, Deserialize)]
pub struct TokenForm {
    #[serde(default)]
    name: String,
    read: Option<String>,
    write: Option<String>,
    delete: Option<String>,
    #[serde(default)]
    expires: String,
}

/// `GET /settings`. Without a log-in it redirects to the log-in page.
pub async fn page(State(app): State<App>, visitor: Visitor) -> Result<Response> {
    let Some(user) = &visitor.user else {
        return Ok(Redirect::to("/login?next=/settings").into_response());
    };
    Ok(render_page(&app, &visitor, user, &Draft::default(), None).await?.into_response())
}

/// `POST /settings/tokens`: creates a token, and shows it this one time.
///
/// # Errors
/// The form is invalid, or the user has [`store::TOKENS_MAX`] tokens already.
pub async fn create(
    State(app): State<App>,
    visitor: Visitor,
    Form(form): Form<TokenForm>,
) -> Result<Markup> {
    let user = visitor.user.as_ref().ok_or(Error::LoggedOut)?;
    let now = app.clock.now();
    let (draft, expires) = form.validate();
    if !draft.errors.is_empty() {
        return Err(invalid_form(&app, &visitor, user, draft).await?);
    }
    let secret = Token::random().map_err(anyhow::Error::from)?;
    let new = NewToken {
        user: user.id,
        name: &draft.name,
        scopes: draft.scopes,
        expires_at: expires.expires_at(now),
    };
    match app.store.create_token(&secret, new, now).await {
        Err(store::Error::TooManyTokens) => {
            let max = u64::from(store::TOKENS_MAX);
            let errors = FormErrors::from(FormError::TooManyTokens { max });
            return Err(invalid_form(&app, &visitor, user, Draft { errors, ..draft }).await?);
        }
        outcome => outcome?,
    }
    info!(user = user.id.0, "access token created");
    render_page(&app, &visitor, user, &Draft::default(), Some(&secret)).await
}

/// `DELETE /settings/tokens/{id}`, by htmx: removes the row and announces it.
pub async fn revoke_in_place(
    State(app): State<App>,
    visitor: Visitor,
    Path(id): Path<i64>,
) -> Result<Response> {
    let cx = visitor.page_context();
    Ok(match revoke(&app, &visitor, id).await? {
        Some(name) => view::revoked(&cx, &name).into_response(),
        None => (StatusCode::NOT_FOUND, view::already_gone(&cx)).into_response(),
    })
}

/// `POST /settings/tokens/{id}/revoke`, by the form without JavaScript.
pub async fn revoke_by_form(
    State(app): State<App>,
    visitor: Visitor,
    Path(id): Path<i64>,
) -> Result<impl IntoResponse> {
    revoke(&app, &visitor, id).await?.ok_or(Error::AlreadyGone)?;
    let cookies = AppendHeaders([(header::SET_COOKIE, flash::set(&app.cookies, Flash::Revoked))]);
    Ok((cookies, Redirect::to("/settings")))
}

/// The name of the token that was revoked; `None` if the user has no such token.
async fn revoke(app: &App, visitor: &Visitor, id: i64) -> Result<Option<String>> {
    let user = visitor.user.as_ref().ok_or(Error::LoggedOut)?;
    let name = app.store.revoke_token(id, user.id).await?;
    if name.is_some() {
        info!(user = user.id.0, "access token revoked");
    }
    Ok(name)
}

async fn render_page(
    app: &App,
    visitor: &Visitor,
    user: &User,
    draft: &Draft,
    new_token: Option<&Token>,
) -> Result<Markup> {
    let tokens = app.store.tokens_of(user.id).await?;
    let new_token = new_token.map(format_access_token);
    Ok(view::page(&visitor.page_context(), draft, &tokens, new_token.as_deref(), app.clock.now()))
}

/// The page again, with the input and what is wrong with it.
async fn invalid_form(app: &App, visitor: &Visitor, user: &User, draft: Draft) -> Result<Error> {
    let form = render_page(app, visitor, user, &draft, None).await?;
    // htmx selects its part of the page itself.
    let fragment = Some(form.clone());
    Ok(Error::Invalid { errors: draft.errors, form, fragment })
}

impl TokenForm {
    /// The draft with its errors, and the lifetime. Without errors, both may be saved.
    fn validate(self) -> (Draft, Lifetime) {
        let mut errors = FormErrors::default();
        let name = one_line(&self.name);
        if name.is_empty() {
            errors.push(FormError::TokenNameEmpty);
        } else if name.chars().count() > NAME_MAX {
            errors.push(FormError::TokenNameLong { max: NAME_MAX as u64 });
        }
        let scopes = Scopes {
            read: self.read.is_some(),
            write: self.write.is_some(),
            delete: self.delete.is_some(),
        };
        if !(scopes.read || scopes.write || scopes.delete) {
            errors.push(FormError::TokenWithoutScope);
        }
        let expires = self.expires.parse().unwrap_or_else(|_| {
            errors.push(FormError::ExpiresInvalid);
            Lifetime::Never
        });
        (Draft { name, scopes, expires: self.expires, errors }, expires)
    }
}
