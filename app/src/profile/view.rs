//! The visitor's own pastes.

use maud::{Markup, html};
use store::Totals;

use crate::page::{Page, layout, title};
use crate::pastes::view::{Rows, list, totals_words};

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

/// What follows a row that has just been deleted in place: the totals, the words for the live region,
/// an empty notice, and the invitation when nothing is left.
pub fn delete_answer(page: &Page, totals: &Totals, title: &str) -> Markup {
    let t = page.t();
    let untitled = t.paste_untitled();
    let title = if title.is_empty() { &untitled } else { title };
    html! {
        hx-partial hx-target="#totals" hx-swap="innerHTML" {
            @if totals.count > 0 { (totals_words(page, totals)) }
        }
        hx-partial hx-target="#live" hx-swap="innerHTML" { (t.delete_done(title)) }
        hx-partial hx-target="#notice" hx-swap="innerHTML" {}
        @if totals.count == 0 {
            hx-partial hx-target="#list" hx-swap="innerHTML" { (empty(page)) }
        }
    }
}

/// In place of the rows, when the last of them has expired while they were looked at.
pub fn emptied(page: &Page) -> Markup {
    html! {
        hx-partial hx-target="#totals" hx-swap="innerHTML" {}
        hx-partial hx-target="#list" hx-swap="innerHTML" { (empty(page)) }
    }
}

fn empty(page: &Page) -> Markup {
    let t = page.t();
    html! {
        div.empty {
            p { strong { (t.profile_empty()) } }
            p { (t.profile_empty_hint()) }
            p { a.button href="/" { (t.profile_empty_action()) } }
        }
    }
}
