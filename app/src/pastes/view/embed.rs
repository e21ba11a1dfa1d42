//! A paste as a frame in a page of another site: the text, and links to the paste.

use maud::{DOCTYPE, Markup, html};
use render::listing::Lines;

use crate::pastes::loaded::LoadedPaste;
use crate::pastes::view::components::{plain_title, title};
use crate::pastes::view::listing;
use crate::pastes::view::paste_view::{link, source};
use crate::state::highlights::HighlightedPart;
use crate::ui::assets::asset;
use crate::ui::format;
use crate::ui::page::PageContext;

/// The width of a frame in CSS pixels: the default, and the most that oEmbed offers.
pub const WIDTH: u32 = 720;

/// The height, likewise.
pub const HEIGHT: u32 = 400;

/// The content of a frame.
pub struct EmbedView<'a> {
    pub loaded: &'a LoadedPaste,
    pub part: &'a HighlightedPart,
    pub marked: Option<Lines>,
    pub path: &'a str,
}

pub fn frame(cx: &PageContext, view: &EmbedView) -> Markup {
    let messages = cx.messages();
    let paste = &view.loaded.paste;
    let text = source(cx, view.path, view.loaded, view.part, view.marked);
    let body = html! {
        p.facts {
            span { a href=(link(cx, paste)) target="_blank" rel="noopener" { (title(cx, paste)) } }
            span { (format::lines(cx.lang, paste.lines)) }
            span { a href={ (cx.base()) "/" (paste.id) "/raw" } target="_blank" rel="noopener" { (messages.paste_raw()) } }
            span { (messages.site_name()) }
        }
        (listing::not_highlighted_note(cx, view.part))
        (listing::text(&text))
        @if view.part.extent.more {
            p.way { a.button href=(link(cx, paste)) target="_blank" rel="noopener" { (messages.embed_whole()) } }
        }
    };
    frame_document(cx, &plain_title(cx, paste), &body)
}

/// The frame of a paste that does not exist, or that the visitor may not see.
pub fn not_found(cx: &PageContext) -> Markup {
    let messages = cx.messages();
    frame_document(
        cx,
        &messages.problem_not_found().to_string(),
        &html! { p.quiet { (messages.problem_not_found()) } },
    )
}

fn frame_document(cx: &PageContext, title: &str, body: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html.framed lang=(cx.lang.code()) data-theme=(cx.theme.as_str()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title) }
                link rel="icon" type="image/svg+xml" href={ (cx.base()) (asset("favicon.svg")) };
                link rel="stylesheet" href={ (cx.base()) (asset("site.css")) };
            }
            body { main { h1.vh { (title) } (body) } }
        }
    }
}

/// The HTML that other sites copy into their pages.
pub fn snippet(cx: &PageContext, path: &str) -> Markup {
    let address = format!("{}{path}/embed", cx.origin());
    iframe(&address, &cx.messages().site_name().to_string(), WIDTH, HEIGHT)
}

/// The frame as an element. `width` and `height` are in CSS pixels.
pub fn iframe(address: &str, title: &str, width: u32, height: u32) -> Markup {
    html! {
        iframe src=(address) title=(title) width=(width) height=(height) loading="lazy" sandbox="allow-popups allow-popups-to-escape-sandbox" {}
    }
}
