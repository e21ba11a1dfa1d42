//! The search in a text: the form and the lines found.

use maud::{Markup, html};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use render::escape::inline;
use render::listing::Lines;
use render::search::{Found, Hit};
use store::Paste;

use crate::pastes::view::components;
use crate::ui::format;
use crate::ui::layout;
use crate::ui::layout::layout;
use crate::ui::page::PageContext;

/// A page of the lines found.
pub struct SearchResults<'a> {
    pub paste: &'a Paste,
    pub path: &'a str,
    pub query: &'a str,
    /// The lines that the query names, if it is a line number such as `:443`.
    pub lines: Option<Lines>,
    /// How many lines found come before these.
    pub skipped: usize,
    pub found: &'a Found,
}

/// The search field. The query `:123` goes to line 123.
pub fn form(cx: &PageContext, path: &str, query: &str) -> Markup {
    let messages = cx.messages();
    html! {
        form.find role="search" action={ (path) "/find" }
            hx-get={ (path) "/found" } hx-target="#found" hx-swap="innerHTML" hx-sync="this:replace"
            hx-status:4xx="target:#notice swap:innerHTML" hx-status:5xx="target:#notice swap:innerHTML" {
            input type="search" name="q" value=(query) maxlength="200" autocomplete="off" data-key="f"
                placeholder=(messages.find_placeholder()) aria-label=(messages.find_label());
            button.tool { (messages.find_submit()) }
        }
    }
}

/// The results as a page of their own.
pub fn results_page(cx: &PageContext, results: &SearchResults) -> Markup {
    let messages = cx.messages();
    let title = messages.find_title();
    let body = html! {
        article.list {
            h1 { (title) }
            p { a #paste-link href=(results.path) { (components::title(cx, results.paste)) } }
            (form(cx, results.path, results.query))
            section #found aria-label=(messages.find_results()) { (result_list(cx, results)) }
        }
    };
    layout(cx, &layout::title(cx, &title), &body)
}

/// The results as a fragment of the paste's page.
pub fn result_list(cx: &PageContext, results: &SearchResults) -> Markup {
    let messages = cx.messages();
    let count = format::number(cx.lang, results.found.count);
    html! {
        @if !results.query.is_empty() {
            p.count role="status" {
                (messages.find_count(results.found.count, count)) " "
                @if let Some(lines) = results.lines {
                    a href={ (results.path) "?lines=" (lines) "#L" (lines.first) } {
                        (messages.find_line(lines.to_string()))
                    }
                }
            }
        }
        @if !results.found.hits.is_empty() {
            ol #hits.hits tabindex="0" aria-label=(messages.find_results()) { (hits(cx, results)) }
        }
        (more_link(cx, results))
    }
}

/// The next lines found, which htmx appends to the list.
pub fn more_results(cx: &PageContext, results: &SearchResults) -> Markup {
    html! {
        (hits(cx, results))
        hx-partial hx-target="#found-more" hx-swap="outerHTML" { (more_link(cx, results)) }
    }
}

fn hits(cx: &PageContext, results: &SearchResults) -> Markup {
    html! { @for hit in &results.found.hits { (line(cx, results, hit)) } }
}

fn line(cx: &PageContext, results: &SearchResults, hit: &Hit) -> Markup {
    let Hit { line, part, .. } = hit;
    html! {
        li {
            a href={ (results.path) "?part=" (part) "&lines=" (line) "#L" (line) } {
                (format::number(cx.lang, *line))
            }
            code { (inline(&hit.before)) mark { (inline(&hit.word)) } (inline(&hit.after)) }
        }
    }
}

fn more_link(cx: &PageContext, results: &SearchResults) -> Markup {
    let shown = results.skipped + results.found.hits.len();
    let query = utf8_percent_encode(results.query, NON_ALPHANUMERIC);
    html! {
        p.way #found-more {
            @if results.found.more {
                a.button href={ (results.path) "/find?q=" (query) "&from=" (shown) }
                    hx-get={ (results.path) "/found?q=" (query) "&from=" (shown) }
                    hx-target="#hits" hx-swap="beforeend"
                    hx-status:4xx="swap:none" hx-status:5xx="swap:none" { (cx.messages().more()) }
            }
        }
    }
}
