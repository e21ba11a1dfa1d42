//! Public pastes for everybody.

use maud::{Markup, html};

use crate::pastes::view::list::{Rows, list};
use crate::ui::layout::{layout, title};
use crate::ui::page::PageContext;

pub fn recent_page(cx: &PageContext, rows: &Rows) -> Markup {
    let messages = cx.messages();
    let body = html! {
        section.list {
            h1 #heading { (messages.recent_title()) }
            @if rows.pastes.is_empty() && rows.after.is_none() {
                div.empty {
                    p { strong { (messages.recent_empty()) } }
                    p { (messages.recent_empty_hint()) }
                    p { a.button href="/" { (messages.recent_empty_action()) } }
                }
            } @else {
                p.quiet { (messages.recent_hint()) }
                (list(cx, rows))
            }
        }
    };
    layout(cx, &title(cx, &messages.recent_title()), &body)
}
