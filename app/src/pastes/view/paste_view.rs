//! What the page of a paste shows, and the addresses in it.

use maud::Markup;
use render::listing::Lines;
use store::{Paste, Timestamp};

use crate::pastes::loaded::LoadedPaste;
use crate::pastes::view::listing::Listing;
use crate::state::highlights::HighlightedPart;
use crate::ui::page::PageContext;

pub struct PasteView<'a> {
    pub loaded: &'a LoadedPaste,
    pub part: &'a HighlightedPart,
    pub marked: Option<Lines>,
    /// What stands beside the text.
    pub derived_view: Option<Markup>,
    /// The paste's address as it was asked for, with its extension.
    pub path: &'a str,
    pub now: Timestamp,
    /// The visitor may delete it.
    pub owned: bool,
}

pub fn link(cx: &PageContext, paste: &Paste) -> String {
    format!("{}/{}", cx.public_url, paste.id)
}

/// What one reads, as it is read now: with the syntax and the view mode that one chose.
pub fn address(cx: &PageContext, view: &PasteView) -> String {
    let LoadedPaste { view_modes, view_mode, .. } = view.loaded;
    let view_mode =
        if *view_mode == view_modes[0] { String::new() } else { format!("/{}", view_mode.slug()) };
    format!("{}{}{view_mode}", cx.public_url, view.path)
}

pub fn source<'a>(
    cx: &'a PageContext,
    path: &'a str,
    loaded: &'a LoadedPaste,
    part: &'a HighlightedPart,
    marked: Option<Lines>,
) -> Listing<'a> {
    Listing {
        part,
        prefix: loaded.source.prefix,
        marked,
        lines: loaded.paste.lines,
        wrap: wraps(cx, loaded),
        path,
        label: cx.messages().paste_text().to_string(),
    }
}

/// As the visitor has chosen; else prose wraps, and code keeps its shape.
pub fn wraps(cx: &PageContext, loaded: &LoadedPaste) -> bool {
    cx.wrap.unwrap_or(loaded.syntax.is_prose())
}
