//! Pastes: made, shown, read as they are, listed, deleted.

mod create;
mod delete;
mod draft;
pub mod list;
mod qr;
mod raw;
mod show;
mod submission;
pub mod view;

use axum::Router;
use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use axum::routing::{get, post};
use store::{Paste, PasteId};

use crate::limits::Action;
use crate::{App, Error, Result, Visit};

pub fn routes() -> Router<App> {
    Router::new()
        .route("/", get(create::form).post(create::submit).put(create::submit))
        .route("/recent", get(list::recent))
        .route("/recent/pastes", get(list::recent_rows))
        .route("/{name}", get(show::page).put(create::submit_named).delete(delete::in_place))
        .route("/{name}/expiry", get(show::expiry))
        .route("/{name}/raw", get(raw::inline))
        .route("/raw/{name}", get(raw::inline))
        .route("/{name}/download", get(raw::attachment))
        .route("/{name}/qr", get(qr::code))
        .route("/{name}/delete", post(delete::by_form))
}

/// The paste that an address names: `/{id}`, or `/{id}.{extension}`. What is no id names nothing.
struct Name {
    id: PasteId,
    extension: Option<String>,
}

impl<S: Send + Sync> FromRequestParts<S> for Name {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self> {
        let Path(name) =
            Path::<String>::from_request_parts(parts, state).await.map_err(|_| Error::NotFound)?;
        let (id, extension) = match name.split_once('.') {
            Some((id, extension)) => (id, Some(extension.to_owned())),
            None => (name.as_str(), None),
        };
        let id = id.parse().map_err(|_| Error::NotFound)?;
        Ok(Self { id, extension })
    }
}

/// The paste, where it is there now and this visitor may see it; the same 404 for everybody else.
async fn visible(app: &App, visit: &Visit, name: &Name) -> Result<Paste> {
    let paste = app.store.visible_paste(&name.id, visit.user_id(), app.clock.now()).await?;
    if paste.is_none() {
        app.limits.spend(Action::Miss, visit.client)?;
    }
    paste.ok_or(Error::NotFound)
}
