//! A list of pastes as a table: pages of rows that refresh their times, and a link to the next page.

use maud::{Markup, html};
use render::syntaxes;
use store::{Paste, Timestamp, Totals};

use crate::pastes::view::components::{delete, syntax_name, title, visibility};
use crate::ui::countdown::{self, next_list_refresh};
use crate::ui::format;
use crate::ui::page::PageContext;
use crate::ui::time;

/// The lists of the site.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ListKind {
    /// The visitor's own pastes, with their visibility and a delete button.
    Profile,
    /// The newest public pastes.
    Recent,
}

impl ListKind {
    fn path(self, cx: &PageContext) -> String {
        let path = match self {
            Self::Profile => "/profile",
            Self::Recent => "/recent",
        };
        format!("{}{path}", cx.base())
    }
}

/// One page of a list. Cursors consist of letters, digits, `-` and `_`, so addresses and ids may contain
/// them as they are.
pub struct ListPage<'a> {
    pub kind: ListKind,
    pub pastes: &'a [Paste],
    /// The cursor of the row before this page; `None` for the first page.
    pub after: Option<&'a str>,
    /// The cursor of the last row; `None` if there are no rows.
    pub last: Option<&'a str>,
    /// There are rows after this page.
    pub more: bool,
    pub now: Timestamp,
}

/// The table, and the link to the next rows below it.
pub fn table(cx: &PageContext, page: &ListPage) -> Markup {
    let messages = cx.messages();
    let columns = [
        Some(messages.column_title()),
        Some(messages.column_syntax()),
        Some(messages.column_size()),
        Some(messages.column_made()),
        Some(messages.column_left()),
        (page.kind == ListKind::Profile).then(|| messages.column_visibility()),
    ];
    html! {
        // On a phone the rows are displayed as cards. A table that is not displayed as a table loses its
        // meaning for screen readers, so the roles are explicit.
        table #pastes role="table" aria-labelledby="heading" {
            thead role="rowgroup" {
                tr role="row" {
                    @for column in columns.iter().flatten() { th role="columnheader" scope="col" { (column) } }
                    @if page.kind == ListKind::Profile {
                        th role="columnheader" scope="col" { span.vh { (messages.column_actions()) } }
                    }
                }
            }
            (body(cx, page))
        }
        (more_link(cx, page))
    }
}

/// The answer to "show more": rows to append, and a new link that replaces the old one.
pub fn more_rows(cx: &PageContext, page: &ListPage) -> Markup {
    let count = format::pastes(cx.lang, page.pastes.len() as u64);
    html! {
        (body(cx, page))
        hx-partial hx-target="#more" hx-swap="outerHTML" { (more_link(cx, page)) }
        hx-partial hx-target="#live" hx-swap="innerHTML" { (cx.messages().more_done(count)) }
    }
}

/// The answer to the periodic refresh of a page: its rows with their current times. `totals` are
/// those of the visitor's own pastes.
pub fn refreshed_rows(cx: &PageContext, page: &ListPage, totals: Option<&Totals>) -> Markup {
    html! {
        (body(cx, page))
        @if let Some(totals) = totals {
            hx-partial hx-target="#totals" hx-swap="innerHTML" { (totals_text(cx, totals)) }
        }
    }
}

/// The number and size of all pastes of a visitor.
pub fn totals_text(cx: &PageContext, totals: &Totals) -> String {
    let pastes = format::pastes(cx.lang, totals.count);
    cx.messages().profile_totals(pastes, format::size(cx.lang, totals.bytes)).to_string()
}

fn body(cx: &PageContext, page: &ListPage) -> Markup {
    html! {
        tbody #{ "rows-" (page.after.unwrap_or("first")) } role="rowgroup" {
            @for paste in page.pastes { (row(cx, page.kind, paste, page.now)) }
            (refresh_timer(cx, page))
        }
    }
}

/// The row that refreshes its page of rows. Its id is new each time, so that a morph starts the timer
/// again.
fn refresh_timer(cx: &PageContext, page: &ListPage) -> Markup {
    let path = page.kind.path(cx);
    let after = page.after.map(|cursor| format!("after={cursor}&")).unwrap_or_default();
    html! {
        @if let (Some(delay), Some(last)) = (next_list_refresh(page.pastes, page.now), page.last) {
            tr #{ "clock-" (page.after.unwrap_or("first")) "-" (page.now.0) } hidden
                hx-get={ (path) "/pastes?" (after) "until=" (last) }
                hx-trigger={ "load delay:" (delay.as_millis()) "ms, again" }
                hx-target="closest tbody" hx-swap="outerMorph"
                hx-status:4xx="swap:none" hx-status:5xx="swap:none" { td {} }
        }
    }
}

fn row(cx: &PageContext, kind: ListKind, paste: &Paste, now: Timestamp) -> Markup {
    let messages = cx.messages();
    let syntax = syntaxes::find(&paste.syntax)
        .map_or_else(|| paste.syntax.clone(), |syntax| syntax_name(messages, syntax));
    html! {
        tr #{ "paste-" (paste.id) } role="row" {
            th role="rowheader" scope="row" { a href={ (cx.base()) "/" (paste.id) } { (title(cx, paste)) } }
            td role="cell" { (syntax) }
            td.number role="cell" { (format::size(cx.lang, paste.bytes)) }
            td role="cell" {
                (time::date(cx, paste.created_at))
            }
            td role="cell" { (time_left(cx, paste, now)) }
            @if kind == ListKind::Profile {
                td role="cell" { (visibility(messages, paste.visibility)) }
                td.actions role="cell" { (delete(cx, paste, true)) }
            }
        }
    }
}

fn time_left(cx: &PageContext, paste: &Paste, now: Timestamp) -> Markup {
    html! {
        @if let (Some(at), Some(left)) = (paste.expires_at, countdown::time_left(paste, now)) {
            time datetime=(at.rfc3339()) title=(format::date_time(cx.lang, at)) {
                (format::time_left(cx.lang, left))
            }
        } @else {
            (cx.messages().left_never())
        }
    }
}

fn more_link(cx: &PageContext, page: &ListPage) -> Markup {
    let path = page.kind.path(cx);
    html! {
        p #more {
            @if let (true, Some(last)) = (page.more, page.last) {
                a #more-link.button href={ (path) "?after=" (last) }
                    hx-get={ (path) "/pastes?after=" (last) }
                    hx-target="#pastes" hx-swap="beforeend"
                    hx-status:4xx="swap:none" hx-status:5xx="swap:none" { (cx.messages().more()) }
            }
        }
    }
}
