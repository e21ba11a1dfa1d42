//! `GET /{id}/find?q=`: the lines that contain a word, as a page, as a fragment, and beside the text.

use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use maud::Markup;
use render::listing::Lines;
use render::search::{Found, Hit, find};
use serde::Deserialize;

use crate::error::{Error, Result};
use crate::pastes::loaded::{self, LoadedPaste};
use crate::pastes::name::Name;
use crate::pastes::query::{FindQuery, SourceQuery};
use crate::pastes::view::search::{
    SearchResults, hit_link, more_results, result_list, results_page,
};
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
    /// Which of the lines found to go to, from 1. One before the first is the last, and the other way
    /// round.
    hit: Option<u64>,
}

/// The lines found, for the page that shows the text.
pub struct FoundOnPage {
    pub query: String,
    pub found: Found,
    /// How many lines found come before these.
    pub skipped: usize,
    /// Which of the lines found is shown, from 1.
    pub hit: Option<u64>,
}

impl FoundOnPage {
    /// The line that is shown.
    fn line(&self) -> Option<&Hit> {
        let index = usize::try_from(self.hit?).ok()?.checked_sub(self.skipped + 1)?;
        self.found.hits.get(index)
    }

    /// The part with the line that is shown, and this line marked, unless `source` names others.
    pub fn source(&self, source: SourceQuery) -> SourceQuery {
        let Some(hit) = self.line() else { return source };
        let lines = Lines { first: hit.line, last: hit.line };
        SourceQuery { part: source.part.or(Some(hit.part)), lines: source.lines.or(Some(lines)) }
    }
}

/// The lines of `loaded` that contain the word of `query`; `None` without a word.
///
/// # Errors
/// [`Error::BadRequest`] if the word is too long, and those of the queue of searches.
pub async fn on_page(
    app: &App,
    visitor: &Visitor,
    loaded: &LoadedPaste,
    FindQuery { q: query, hit }: FindQuery,
) -> Result<Option<FoundOnPage>> {
    if query.is_empty() {
        return Ok(None);
    }
    let index = hit.and_then(|hit| usize::try_from(hit).ok()?.checked_sub(1)).unwrap_or(0);
    let skipped = index - index % HITS;
    let found = search(app, visitor, loaded, &query, skipped).await?;
    let hit = hit.filter(|hit| (1..=found.count).contains(hit));
    Ok(Some(FoundOnPage { query, found, skipped, hit }))
}

/// A page of the lines that contain `word`.
async fn search(
    app: &App,
    visitor: &Visitor,
    loaded: &LoadedPaste,
    word: &str,
    skip: usize,
) -> Result<Found> {
    if word.len() > MAX_QUERY_BYTES {
        return Err(Error::BadRequest);
    }
    let (source, word) = (loaded.source.clone(), word.to_owned());
    let search = move || find(source.text(), &word, skip, HITS);
    Ok(app.pools.searches.run(visitor.client_key(), search).await?)
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
    Query(SearchQuery { q, from, hit }): Query<SearchQuery>,
    view: fn(&PageContext, &SearchResults) -> Markup,
) -> Result<Response> {
    let loaded = loaded::load(&app, &visitor, &name, None).await?;
    let lines = q.trim().strip_prefix(':').and_then(|lines| lines.parse::<Lines>().ok());
    let found = search(&app, &visitor, &loaded, &q, from).await?;
    if let (Some(hit), 1..) = (hit, found.count) {
        let hit = if hit == 0 { found.count } else { (hit - 1) % found.count + 1 };
        let skip = usize::try_from(hit - 1).unwrap_or_default();
        if let Some(first) = search(&app, &visitor, &loaded, &q, skip).await?.hits.first() {
            return Ok(Redirect::to(&hit_link(&name.path(), &q, hit, first.line)).into_response());
        }
    }
    // `:443` goes to line 443, unless the text contains `:443`.
    if let (Some(lines), 0) = (lines, found.count) {
        let location = format!("{}?lines={lines}#L{}", name.path(), lines.first);
        return Ok(Redirect::to(&location).into_response());
    }
    let cx = visitor.page_context();
    let path = cx.href(&name.path());
    let (paste, query, found) = (&loaded.paste, q.as_str(), &found);
    let results =
        SearchResults { paste, path: &path, query, lines, skipped: from, found, hit: None };
    Ok(view(&cx, &results).into_response())
}
