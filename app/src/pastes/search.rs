//! `GET /{id}/find?q=`: the lines that contain a word, as a page and as a fragment.

use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use maud::Markup;
use render::listing::Lines;
use render::search::find;
use serde::Deserialize;

use crate::error::{Error, Result};
use crate::pastes::loaded::{self, LoadedPaste};
use crate::pastes::name::Name;
use crate::pastes::view::search::{SearchResults, more_results, result_list, results_page};
use crate::state::App;
use crate::ui::page::PageContext;
use crate::visitor::Visitor;

/// Lines shown at once.
const HITS: usize = 100;

/// The longest query, in bytes; a longer one makes the search needlessly expensive. The form sends at
/// most 200 characters.
const MAX_QUERY_BYTES: usize = 800;

/// The word, and where to continue.
#[derive(Deserialize)]
pub struct SearchQuery {
    #[serde(default)]
    q: String,
    /// How many of the lines found are shown already.
    #[serde(default)]
    from: usize,
}

pub async fn page(
    app: State<App>,
    visitor: Visitor,
    name: Name,
    query: Query<SearchQuery>,
) -> Result<Response> {
    respond(app, visitor, name, query, results_page).await
}

/// The results as a fragment of the paste's page.
pub async fn in_place(
    app: State<App>,
    visitor: Visitor,
    name: Name,
    query: Query<SearchQuery>,
) -> Result<Response> {
    let view = if query.from == 0 { result_list } else { more_results };
    respond(app, visitor, name, query, view).await
}

async fn respond(
    State(app): State<App>,
    visitor: Visitor,
    name: Name,
    Query(SearchQuery { q, from }): Query<SearchQuery>,
    view: fn(&PageContext, &SearchResults) -> Markup,
) -> Result<Response> {
    if q.len() > MAX_QUERY_BYTES {
        return Err(Error::BadRequest);
    }
    let LoadedPaste { paste, source, .. } = loaded::load(&app, &visitor, &name, None).await?;
    let lines = q.trim().strip_prefix(':').and_then(|lines| lines.parse::<Lines>().ok());
    let word = q.clone();
    let search = move || find(source.text(), &word, from, HITS);
    let found = app.searches.run(visitor.client_key(), search).await?;
    let path = name.path();
    // `:443` goes to line 443, unless the text contains `:443`.
    if let (Some(lines), 0) = (lines, found.count) {
        let location = format!("{path}?lines={lines}#L{}", lines.first);
        return Ok(Redirect::to(&location).into_response());
    }
    let (query, found) = (q.as_str(), &found);
    let results = SearchResults { paste: &paste, path: &path, query, lines, skipped: from, found };
    Ok(view(&visitor.page_context(), &results).into_response())
}
