//! The search in a text: the form and the lines found.

use maud::{Markup, html};
use percent_encoding::{NON_ALPHANUMERIC, PercentEncode, utf8_percent_encode};
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
    /// Which of the lines found the page shows, from 1.
    pub hit: Option<u64>,
}

/// The address of the page that shows a line found. `hit` is its number among those found, from 1.
pub fn hit_link(path: &str, query: &str, hit: u64, line: u64) -> String {
    format!("{path}?q={}&hit={hit}#L{line}", encoded(query))
}

/// A query as it stands in an address.
pub fn encoded(query: &str) -> PercentEncode<'_> {
    utf8_percent_encode(query, NON_ALPHANUMERIC)
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
    let SearchResults { found, query, path, .. } = *results;
    html! {
        @if !query.is_empty() {
            div.count {
                (count(cx, results))
                @if found.count > 0 { (steps(cx, results)) }
                @if let Some(lines) = results.lines {
                    a href={ (path) "?lines=" (lines) "#L" (lines.first) } {
                        (messages.find_line(lines.to_string()))
                    }
                }
            }
        }
        @if !found.hits.is_empty() {
            ol #hits.hits tabindex="0" aria-label=(messages.find_results()) data-query=(query) data-count=(found.count) {
                (hits(cx, results))
            }
        }
        (more_link(cx, results))
    }
}

/// `3 of 17`, or `Found in 17 lines` before a line is chosen.
fn count(cx: &PageContext, results: &SearchResults) -> Markup {
    let messages = cx.messages();
    let number = |number| format::number(cx.lang, number);
    let count = number(results.found.count);
    html! {
        p #found-count role="status" data-of=(messages.find_of("{hit}", &*count)) {
            @match results.hit {
                Some(hit) => (messages.find_of(number(hit), count)),
                None => (messages.find_count(results.found.count, count)),
            }
        }
    }
}

/// Links to the line found before and after the one that is shown.
fn steps(cx: &PageContext, results: &SearchResults) -> Markup {
    let messages = cx.messages();
    let step = |hit: u64| format!("{}/find?q={}&hit={hit}", results.path, encoded(results.query));
    let (previous, next) = results.hit.map_or((0, 1), |hit| (hit - 1, hit + 1));
    html! {
        a.tool href=(step(previous)) data-step="-1" data-key="k" { (messages.find_previous()) }
        a.tool href=(step(next)) data-step="1" data-key="j" { (messages.find_next()) }
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
    let numbers = results.skipped as u64 + 1..;
    html! { @for (number, hit) in numbers.zip(&results.found.hits) { (line(cx, results, number, hit)) } }
}

/// `number` is that of the line among those found, from 1.
fn line(cx: &PageContext, results: &SearchResults, number: u64, hit: &Hit) -> Markup {
    let Hit { line, part, .. } = hit;
    html! {
        li {
            a href=(hit_link(results.path, results.query, number, *line)) data-hit=(number) data-part=(part)
                aria-current=[(results.hit == Some(number)).then_some("true")] {
                (format::number(cx.lang, *line))
            }
            code { (inline(&hit.before)) mark { (inline(&hit.word)) } (inline(&hit.after)) }
        }
    }
}

fn more_link(cx: &PageContext, results: &SearchResults) -> Markup {
    let shown = results.skipped + results.found.hits.len();
    let query = encoded(results.query);
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
