//! The page of the visitor's own pastes.

use maud::{Markup, html};
use store::Totals;

use crate::pastes::view::list::{self, ListPage};
use crate::pastes::view::own_list;
use crate::ui::layout::{layout, title};
use crate::ui::page::PageContext;

pub fn page(cx: &PageContext, page: &ListPage, totals: &Totals) -> Markup {
    let messages = cx.messages();
    let body = html! {
        section.list {
            h1 #heading tabindex="-1" { (messages.profile_title()) }
            p.aside { a href={ (cx.base()) "/settings" } { (messages.settings_title()) } }
            p #totals.quiet { @if totals.count > 0 { (list::totals_text(cx, totals)) } }
            div #list { @if totals.count == 0 { (own_list::empty(cx)) } @else { (list::table(cx, page)) } }
        }
    };
    layout(cx, &title(cx, &messages.profile_title()), &body)
}
