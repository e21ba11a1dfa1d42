//! `GET /{id}/find?q=`: the lines that have a word, as a page and in place.

use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use maud::Markup;
use render::listing::Lines;
use render::search::find;
use serde::Deserialize;

use crate::error::{Error, Result};
use crate::pastes::loaded::{self, LoadedPaste};
use crate::pastes::name::Name;
use crate::pastes::view;
use crate::state::App;
use crate::ui::page::PageContext;
use crate::visitor::Visitor;

/// Lines shown at once.
const HITS: usize = 100;

/// In bytes; a longer word makes a needlessly large search.
const LONGEST: usize = 800;

#[derive(Deserialize)]
pub struct SearchQuery {
    #[serde(default)]
    q: String,
    /// How many lines of those found are shown already.
    #[serde(default)]
    from: usize,
}

pub async fn page(
    app: State<App>,
    visitor: Visitor,
    name: Name,
    query: Query<SearchQuery>,
) -> Result<Response> {
    answer(app, visitor, name, query, view::search::page).await
}

/// The same for a page that shows the text.
pub async fn in_place(
    app: State<App>,
    visitor: Visitor,
    name: Name,
    query: Query<SearchQuery>,
) -> Result<Response> {
    let render =
        if query.from == 0 { view::search::result_list } else { view::search::more_results };
    answer(app, visitor, name, query, render).await
}

async fn answer(
    State(app): State<App>,
    visitor: Visitor,
    name: Name,
    Query(SearchQuery { q, from }): Query<SearchQuery>,
    render: fn(&PageContext, &view::search::SearchResults) -> Markup,
) -> Result<Response> {
    if q.len() > LONGEST {
        return Err(Error::BadRequest);
    }
    let LoadedPaste { paste, source, .. } = loaded::load(&app, &visitor, &name, None).await?;
    let lines = q.trim().strip_prefix(':').and_then(|lines| lines.parse::<Lines>().ok());
    let word = q.clone();
    let search = move || find(source.text(), &word, from, HITS);
    let found = app.searches.run(visitor.client_key(), search).await?;
    let path = name.path();
    if let (Some(lines), 0) = (lines, found.count) {
        let place = format!("{path}?lines={lines}#L{}", lines.first);
        return Ok(Redirect::to(&place).into_response());
    }
    let (query, found) = (q.as_str(), &found);
    let results = view::search::SearchResults {
        paste: &paste,
        path: &path,
        query,
        lines,
        skipped: from,
        found,
    };
    Ok(render(&visitor.page_context(), &results).into_response())
}
