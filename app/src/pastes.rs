//! Pastes: made, shown, searched, read as they are, listed, deleted.

pub mod create;
mod delete;
mod draft;
mod embed;
mod find;
pub mod keep;
pub mod list;
mod made;
mod qr;
pub mod raw;
mod reading;
pub mod show;
pub mod submission;
mod syntax;
pub mod view;

use std::str::FromStr;
use std::sync::Arc;

use axum::Router;
use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::request::Parts;
use axum::middleware::{from_fn_with_state, map_response};
use axum::response::Response;
use axum::routing::{get, post};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use render::syntaxes;
use store::{BadId, Paste, PasteId, UserId};

use crate::limits::Action;
use crate::pastes::reading::Reading;
use crate::{App, Error, Result, Visit};

pub fn routes(app: App) -> Router<App> {
    Router::new()
        .merge(asides(app))
        .route("/", get(create::form).post(create::submit).put(create::submit))
        .route("/recent", get(list::recent))
        .route("/recent/pastes", get(list::recent_rows))
        .route("/{name}", get(show::page).put(create::submit_named).delete(delete::in_place))
        .route("/{name}/{reading}", get(show::reading))
        .route("/{name}/expiry", get(show::expiry))
        .route("/{name}/raw", get(raw::inline))
        .route("/raw/{name}", get(raw::inline))
        .route("/{name}/download", get(raw::attachment))
        .route("/{name}/qr", get(qr::code))
        .route("/{name}/delete", post(delete::by_form))
}

/// What stands around a text. Nobody looks for it but from the paste's page, least of all a robot.
fn asides(app: App) -> Router<App> {
    Router::new()
        .route("/{name}/{reading}/lines", get(show::more_lines))
        .route("/{name}/{reading}/made", get(made::more_lines))
        .route("/{name}/{reading}/rows", get(made::more_rows))
        .route("/{name}/find", get(find::page))
        .route("/{name}/found", get(find::in_place))
        .route("/{name}/syntax", get(syntax::page))
        .route("/{name}/syntaxes", get(syntax::list))
        .route("/{name}/embed", get(embed::frame).layer(from_fn_with_state(app, embed::guard)))
        .route("/oembed", get(embed::describe))
        .layer(map_response(async |mut response: Response| {
            response.headers_mut().insert(show::ROBOTS.0, show::ROBOTS.1);
            response
        }))
}

/// The paste that an address names: `/{id}`, or `/{id}.{extension}`. What is no id names nothing.
pub struct Name {
    pub id: PasteId,
    pub extension: Option<String>,
}

impl Name {
    /// `/{id}.{extension}`; an extension that no syntax has is left out.
    fn path(&self) -> String {
        let known =
            self.extension.as_deref().filter(|extension| syntaxes::find(extension).is_some());
        let extension =
            known.map(|known| format!(".{}", utf8_percent_encode(known, NON_ALPHANUMERIC)));
        format!("/{}{}", self.id, extension.unwrap_or_default())
    }
}

impl FromStr for Name {
    type Err = BadId;

    fn from_str(name: &str) -> Result<Self, BadId> {
        let (id, extension) = match name.split_once('.') {
            Some((id, extension)) => (id, Some(extension.to_owned())),
            None => (name, None),
        };
        Ok(Self { id: id.parse()?, extension })
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Name {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self> {
        parameter(parts, state, "name").await?.parse().map_err(|_| Error::NotFound)
    }
}

/// A paste, and a way to read it: `/{id}/table`.
pub struct ReadingName {
    name: Name,
    reading: Reading,
}

impl<S: Send + Sync> FromRequestParts<S> for ReadingName {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self> {
        let name = Name::from_request_parts(parts, state).await?;
        let slug = parameter(parts, state, "reading").await?;
        let reading = Reading::from_slug(&slug).ok_or(Error::NotFound)?;
        Ok(Self { name, reading })
    }
}

pub async fn parameter<S: Send + Sync>(
    parts: &mut Parts,
    state: &S,
    wanted: &str,
) -> Result<String> {
    let parameters = RawPathParams::from_request_parts(parts, state).await;
    let parameters = parameters.map_err(|_| Error::NotFound)?;
    let value =
        parameters.iter().find(|(name, _)| *name == wanted).map(|(_, value)| value.to_owned());
    value.ok_or(Error::NotFound)
}

/// The paste, where it is there now and this visitor may see it; the same 404 for everybody else.
pub async fn visible(app: &App, visit: &Visit, name: &Name) -> Result<Arc<Paste>> {
    visible_to(app, visit, visit.user_id(), name).await
}

pub async fn visible_to(
    app: &App,
    visit: &Visit,
    viewer: Option<UserId>,
    name: &Name,
) -> Result<Arc<Paste>> {
    let paste = app.store.visible_paste(&name.id, viewer, &app.clock).await?;
    if paste.is_none() {
        app.limits.spend(Action::Miss, visit.client).await?;
    }
    paste.ok_or(Error::NotFound)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use axum::body::{Body, to_bytes};
    use axum::http::{Request, StatusCode};
    use clap::Parser as _;
    use futures_util::FutureExt as _;
    use idservice::MemoryPool;
    use store::{Clock, Db, Store, Timestamp};
    use tower::ServiceExt as _;

    use super::*;
    use crate::settings::Cli;

    #[tokio::test]
    async fn what_ends_while_the_database_is_asked_is_over() {
        let folder = tempfile::tempdir().unwrap();
        let db = Db::sqlite(&folder.path().join("pastebin.db")).await.unwrap();
        let clock = Clock::manual(Timestamp(1_893_499_200_000));
        let settings = Cli::parse_from(["pastebin", "--rate-limit=off"]).settings;
        let ids = Arc::new(MemoryPool::default());
        let app = App::new(&settings, Store::new(db), ids, clock.clone()).unwrap();
        let site = app.router();
        // Now and then the row is there before it is waited for.
        for _ in 0..100 {
            let request = Request::post("/?expires=1h").body(Body::from("a text")).unwrap();
            let made = site.clone().oneshot(request).await.unwrap();
            let link = to_bytes(made.into_body(), 1024).await.unwrap();
            let link = String::from_utf8(link.to_vec()).unwrap();
            let id = link.trim().rsplit('/').next().unwrap();

            let read = Request::get(format!("/{id}/raw")).body(Body::empty()).unwrap();
            let mut read = std::pin::pin!(site.clone().oneshot(read));
            if read.as_mut().now_or_never().is_some() {
                continue;
            }
            clock.advance(Duration::from_hours(1));
            if read.await.unwrap().status() == StatusCode::NOT_FOUND {
                return;
            }
        }
        panic!("each time it was shown");
    }
}
