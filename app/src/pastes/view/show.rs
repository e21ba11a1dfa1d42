//! The page of one paste.

use encoding_rs::UTF_8;
use maud::{Markup, html};
use render::syntaxes::PLAIN;
use store::Paste;

use crate::http::charset::Source;
use crate::pastes::loaded::LoadedPaste;
use crate::pastes::query::Side;
use crate::pastes::view::components::{plain_title, syntax_name, title, visibility};
use crate::pastes::view::expiry;
use crate::pastes::view::listing::{self, Listing, listing};
use crate::pastes::view::paste_view::{PasteView, link, source};
use crate::pastes::view::{preview, tools};
use crate::pastes::view_mode::ViewMode;
use crate::state::highlights::HighlightedPart;
use crate::ui::format;
use crate::ui::layout;
use crate::ui::page::{Flash, PageContext};
use crate::ui::time;

pub fn page(cx: &PageContext, view: &PasteView) -> Markup {
    let paste = &view.loaded.paste;
    let body = html! {
        article #paste data-keys {
            @if cx.flash == Some(Flash::Created) { (created(cx, paste, view.decoded_from)) }
            h1 { (title(cx, paste)) }
            (metadata(cx, view))
            (tools::toolbar(cx, view))
            (view_mode_links(cx, view))
            (content(cx, view))
            (tools::dialogs(cx, view))
        }
    };
    let title = layout::title(cx, &plain_title(cx, paste));
    layout::layout_with_head(
        cx,
        &title,
        &preview::head(cx, paste, view.loaded.source.text()),
        &body,
    )
}

/// Another part of the source text, as a fragment.
pub fn more_lines(
    cx: &PageContext,
    path: &str,
    loaded: &LoadedPaste,
    part: &HighlightedPart,
    side: Side,
) -> Markup {
    listing::more(cx, &source(cx, path, loaded, part, None), side)
}

/// The notice of a paste that this visitor has just created.
fn created(cx: &PageContext, paste: &Paste, decoded_from: Option<Source>) -> Markup {
    let messages = cx.messages();
    html! {
        section.created aria-labelledby="created" {
            div {
                h2 #created { (messages.paste_created()) }
                div.joined {
                    input #link readonly value=(link(cx, paste)) aria-label=(messages.paste_created_link());
                    button.primary.js type="button" data-copy="link" { (messages.paste_copy_link()) }
                }
                p.quiet {
                    @if let Some(at) = paste.expires_at {
                        (time::in_sentence(cx, at, |time| messages.paste_created_expires(time).to_string()))
                    } @else {
                        (messages.paste_created_never())
                    }
                    @if paste.owner.is_none() { " " (messages.paste_created_anonymous()) }
                }
                @if let Some(source) = decoded_from {
                    p.note {
                        @if source.encoding != UTF_8 { (messages.paste_decoded(source.encoding.name())) " " }
                        @if source.is_lossy { (messages.paste_decoded_lossy()) }
                    }
                }
            }
            img src={ (cx.base()) "/" (paste.id) "/qr" } alt=(messages.paste_qr_alt()) width="120" height="120";
        }
    }
}

fn metadata(cx: &PageContext, view: &PasteView) -> Markup {
    let messages = cx.messages();
    let LoadedPaste { paste, syntax, .. } = view.loaded;
    let created =
        time::in_sentence(cx, paste.created_at, |time| messages.paste_made(time).to_string());
    let guessed = paste.syntax_guessed && paste.syntax == syntax.slug && syntax.slug != PLAIN;
    html! {
        p.facts {
            span {
                a href={ (view.path) "/syntax" } title=(messages.syntax_change()) data-dialog="syntax"
                    hx-get={ (view.path) "/syntaxes" } hx-target="#syntaxes" hx-swap="innerHTML" {
                    (syntax_name(messages, syntax))
                }
                @if guessed { " " span.quiet { (messages.syntax_guessed()) } }
            }
            span { (format::lines(cx.lang, paste.lines)) }
            span { (format::size(cx.lang, paste.bytes)) }
            span { (created) }
            span { (visibility(messages, paste.visibility)) }
            (expiry::for_page(cx, paste, view.now))
        }
    }
}

/// Links to the view modes, if there are several.
fn view_mode_links(cx: &PageContext, view: &PasteView) -> Markup {
    let messages = cx.messages();
    let LoadedPaste { view_modes, view_mode: current, .. } = view.loaded;
    html! {
        @if view_modes.len() > 1 {
            nav.readings aria-label=(messages.view_mode_label()) {
                @for view_mode in *view_modes {
                    a.tool href={ (view.path) "/" (view_mode.slug()) } aria-current=[(view_mode == current).then_some("page")] {
                        (match view_mode {
                            ViewMode::Source => messages.view_mode_source(),
                            ViewMode::Ansi => messages.view_mode_ansi(),
                            ViewMode::Diff => messages.view_mode_diff(),
                            ViewMode::Rendered => messages.view_mode_rendered(),
                            ViewMode::Table => messages.view_mode_table(),
                            ViewMode::Pretty => messages.view_mode_pretty(),
                        })
                    }
                }
            }
        }
    }
}

fn content(cx: &PageContext, view: &PasteView) -> Markup {
    let path = format!("{}/{}", view.path, view.loaded.view_mode.slug());
    let query = view.found.map_or("", |found| &found.query);
    let source = source(cx, &path, view.loaded, view.part, view.marked);
    let text = listing(cx, &Listing { query, ..source });
    html! {
        (listing::not_highlighted_note(cx, view.part))
        @match &view.derived_view {
            Some(derived_view) if view.loaded.view_mode != ViewMode::Diff => div.beside { (derived_view) div { (text) } },
            Some(derived_view) => { (derived_view) (text) },
            None => (text),
        }
    }
}
