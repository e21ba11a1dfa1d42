//! The visitor's own pastes.

use maud::{Markup, html};
use store::Totals;

use crate::pastes::view::{Rows, empty, list, totals_words};
use crate::ui::layout::{layout, title};
use crate::ui::page::Page;

pub fn page(page: &Page, rows: &Rows, totals: &Totals) -> Markup {
    let t = page.t();
    let body = html! {
        section.list {
            h1 #heading tabindex="-1" { (t.profile_title()) }
            p.aside { a href="/settings" { (t.settings_title()) } }
            p #totals.quiet { @if totals.count > 0 { (totals_words(page, totals)) } }
            div #list { @if totals.count == 0 { (empty(page)) } @else { (list(page, rows)) } }
        }
    };
    layout(page, &title(page, &t.profile_title()), &body)
}
