//! Public pastes for everybody.

use maud::{Markup, html};

use crate::pastes::view::list::{Rows, list};
use crate::ui::layout::{layout, title};
use crate::ui::page::PageContext;

pub fn recent_page(cx: &PageContext, rows: &Rows) -> Markup {
    let t = cx.t();
    let body = html! {
        section.list {
            h1 #heading { (t.recent_title()) }
            @if rows.pastes.is_empty() && rows.after.is_none() {
                div.empty {
                    p { strong { (t.recent_empty()) } }
                    p { (t.recent_empty_hint()) }
                    p { a.button href="/" { (t.recent_empty_action()) } }
                }
            } @else {
                p.quiet { (t.recent_hint()) }
                (list(cx, rows))
            }
        }
    };
    layout(cx, &title(cx, &t.recent_title()), &body)
}
