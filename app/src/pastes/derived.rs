//! Views derived from a text, shown beside it: a table, indented JSON, rendered Markdown.

use std::time::{Duration, Instant};

use axum::extract::{Query, State};
use bytes::Bytes;
use maud::Markup;
use render::line_renderer::LineFormat;
use render::markdown::{self, Labels};
use render::{diff, highlight, json, syntaxes, table};

use crate::error::{Error, Result};
use crate::http::response_cache::Rendered;
use crate::pastes::loaded::{self, LoadedPaste};
use crate::pastes::name::NameAndView;
use crate::pastes::query::{DerivedQuery, PartQuery};
use crate::pastes::view;
use crate::pastes::view_mode::ViewMode;
use crate::state::App;
use crate::state::highlights::{Document, HighlightedPart, Source};
use crate::ui::i18n::Lang;
use crate::ui::page::PageContext;
use crate::visitor::Visitor;

/// Rows of a table shown at once.
const ROWS: usize = 1_000;

/// The time for highlighting all blocks of code in a document. Those after it are plain.
const CODE_LIMIT: Duration = Duration::from_millis(300);

/// The highest row that a query may ask for. No text has as many lines.
const LAST_ROW: usize = 1 << 31;

/// The view that is derived from the text in its view mode; `None` for the modes that show only the
/// source. It is incomplete if highlighting or rendering took too long.
///
/// # Errors
/// [`Error::NotFound`] if there is no such part; otherwise those of the blocking pool.
pub async fn derived_view(
    app: &App,
    cx: &PageContext<'_>,
    loaded: &LoadedPaste,
    path: &str,
    query: DerivedQuery,
) -> Result<Option<Rendered>> {
    let complete = |html| Some(Rendered { html, complete: true });
    Ok(match loaded.view_mode {
        ViewMode::Source | ViewMode::Ansi => None,
        ViewMode::Diff => {
            let source = loaded.source.clone();
            let summary = app
                .pools
                .derived_views
                .run(source.client, move || diff::summary(source.text()))
                .await?;
            complete(view::derived::diff_summary(cx, &summary))
        }
        ViewMode::Table => {
            let table = read_table(app, loaded, query.row.unwrap_or(1)).await?;
            complete(view::derived::table(cx, path, &table))
        }
        ViewMode::Pretty => match indent(app, loaded).await? {
            Ok(source) => {
                let part = part(app, &source, query.part.unwrap_or(1)).await?;
                let html = view::derived::pretty(cx, path, &source, &part);
                Some(Rendered { html, complete: part.is_complete() })
            }
            Err(bad) => complete(view::derived::bad_json(cx, &bad)),
        },
        ViewMode::Rendered => {
            let document = render_markdown(app, cx.lang, &loaded.source).await;
            let html = document.as_ref().map(|document| &*document.html);
            let complete = document.as_ref().is_some_and(|document| document.in_time);
            Some(Rendered { html: view::derived::rendered(cx, html), complete })
        }
    })
}

/// More rows of a table, as a fragment: `/{id}/table/rows?row=1001`.
pub async fn more_rows(
    State(app): State<App>,
    visitor: Visitor,
    NameAndView { name, view_mode }: NameAndView,
    Query(query): Query<DerivedQuery>,
) -> Result<Markup> {
    let loaded = loaded::load(&app, &visitor, &name, Some(view_mode)).await?;
    if view_mode != ViewMode::Table {
        return Err(Error::NotFound);
    }
    let table = read_table(&app, &loaded, query.row.unwrap_or(1)).await?;
    let cx = visitor.page_context();
    Ok(view::derived::more_table_rows(&cx, &cx.href(&name.path()), &table))
}

/// Another part of indented JSON, as a fragment: `/{id}/pretty/made?part=2&side=after`.
pub async fn more_lines(
    State(app): State<App>,
    visitor: Visitor,
    NameAndView { name, view_mode }: NameAndView,
    Query(PartQuery { part: number, side }): Query<PartQuery>,
) -> Result<Markup> {
    let loaded = loaded::load(&app, &visitor, &name, Some(view_mode)).await?;
    if view_mode != ViewMode::Pretty {
        return Err(Error::NotFound);
    }
    let source = indent(&app, &loaded).await?.map_err(|_| Error::NotFound)?;
    let part = part(&app, &source, number).await?;
    let cx = visitor.page_context();
    Ok(view::derived::more_pretty(&cx, &cx.href(&name.path()), &source, &part, side))
}

/// `None` if the text is too long for rendering.
async fn render_markdown(app: &App, lang: Lang, source: &Source) -> Option<Document> {
    let render = move |text: &str, until: Instant| {
        let code_until = until.min(Instant::now() + CODE_LIMIT);
        let mut in_time = true;
        let mut highlight_code = |language: &str, code: &str| {
            // Checked here, because a document may have very many blocks of code.
            in_time &= Instant::now() <= code_until;
            let grammar = syntaxes::find(language).filter(|_| in_time)?.grammar;
            let html = highlight::code(grammar, code, code_until);
            in_time &= Instant::now() <= code_until;
            html
        };
        let messages = lang.messages();
        let words = Labels {
            code: &messages.markdown_code(),
            table: &messages.markdown_table(),
            notes: &messages.markdown_notes(),
            back: &messages.markdown_back(),
            done: &messages.markdown_done(),
            to_do: &messages.markdown_to_do(),
            note: &messages.markdown_note(),
            tip: &messages.markdown_tip(),
            important: &messages.markdown_important(),
            warning: &messages.markdown_warning(),
            caution: &messages.markdown_caution(),
        };
        let html = markdown::render(text, &words, &mut highlight_code)?;
        Some(Document { html: html.0.into(), in_time })
    };
    app.highlights.document(source, lang, render).await
}

/// A part of indented JSON, highlighted.
async fn part(app: &App, source: &Source, number: u64) -> Result<HighlightedPart> {
    app.highlights.part(source, LineFormat::Syntax("JSON"), number).await.ok_or(Error::NotFound)
}

/// The text as indented JSON, or where it is not valid JSON.
async fn indent(app: &App, loaded: &LoadedPaste) -> Result<Result<Source, json::BadJson>> {
    let source = loaded.source.clone();
    let pretty = match app
        .pools
        .derived_views
        .run(source.client, move || json::pretty(source.text()))
        .await?
    {
        Ok(pretty) => pretty,
        Err(bad) => return Ok(Err(bad)),
    };
    Ok(Ok(loaded.source.derived(Bytes::from(pretty))?))
}

async fn read_table(app: &App, loaded: &LoadedPaste, first_row: usize) -> Result<table::Table> {
    let delimiter = match loaded.syntax.slug {
        "tsv" => Some(b'\t'),
        "ssv" => Some(b';'),
        "psv" => Some(b'|'),
        // Guessed from the text.
        _ => None,
    };
    let source = loaded.source.clone();
    let read = move || table::read(source.text(), delimiter, first_row.clamp(1, LAST_ROW), ROWS);
    Ok(app.pools.derived_views.run(loaded.source.client, read).await?)
}
