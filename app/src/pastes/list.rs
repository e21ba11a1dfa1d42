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

/// Rows of a page.
const PAGE_ROWS: u32 = 50;

/// Which rows of a list to show.
#[derive(Deserialize)]
pub struct ListQuery {
    /// The cursor of the row before the first; `None` for the beginning of the list.
    pub after: Option<String>,
    /// The cursor of the last row, for the periodic refresh of a page.
    pub until: Option<String>,
}

impl ListQuery {
    /// The rows to ask the store for. One more than a page shows, to know whether there are more.
    ///
    /// # Errors
    /// [`Error::BadRequest`] if a cursor is malformed.
    pub fn span(&self) -> Result<Span> {
        let cursor = |text: &Option<String>| {
            text.as_deref().map(str::parse).transpose().map_err(|_| Error::BadRequest)
        };
        Ok(Span { after: cursor(&self.after)?, until: cursor(&self.until)?, limit: PAGE_ROWS + 1 })
    }
}

/// Renders the pastes of [`ListQuery::span`] with `view`.
pub fn render(
    kind: ListKind,
    query: &ListQuery,
    mut pastes: Vec<Paste>,
    now: Timestamp,
    view: impl FnOnce(&ListPage) -> Markup,
) -> Markup {
    let more = pastes.len() > PAGE_ROWS as usize;
    pastes.truncate(PAGE_ROWS as usize);
    // A refreshed page keeps its last cursor, even if that row no longer exists.
    let last =
        query.until.clone().or_else(|| pastes.last().map(|paste| paste.cursor().to_string()));
    view(&ListPage {
        kind,
        pastes: &pastes,
        after: query.after.as_deref(),
        last: last.as_deref(),
        more,
        now,
    })
}

/// `GET /recent`: the newest public pastes.
pub async fn recent(
    State(app): State<App>,
    visitor: Visitor,
    Query(query): Query<ListQuery>,
) -> Result<Markup> {
    render_recent(&app, &query, |page| recent::page(&visitor.page_context(), page)).await
}

/// The next rows, or the refreshed rows of a page.
pub async fn recent_rows(
    State(app): State<App>,
    visitor: Visitor,
    Query(query): Query<ListQuery>,
) -> Result<Markup> {
    let cx = visitor.page_context();
    render_recent(&app, &query, |page| {
        if query.until.is_some() {
            list::refreshed_rows(&cx, page, None)
        } else {
            list::more_rows(&cx, page)
        }
    })
    .await
}

async fn render_recent(
    app: &App,
    query: &ListQuery,
    view: impl FnOnce(&ListPage) -> Markup,
) -> Result<Markup> {
    let now = app.clock.now();
    let pastes = app.store.public_pastes(&query.span()?, now).await?;
    Ok(render(ListKind::Recent, query, pastes, now, view))
}
