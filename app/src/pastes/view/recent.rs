//! The page of the newest public pastes.

use maud::{Markup, html};

use crate::pastes::view::list::{self, ListPage};
use crate::ui::layout::{layout, title};
use crate::ui::page::PageContext;

pub fn page(cx: &PageContext, page: &ListPage) -> Markup {
    let messages = cx.messages();
    let body = html! {
        section.list {
            h1 #heading { (messages.recent_title()) }
            @if page.pastes.is_empty() && page.after.is_none() {
                div.empty {
                    p { strong { (messages.recent_empty()) } }
                    p { (messages.recent_empty_hint()) }
                    p { a.button href={ (cx.base()) "/" } { (messages.recent_empty_action()) } }
                }
            } @else {
                p.quiet { (messages.recent_hint()) }
                (list::table(cx, page))
            }
        }
    };
    layout(cx, &title(cx, &messages.recent_title()), &body)
}
