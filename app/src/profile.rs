//! `/profile`: the visitor's own pastes.

mod view;

use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use maud::Markup;
use store::UserId;

use crate::error::{Error, Result};
use crate::pastes::list::{self, ListQuery};
use crate::pastes::view::list::{ListKind, ListPage, more_rows, refreshed_rows};
use crate::pastes::view::own_list;
use crate::state::App;
use crate::visitor::Visitor;

/// The page, or the login form for an anonymous visitor.
pub async fn page(
    State(app): State<App>,
    visitor: Visitor,
    Query(query): Query<ListQuery>,
) -> Result<Response> {
    let Some(owner) = visitor.user_id() else {
        return Ok(Redirect::to("/login?next=/profile").into_response());
    };
    let totals = app.store.totals_of(owner, app.clock.now()).await?;
    let cx = visitor.page_context();
    let page = render(&app, owner, &query, |rows| view::page(&cx, rows, &totals)).await?;
    Ok(page.into_response())
}

/// The next rows, or the refreshed rows of a page.
pub async fn rows(
    State(app): State<App>,
    visitor: Visitor,
    Query(query): Query<ListQuery>,
) -> Result<Markup> {
    let owner = visitor.user_id().ok_or(Error::NotFound)?;
    let cx = visitor.page_context();
    if query.until.is_none() {
        return render(&app, owner, &query, |page| more_rows(&cx, page)).await;
    }
    let totals = app.store.totals_of(owner, app.clock.now()).await?;
    if totals.count == 0 {
        return Ok(own_list::became_empty(&cx));
    }
    render(&app, owner, &query, |page| refreshed_rows(&cx, page, Some(&totals))).await
}

async fn render(
    app: &App,
    owner: UserId,
    query: &ListQuery,
    view: impl FnOnce(&ListPage) -> Markup,
) -> Result<Markup> {
    let now = app.clock.now();
    let pastes = app.store.pastes_of(owner, &query.span()?, now).await?;
    Ok(list::render(ListKind::Profile, query, pastes, now, view))
}
