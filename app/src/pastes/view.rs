//! Everything of a paste that a person sees.

mod controls;
mod embed;
mod expiry;
mod find;
mod form;
mod list;
mod listing;
mod made;
mod preview;
mod recent;
mod show;
mod tools;

pub use embed::{Framed, HEIGHT, WIDTH, frame, iframe, no_frame, public_title};
pub use expiry::expiry;
pub use find::{Results, find_page, found, more_found};
pub use form::{LIFETIMES, NewPaste, form_errors, form_page};
pub use list::{List, Rows, list, live_rows, more_rows, totals_words};
pub use listing::Side;
pub use made::{bad_json, diff_summary, more_pretty, more_table_rows, pretty, rendered, table};
pub use recent::recent_page;
pub use show::{Shown, more_lines, page};
pub use tools::{syntaxes, syntaxes_page};

use maud::{Markup, html};
use render::escape::{inline, without_bidi_controls};
use render::syntaxes::{PLAIN, Syntax};
use store::{Paste, Visibility};

use crate::i18n::Messages;
use crate::page::Page;

/// The title in its own direction, or words for a paste without one.
fn title(page: &Page, paste: &Paste) -> Markup {
    html! {
        @if paste.title.is_empty() { (page.t().paste_untitled()) } @else { bdi { (inline(&paste.title)) } }
    }
}

/// The same for attributes and for the window.
fn plain_title(page: &Page, paste: &Paste) -> String {
    if paste.title.is_empty() {
        page.t().paste_untitled().to_string()
    } else {
        without_bidi_controls(&paste.title)
    }
}

/// Plain text is the one syntax with a name to translate.
fn syntax_name(t: &Messages, syntax: &Syntax) -> String {
    if syntax.slug == PLAIN { t.new_plain().to_string() } else { syntax.name.to_owned() }
}

fn visibility(t: &Messages, visibility: Visibility) -> String {
    match visibility {
        Visibility::Unlisted => t.visibility_unlisted(),
        Visibility::Public => t.visibility_public(),
        Visibility::Private => t.visibility_private(),
    }
    .to_string()
}

/// Asks before it deletes, without any script; `in_place` adds what removes the row on the spot.
fn delete(page: &Page, paste: &Paste, in_place: bool) -> Markup {
    let t = page.t();
    html! {
        details.confirm hx-morph-skip[in_place] {
            summary.tool.danger aria-label=(t.delete_title(plain_title(page, paste))) { (t.delete()) }
            form method="post" action={ "/" (paste.id) "/delete" }
                hx-delete=[in_place.then(|| format!("/{}", paste.id))]
                hx-target=[in_place.then_some("closest tr")] hx-swap=[in_place.then_some("delete")]
                hx-status:4xx=[in_place.then_some("target:#notice swap:innerHTML")]
                hx-status:5xx=[in_place.then_some("target:#notice swap:innerHTML")] {
                span { (t.delete_ask()) }
                button.tool.danger { (t.delete_confirm()) }
            }
        }
    }
}
