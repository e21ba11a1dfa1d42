//! `/settings`: the visitor's access tokens.

use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};
use axum::routing::{delete, get, post};
use axum::{Form, Router};
use maud::Markup;
use serde::Deserialize;
use store::{NewToken, Scopes, Secret, User};
use tracing::info;

use super::view::{self, Draft};
use crate::form_errors::{FormError, FormErrors};
use crate::lifetime::Lifetime;
use crate::page::Flash;
use crate::visit::flash;
use crate::{App, Error, Result, Visit};

/// In characters.
pub const NAME_MAX: usize = 100;

pub fn routes() -> Router<App> {
    Router::new()
        .route("/settings", get(page))
        .route("/settings/tokens", post(make))
        .route("/settings/tokens/{id}", delete(revoke_in_place))
        .route("/settings/tokens/{id}/revoke", post(revoke_by_form))
}

#[derive(Debug, Deserialize)]
struct Sent {
    #[serde(default)]
    name: String,
    read: Option<String>,
    write: Option<String>,
    delete: Option<String>,
    #[serde(default)]
    expires: String,
}

async fn page(State(app): State<App>, visit: Visit) -> Result<Response> {
    let Some(user) = &visit.user else {
        return Ok(Redirect::to("/login?next=/settings").into_response());
    };
    Ok(show(&app, &visit, user, &Draft::default(), None).await?.into_response())
}

async fn make(State(app): State<App>, visit: Visit, Form(sent): Form<Sent>) -> Result<Markup> {
    let user = visit.user.as_ref().ok_or(Error::NotFound)?;
    let now = app.clock.now();
    let (draft, expires) = sent.judge();
    if !draft.errors.is_empty() {
        return Err(refused(&app, &visit, user, draft).await?);
    }
    let secret = Secret::random().map_err(anyhow::Error::from)?;
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
            return Err(refused(&app, &visit, user, Draft { errors, ..draft }).await?);
        }
        outcome => outcome?,
    }
    info!(user = user.id.0, "access token made");
    show(&app, &visit, user, &Draft::default(), Some(&secret)).await
}

/// htmx: the row goes, and the answer says so.
async fn revoke_in_place(
    State(app): State<App>,
    visit: Visit,
    Path(id): Path<i64>,
) -> Result<Markup> {
    let name = revoke(&app, &visit, id).await?;
    Ok(view::revoked(&visit.page(), &name))
}

/// The plain form.
async fn revoke_by_form(
    State(app): State<App>,
    visit: Visit,
    Path(id): Path<i64>,
) -> Result<impl IntoResponse> {
    revoke(&app, &visit, id).await?;
    let cookies = AppendHeaders([(header::SET_COOKIE, flash(&app, Flash::Revoked))]);
    Ok((cookies, Redirect::to("/settings")))
}

async fn revoke(app: &App, visit: &Visit, id: i64) -> Result<String> {
    let user = visit.user.as_ref().ok_or(Error::NotFound)?;
    let name = app.store.revoke_token(id, user.id).await?.ok_or(Error::NotFound)?;
    info!(user = user.id.0, "access token revoked");
    Ok(name)
}

async fn show(
    app: &App,
    visit: &Visit,
    user: &User,
    draft: &Draft,
    made: Option<&Secret>,
) -> Result<Markup> {
    let tokens = app.store.tokens_of(user.id).await?;
    let made = made.map(super::personal);
    Ok(view::page(&visit.page(), draft, &tokens, made.as_deref(), app.clock.now()))
}

async fn refused(app: &App, visit: &Visit, user: &User, draft: Draft) -> Result<Error> {
    let form = show(app, visit, user, &draft, None).await?;
    // htmx takes its part out of the page as well.
    let fragment = Some(form.clone());
    Ok(Error::Invalid { errors: draft.errors, form, fragment })
}

impl Sent {
    fn judge(self) -> (Draft, Lifetime) {
        let mut errors = FormErrors::default();
        let name: String =
            self.name.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        let name = name.trim().to_owned();
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
