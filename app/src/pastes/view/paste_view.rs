//! The content of a paste's page, and what its parts share: addresses, and the listing of the source.

use maud::Markup;
use render::listing::Lines;
use store::{Paste, Timestamp};

use crate::http::charset::Source;
use crate::pastes::loaded::LoadedPaste;
use crate::pastes::search::FoundOnPage;
use crate::pastes::view::listing::Listing;
use crate::state::highlights::HighlightedPart;
use crate::ui::page::PageContext;

/// The content of a paste's page.
pub struct PasteView<'a> {
    pub loaded: &'a LoadedPaste,
    pub part: &'a HighlightedPart,
    /// The lines that the address marks.
    pub marked: Option<Lines>,
    /// The lines that contain a word, if the address names one.
    pub found: Option<&'a FoundOnPage>,
    /// The view derived from the text, which is shown beside it.
    pub derived_view: Option<Markup>,
    /// The path of the requested address without the view mode: `/{id}`, or `/{id}.{extension}`,
    /// after the path of `PUBLIC_URL`.
    pub path: &'a str,
    /// The encoding from which the text of this new paste was decoded.
    pub decoded_from: Option<Source>,
    pub now: Timestamp,
    /// The visitor owns the paste, and may delete it.
    pub owned: bool,
}

/// The link of the paste, without syntax and view mode.
pub fn link(cx: &PageContext, paste: &Paste) -> String {
    format!("{}/{}", cx.public_url, paste.id)
}

/// The link of the page as it is shown now: with the syntax and the view mode that the visitor chose.
pub fn address(cx: &PageContext, view: &PasteView) -> String {
    let LoadedPaste { view_modes, view_mode, .. } = view.loaded;
    let view_mode =
        if *view_mode == view_modes[0] { String::new() } else { format!("/{}", view_mode.slug()) };
    format!("{}{}{view_mode}", cx.origin(), view.path)
}

/// The listing of the source text. `path` is the address of the page.
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
        query: "",
        label: cx.messages().paste_text().to_string(),
    }
}

/// Whether long lines wrap: as the visitor has chosen, otherwise in prose but not in code.
pub fn wraps(cx: &PageContext, loaded: &LoadedPaste) -> bool {
    cx.wrap.unwrap_or(loaded.syntax.is_prose())
}
