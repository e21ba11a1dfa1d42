//! The visitor's own pastes.

use maud::{Markup, html};
use store::Totals;

use crate::pastes::view::{Rows, empty, list, totals_words};
use crate::ui::layout::{layout, title};
use crate::ui::page::PageContext;

pub fn page(cx: &PageContext, rows: &Rows, totals: &Totals) -> Markup {
    let messages = cx.messages();
    let body = html! {
        section.list {
            h1 #heading tabindex="-1" { (messages.profile_title()) }
            p.aside { a href="/settings" { (messages.settings_title()) } }
            p #totals.quiet { @if totals.count > 0 { (totals_words(cx, totals)) } }
            div #list { @if totals.count == 0 { (empty(cx)) } @else { (list(cx, rows)) } }
        }
    };
    layout(cx, &title(cx, &messages.profile_title()), &body)
}
