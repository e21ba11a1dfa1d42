//! Lists of pastes, a page at a time.

use axum::extract::{Query, State};
use maud::Markup;
use serde::Deserialize;
use store::{Paste, Span, Timestamp};

use crate::error::{Error, Result};
use crate::pastes::view::list::{self, ListKind, ListPage};
use crate::pastes::view::recent;
use crate::state::App;
use crate::visitor::Visitor;

const PAGE: u32 = 50;

/// Where in a list: after one row, and for a page that refreshes itself, up to another.
#[derive(Deserialize)]
pub struct ListQuery {
    pub after: Option<String>,
    pub until: Option<String>,
}

impl ListQuery {
    /// One row more than a page shows, to know whether there is another page.
    pub fn span(&self) -> Result<Span> {
        let cursor = |text: &Option<String>| {
            text.as_deref().map(str::parse).transpose().map_err(|_| Error::BadRequest)
        };
        Ok(Span { after: cursor(&self.after)?, until: cursor(&self.until)?, limit: PAGE + 1 })
    }
}

/// The rows of a page as its view takes them.
pub fn show(
    kind: ListKind,
    query: &ListQuery,
    mut pastes: Vec<Paste>,
    now: Timestamp,
    view: impl FnOnce(&ListPage) -> Markup,
) -> Markup {
    let more = pastes.len() > PAGE as usize;
    pastes.truncate(PAGE as usize);
    // A page that refreshes itself keeps its bounds, whichever of its rows are gone by then.
    let end = query.until.clone().or_else(|| pastes.last().map(|paste| paste.cursor().to_string()));
    view(&ListPage {
        kind,
        pastes: &pastes,
        after: query.after.as_deref(),
        last: end.as_deref(),
        more,
        now,
    })
}

pub async fn recent(
    State(app): State<App>,
    visitor: Visitor,
    Query(query): Query<ListQuery>,
) -> Result<Markup> {
    rows(&app, &query, |rows| recent::page(&visitor.page_context(), rows)).await
}

pub async fn recent_rows(
    State(app): State<App>,
    visitor: Visitor,
    Query(query): Query<ListQuery>,
) -> Result<Markup> {
    let cx = visitor.page_context();
    rows(&app, &query, |rows| {
        if query.until.is_some() {
            list::refreshed_rows(&cx, rows, None)
        } else {
            list::more_rows(&cx, rows)
        }
    })
    .await
}

async fn rows(
    app: &App,
    query: &ListQuery,
    view: impl FnOnce(&ListPage) -> Markup,
) -> Result<Markup> {
    let now = app.clock.now();
    let pastes = app.store.public_pastes(&query.span()?, now).await?;
    Ok(show(ListKind::Recent, query, pastes, now, view))
}
