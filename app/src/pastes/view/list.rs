//! Pastes in a table: the row, a page of rows that keeps its times live, and what loads the next page.

use maud::{Markup, html};
use render::syntaxes;
use store::{Paste, Timestamp, Totals};

use crate::pastes::view::components::{delete, syntax_name, title, visibility};
use crate::ui::countdown::{left, next_list_refresh};
use crate::ui::format;
use crate::ui::page::PageContext;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ListKind {
    /// The visitor's own pastes, with who can read them and a way to delete.
    Profile,
    Recent,
}

impl ListKind {
    const fn path(self) -> &'static str {
        match self {
            Self::Profile => "/profile",
            Self::Recent => "/recent",
        }
    }
}

/// One page of a list. Cursors are made of letters, digits, `-` and `_`.
pub struct ListPage<'a> {
    pub kind: ListKind,
    pub pastes: &'a [Paste],
    /// The cursor that this page begins after; `None` for the first.
    pub after: Option<&'a str>,
    /// The cursor of the last row here.
    pub last: Option<&'a str>,
    /// There are rows after the last one.
    pub more: bool,
    pub now: Timestamp,
}

/// The table of a page, with the link to the next rows below it.
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
        // roles are spelled out because a phone shows the rows as cards, and a table that is not
        // displayed as one loses its meaning
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
        (more(cx, page))
    }
}

/// The answer to "show more": rows to append, and a new link in place of the old one.
pub fn more_rows(cx: &PageContext, page: &ListPage) -> Markup {
    let count = format::pastes(cx.lang, page.pastes.len() as u64);
    html! {
        (body(cx, page))
        hx-partial hx-target="#more" hx-swap="outerHTML" { (more(cx, page)) }
        hx-partial hx-target="#live" hx-swap="innerHTML" { (cx.messages().more_done(count)) }
    }
}

/// The answer to a page of rows that asks for its times again (`after` and `until` in the query).
pub fn refreshed_rows(cx: &PageContext, page: &ListPage, totals: Option<&Totals>) -> Markup {
    html! {
        (body(cx, page))
        @if let Some(totals) = totals {
            hx-partial hx-target="#totals" hx-swap="innerHTML" { (totals_text(cx, totals)) }
        }
    }
}

pub fn totals_text(cx: &PageContext, totals: &Totals) -> String {
    let pastes = format::pastes(cx.lang, totals.count);
    cx.messages().profile_totals(pastes, format::size(cx.lang, totals.bytes)).to_string()
}

fn body(cx: &PageContext, page: &ListPage) -> Markup {
    html! {
        tbody #{ "rows-" (page.after.unwrap_or("first")) } role="rowgroup" {
            @for paste in page.pastes { (row(cx, page.kind, paste, page.now)) }
            (clock(page))
        }
    }
}

/// The one timer of a page of rows. Its id is new each time, so that a morph starts it anew.
fn clock(page: &ListPage) -> Markup {
    let path = page.kind.path();
    let from = page.after.map(|cursor| format!("after={cursor}&")).unwrap_or_default();
    html! {
        @if let (Some(delay), Some(last)) = (next_list_refresh(page.pastes, page.now), page.last) {
            tr #{ "clock-" (page.after.unwrap_or("first")) "-" (page.now.0) } hidden
                hx-get={ (path) "/pastes?" (from) "until=" (last) }
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
            th role="rowheader" scope="row" { a href={ "/" (paste.id) } { (title(cx, paste)) } }
            td role="cell" { (syntax) }
            td.number role="cell" { (format::size(cx.lang, paste.bytes)) }
            td role="cell" {
                time datetime=(format::iso(paste.created_at)) title=(format::date_time(cx.lang, paste.created_at)) {
                    (format::date(cx.lang, paste.created_at))
                }
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
        @if let (Some(at), Some(left)) = (paste.expires_at, left(paste, now)) {
            time datetime=(format::iso(at)) title=(format::date_time(cx.lang, at)) {
                (format::left(cx.lang, left))
            }
        } @else {
            (cx.messages().left_never())
        }
    }
}

fn more(cx: &PageContext, page: &ListPage) -> Markup {
    let path = page.kind.path();
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
