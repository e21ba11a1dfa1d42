//! Views derived from a text, shown beside it.

use maud::{Markup, PreEscaped, html};
use render::diff::Summary;
use render::json::BadJson;
use render::listing::Prefix;
use render::table::{self, Labels, Table};

use crate::pastes::query::Side;
use crate::pastes::view::listing::{self, Listing, listing};
use crate::state::highlights::{HighlightedPart, Source};
use crate::ui::format;
use crate::ui::page::PageContext;

/// The size of a patch: `2 files, 14 lines added, 3 removed`.
pub fn diff_summary(cx: &PageContext, summary: &Summary) -> Markup {
    let messages = cx.messages();
    let count = |count: usize| (count as u64, format::number(cx.lang, count as u64));
    let (files, added, removed) =
        (count(summary.files), count(summary.added), count(summary.removed));
    html! {
        p.changes {
            span { (messages.count_files(files.0, files.1)) }
            ins { (messages.count_added(added.0, added.1)) }
            del { (messages.count_removed(removed.0, removed.1)) }
        }
    }
}

/// The first rows of a table.
pub fn table(cx: &PageContext, path: &str, table: &Table) -> Markup {
    let messages = cx.messages();
    let (row, cut) = (messages.table_row().to_string(), messages.table_cut().to_string());
    html! {
        div.made {
            h2 #made-title.vh { (messages.view_mode_table()) }
            @if table.wider {
                p.note { (messages.table_wider(format::number(cx.lang, table::MAX_COLUMNS as u64))) }
            }
            div.scroll tabindex="0" role="region" aria-labelledby="made-title" {
                (table::markup(table, Labels { row: &row, cut: &cut }))
            }
            (more_rows_link(cx, path, table))
        }
    }
}

/// The next rows, which htmx appends to the table.
pub fn more_table_rows(cx: &PageContext, path: &str, table: &Table) -> Markup {
    let messages = cx.messages();
    let (row, cut) = (messages.table_row().to_string(), messages.table_cut().to_string());
    html! {
        (table::rows(table, Labels { row: &row, cut: &cut }))
        hx-partial hx-target="#more-rows" hx-swap="outerHTML" { (more_rows_link(cx, path, table)) }
    }
}

fn more_rows_link(cx: &PageContext, path: &str, table: &Table) -> Markup {
    let next = table.first_row + table.rows.len();
    html! {
        p.way #more-rows {
            @if table.more {
                a.button href={ (path) "/table?row=" (next) } hx-get={ (path) "/table/rows?row=" (next) }
                    hx-target=".csv" hx-swap="beforeend"
                    hx-status:4xx="swap:none" hx-status:5xx="swap:none" { (cx.messages().table_more()) }
            }
        }
    }
}

/// A part of indented JSON.
pub fn pretty(cx: &PageContext, path: &str, source: &Source, part: &HighlightedPart) -> Markup {
    html! {
        div.made {
            (listing(cx, &derived_listing(cx, &format!("{path}/pretty"), source, part)))
        }
    }
}

/// Another part of indented JSON, which htmx inserts into the listing.
pub fn more_pretty(
    cx: &PageContext,
    path: &str,
    source: &Source,
    part: &HighlightedPart,
    side: Side,
) -> Markup {
    listing::more(cx, &derived_listing(cx, &format!("{path}/pretty"), source, part), side)
}

/// A Markdown document, or a note if it was not rendered.
pub fn rendered(cx: &PageContext, html: Option<&str>) -> Markup {
    let messages = cx.messages();
    html! {
        @if let Some(html) = html {
            div.made.markdown dir="auto" { (PreEscaped(html)) }
        } @else {
            div.made { p.note role="status" { (messages.markdown_plain()) } }
        }
    }
}

/// Where the text is not valid JSON.
pub fn bad_json(cx: &PageContext, bad: &BadJson) -> Markup {
    html! {
        div.made {
            p.note {
                (cx.messages().pretty_bad(bad.line.to_string(), bad.column.to_string())) " "
                code lang="en" { (bad.message) }
            }
        }
    }
}

fn derived_listing<'a>(
    cx: &PageContext,
    path: &'a str,
    source: &Source,
    part: &'a HighlightedPart,
) -> Listing<'a> {
    Listing {
        part,
        prefix: Prefix::Derived,
        marked: None,
        lines: source.lines(),
        wrap: cx.wrap.unwrap_or(false),
        path,
        query: "",
        label: cx.messages().view_mode_pretty().to_string(),
    }
}
