//! The list of a user's own pastes: what changes when one is deleted or has expired.

use maud::{Markup, html};
use store::Totals;

use crate::pastes::view::list;
use crate::ui::page::PageContext;

/// What follows a row that has just been deleted in place: the totals, the words for the live region,
/// an empty notice, and the invitation when nothing is left.
pub fn delete_answer(cx: &PageContext, totals: &Totals, title: &str) -> Markup {
    let messages = cx.messages();
    let untitled = messages.paste_untitled();
    let title = if title.is_empty() { &untitled } else { title };
    html! {
        hx-partial hx-target="#totals" hx-swap="innerHTML" {
            @if totals.count > 0 { (list::totals_text(cx, totals)) }
        }
        hx-partial hx-target="#live" hx-swap="innerHTML" { (messages.delete_done(title)) }
        hx-partial hx-target="#notice" hx-swap="innerHTML" {}
        @if totals.count == 0 {
            hx-partial hx-target="#list" hx-swap="innerHTML" { (empty(cx)) }
        }
    }
}

/// In place of the rows, when the last of them has expired while they were looked at.
pub fn became_empty(cx: &PageContext) -> Markup {
    html! {
        hx-partial hx-target="#totals" hx-swap="innerHTML" {}
        hx-partial hx-target="#list" hx-swap="innerHTML" { (empty(cx)) }
    }
}

/// The invitation to the first paste.
pub fn empty(cx: &PageContext) -> Markup {
    let messages = cx.messages();
    html! {
        div.empty {
            p { strong { (messages.profile_empty()) } }
            p { (messages.profile_empty_hint()) }
            p { a.button href="/" { (messages.profile_empty_action()) } }
        }
    }
}
