//! The page of one paste.

use maud::{Markup, html};
use render::syntaxes::PLAIN;
use store::Paste;

use crate::pastes::loaded::Opened;
use crate::pastes::view::expiry;
use crate::pastes::view::listing::{self, Side, listing};
use crate::pastes::view::pieces::{plain_title, syntax_name, title, visibility};
use crate::pastes::view::shown::{Shown, link, source};
use crate::pastes::view::{preview, tools};
use crate::pastes::view_mode::Reading;
use crate::state::highlights::HighlightedPart;
use crate::ui::format;
use crate::ui::layout;
use crate::ui::page::{Flash, PageContext};

pub fn page(cx: &PageContext, shown: &Shown) -> Markup {
    let paste = &shown.opened.paste;
    let body = html! {
        article #paste data-keys {
            @if cx.flash == Some(Flash::Created) { (created(cx, paste)) }
            h1 { (title(cx, paste)) }
            (facts(cx, shown))
            (tools::bar(cx, shown))
            (readings(cx, shown))
            (content(cx, shown))
            (tools::dialogs(cx, shown))
        }
    };
    let title = layout::title(cx, &plain_title(cx, paste));
    layout::layout_with(cx, &title, &preview::head(cx, paste, shown.opened.source.text()), &body)
}

/// Another part of the text, as a fragment.
pub fn more_lines(
    cx: &PageContext,
    path: &str,
    opened: &Opened,
    part: &HighlightedPart,
    side: Side,
) -> Markup {
    listing::more(cx, &source(cx, path, opened, part, None), side)
}

fn created(cx: &PageContext, paste: &Paste) -> Markup {
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
                        (messages.paste_created_expires(format::date_time(cx.lang, at)))
                    } @else {
                        (messages.paste_created_never())
                    }
                    @if paste.owner.is_none() { " " (messages.paste_created_anonymous()) }
                }
            }
            img src={ "/" (paste.id) "/qr" } alt=(messages.paste_qr_alt()) width="120" height="120";
        }
    }
}

fn facts(cx: &PageContext, shown: &Shown) -> Markup {
    let messages = cx.messages();
    let Opened { paste, syntax, .. } = shown.opened;
    let made = messages.paste_made(format::date_time(cx.lang, paste.created_at));
    let guessed = paste.syntax_guessed && paste.syntax == syntax.slug && syntax.slug != PLAIN;
    html! {
        p.facts {
            span {
                a href={ (shown.path) "/syntax" } title=(messages.syntax_change()) data-dialog="syntax"
                    hx-get={ (shown.path) "/syntaxes" } hx-target="#syntaxes" hx-swap="innerHTML" {
                    (syntax_name(messages, syntax))
                }
                @if guessed { " " span.quiet { (messages.syntax_guessed()) } }
            }
            span { (format::lines(cx.lang, paste.lines)) }
            span { (format::size(cx.lang, paste.bytes)) }
            time datetime=(format::iso(paste.created_at)) { (made) }
            span { (visibility(messages, paste.visibility)) }
            (expiry::first(cx, paste, shown.now))
        }
    }
}

/// The ways to read this text, where there is more than one.
fn readings(cx: &PageContext, shown: &Shown) -> Markup {
    let messages = cx.messages();
    let Opened { readings, reading: current, .. } = shown.opened;
    html! {
        @if readings.len() > 1 {
            nav.readings aria-label=(messages.reading_label()) {
                @for reading in *readings {
                    a.tool href={ (shown.path) "/" (reading.slug()) } aria-current=[(reading == current).then_some("page")] {
                        (match reading {
                            Reading::Source => messages.reading_source(),
                            Reading::Ansi => messages.reading_ansi(),
                            Reading::Diff => messages.reading_diff(),
                            Reading::Rendered => messages.reading_rendered(),
                            Reading::Table => messages.reading_table(),
                            Reading::Pretty => messages.reading_pretty(),
                        })
                    }
                }
            }
        }
    }
}

fn content(cx: &PageContext, shown: &Shown) -> Markup {
    let path = format!("{}/{}", shown.path, shown.opened.reading.slug());
    let text = listing(cx, &source(cx, &path, shown.opened, shown.part, shown.marked));
    html! {
        (listing::plain_note(cx, shown.part))
        @match &shown.made {
            Some(made) if shown.opened.reading != Reading::Diff => div.beside { (made) div { (text) } },
            Some(made) => { (made) (text) },
            None => (text),
        }
    }
}
