//! Fragments for the list of a user's own pastes, when one is deleted or has expired.

use maud::{Markup, html};
use store::Totals;

use crate::pastes::view::list;
use crate::ui::page::PageContext;

/// The answer after a row was deleted in place: new totals, an announcement for screen readers, an empty
/// notice, and the invitation if no paste is left.
pub fn after_delete(cx: &PageContext, totals: &Totals, title: &str) -> Markup {
    let untitled = cx.messages().paste_untitled();
    let title = if title.is_empty() { &untitled } else { title };
    without_row(cx, totals, &cx.messages().delete_done(title))
}

/// As [`after_delete`], for a paste that was gone already.
pub fn already_gone(cx: &PageContext, totals: &Totals) -> Markup {
    without_row(cx, totals, &cx.messages().problem_gone_what())
}

fn without_row(cx: &PageContext, totals: &Totals, announcement: &str) -> Markup {
    html! {
        hx-partial hx-target="#totals" hx-swap="innerHTML" {
            @if totals.count > 0 { (list::totals_text(cx, totals)) }
        }
        hx-partial hx-target="#live" hx-swap="innerHTML" { (announcement) }
        hx-partial hx-target="#notice" hx-swap="innerHTML" {}
        @if totals.count == 0 {
            hx-partial hx-target="#list" hx-swap="innerHTML" { (empty(cx)) }
        }
    }
}

/// The answer to a refresh after the last paste has expired.
pub fn became_empty(cx: &PageContext) -> Markup {
    html! {
        hx-partial hx-target="#totals" hx-swap="innerHTML" {}
        hx-partial hx-target="#list" hx-swap="innerHTML" { (empty(cx)) }
    }
}

/// An invitation to create the first paste, instead of an empty list.
pub fn empty(cx: &PageContext) -> Markup {
    let messages = cx.messages();
    html! {
        div.empty {
            p { strong { (messages.profile_empty()) } }
            p { (messages.profile_empty_hint()) }
            p { a.button href={ (cx.base()) "/" } { (messages.profile_empty_action()) } }
        }
    }
}
