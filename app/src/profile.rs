//! `/profile`: the visitor's own pastes.

pub mod view;

use axum::Router;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use maud::Markup;
use store::UserId;

use crate::pastes::list::{self, Place};
use crate::pastes::view::{List, Rows, live_rows, more_rows};
use crate::{App, Error, Result, Visit};

pub fn routes() -> Router<App> {
    Router::new().route("/profile", get(page)).route("/profile/pastes", get(rows))
}

async fn page(
    State(app): State<App>,
    visit: Visit,
    Query(place): Query<Place>,
) -> Result<Response> {
    let Some(owner) = visit.user_id() else {
        return Ok(Redirect::to("/login?next=/profile").into_response());
    };
    let totals = app.store.totals_of(owner, app.clock.now()).await?;
    let page = visit.page();
    Ok(with_rows(&app, owner, &place, |rows| view::page(&page, rows, &totals))
        .await?
        .into_response())
}

/// The next rows, or a page of rows once more with its times as they are now.
async fn rows(State(app): State<App>, visit: Visit, Query(place): Query<Place>) -> Result<Markup> {
    let owner = visit.user_id().ok_or(Error::NotFound)?;
    let page = visit.page();
    if place.until.is_none() {
        return with_rows(&app, owner, &place, |rows| more_rows(&page, rows)).await;
    }
    let totals = app.store.totals_of(owner, app.clock.now()).await?;
    if totals.count == 0 {
        return Ok(view::emptied(&page));
    }
    with_rows(&app, owner, &place, |rows| live_rows(&page, rows, Some(&totals))).await
}

async fn with_rows(
    app: &App,
    owner: UserId,
    place: &Place,
    view: impl FnOnce(&Rows) -> Markup,
) -> Result<Markup> {
    let now = app.clock.now();
    let pastes = app.store.pastes_of(owner, &place.span()?, now).await?;
    Ok(list::show(List::Profile, place, pastes, now, view))
}
