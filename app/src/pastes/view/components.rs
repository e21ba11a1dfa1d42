//! Components that several views of pastes share.

use maud::{Markup, html};
use render::escape::{inline, without_invisible};
use render::syntaxes::aliases::aliases_of;
use render::syntaxes::{PLAIN, Syntax};
use store::{Paste, Visibility};

use crate::ui::i18n::Messages;
use crate::ui::page::PageContext;

/// The title, isolated from the direction of the text around it; a placeholder if there is none.
pub fn title(cx: &PageContext, paste: &Paste) -> Markup {
    html! {
        @if paste.title.is_empty() { (cx.messages().paste_untitled()) } @else { bdi { (inline(&paste.title)) } }
    }
}

/// The title without markup, for attributes and for the window's title.
pub fn plain_title(cx: &PageContext, paste: &Paste) -> String {
    if paste.title.is_empty() {
        cx.messages().paste_untitled().to_string()
    } else {
        without_invisible(&paste.title)
    }
}

/// The name of a syntax. Only the one of plain text is translated.
pub fn syntax_name(messages: &Messages, syntax: &Syntax) -> String {
    if syntax.slug == PLAIN { messages.new_plain().to_string() } else { syntax.name.to_owned() }
}

/// What a syntax is also called, beside its extensions: `golang`, `Makefile`. For the script that filters
/// the syntaxes: in lower case, separated by spaces.
pub fn other_names(syntax: &Syntax) -> String {
    let files = syntax.files.iter().copied();
    let names = files.chain(aliases_of(syntax.slug)).filter(|name| !name.contains(' '));
    names.collect::<Vec<_>>().join(" ").to_lowercase()
}

pub fn visibility(messages: &Messages, visibility: Visibility) -> String {
    match visibility {
        Visibility::Unlisted => messages.visibility_unlisted(),
        Visibility::Public => messages.visibility_public(),
        Visibility::Private => messages.visibility_private(),
    }
    .to_string()
}

/// A delete button that asks for confirmation, without scripts. With `in_place`, htmx removes the row
/// from the list.
pub fn delete(cx: &PageContext, paste: &Paste, in_place: bool) -> Markup {
    let messages = cx.messages();
    html! {
        details.confirm hx-morph-skip[in_place] {
            summary.tool.danger aria-label=(messages.delete_title(plain_title(cx, paste))) { (messages.delete()) }
            form method="post" action={ (cx.base()) "/" (paste.id) "/delete" }
                hx-delete=[in_place.then(|| format!("{}/{}", cx.base(), paste.id))]
                hx-target=[in_place.then_some("closest tr")] hx-swap=[in_place.then_some("delete")]
                hx-status:404=[in_place.then_some("target:'closest tr' swap:delete")]
                hx-status:4xx=[in_place.then_some("target:#notice swap:innerHTML")]
                hx-status:5xx=[in_place.then_some("target:#notice swap:innerHTML")] {
                span { (messages.delete_ask()) }
                button.tool.danger { (messages.delete_confirm()) }
            }
        }
    }
}

/// The title for link previews. If the paste is not public, the site's name stands in its place.
pub fn public_title(cx: &PageContext, paste: &Paste) -> String {
    if paste.visibility == Visibility::Public {
        plain_title(cx, paste)
    } else {
        cx.messages().site_name().to_string()
    }
}
