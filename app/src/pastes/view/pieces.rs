//! Small parts that several views of pastes share.

use maud::{Markup, html};
use render::escape::{inline, without_bidi_controls};
use render::syntaxes::{PLAIN, Syntax};
use store::{Paste, Visibility};

use crate::ui::i18n::Messages;
use crate::ui::page::PageContext;

/// The title in its own direction, or words for a paste without one.
pub fn title(cx: &PageContext, paste: &Paste) -> Markup {
    html! {
        @if paste.title.is_empty() { (cx.t().paste_untitled()) } @else { bdi { (inline(&paste.title)) } }
    }
}

/// The same for attributes and for the window.
pub fn plain_title(cx: &PageContext, paste: &Paste) -> String {
    if paste.title.is_empty() {
        cx.t().paste_untitled().to_string()
    } else {
        without_bidi_controls(&paste.title)
    }
}

/// Plain text is the one syntax with a name to translate.
pub fn syntax_name(t: &Messages, syntax: &Syntax) -> String {
    if syntax.slug == PLAIN { t.new_plain().to_string() } else { syntax.name.to_owned() }
}

pub fn visibility(t: &Messages, visibility: Visibility) -> String {
    match visibility {
        Visibility::Unlisted => t.visibility_unlisted(),
        Visibility::Public => t.visibility_public(),
        Visibility::Private => t.visibility_private(),
    }
    .to_string()
}

/// Asks before it deletes, without any script; `in_place` adds what removes the row on the spot.
pub fn delete(cx: &PageContext, paste: &Paste, in_place: bool) -> Markup {
    let t = cx.t();
    html! {
        details.confirm hx-morph-skip[in_place] {
            summary.tool.danger aria-label=(t.delete_title(plain_title(cx, paste))) { (t.delete()) }
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

/// The title as descriptions of the link show it: that of a paste that is not public stays hidden.
pub fn public_title(cx: &PageContext, paste: &Paste) -> String {
    if paste.visibility == Visibility::Public {
        plain_title(cx, paste)
    } else {
        cx.t().site_name().to_string()
    }
}
