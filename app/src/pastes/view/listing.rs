//! Numbered lines of a text, a part at a time.

use maud::{Markup, PreEscaped, html};
use render::listing::{Lines, Prefix, split};
use render::parts::{Extent, LINES};

use crate::pastes::query::Side;
use crate::state::highlights::HighlightedPart;
use crate::ui::format;
use crate::ui::page::PageContext;

/// A part of a text, and the way to its other parts.
pub struct Listing<'a> {
    pub part: &'a HighlightedPart,
    pub prefix: Prefix,
    pub marked: Option<Lines>,
    /// Of the whole text; the column of numbers is as wide as the last one.
    pub lines: u64,
    pub wrap: bool,
    /// The page that has the text: `/{id}/source`; its other parts are under `/lines`.
    pub path: &'a str,
    /// What a screen reader calls it.
    pub label: String,
}

pub fn listing(cx: &PageContext, listing: &Listing) -> Markup {
    html! {
        (way(cx, listing, Side::Before))
        (text(listing))
        (way(cx, listing, Side::After))
    }
}

/// The part alone.
pub fn text(listing: &Listing) -> Markup {
    let Extent { number, more, .. } = listing.part.extent;
    let digits = listing.lines.max(1).ilog10() + 1;
    html! {
        pre.text.(format!("d{digits}")).wrap[listing.wrap] tabindex="0" role="region" aria-label=(listing.label) {
            code #(id(listing)) data-whole[number == 1 && !more] { (part(listing)) }
        }
    }
}

/// Says that the colours did not get done.
pub fn plain_note(cx: &PageContext, part: &HighlightedPart) -> Markup {
    html! {
        div #plain role="status" { @if !part.in_time { p.note { (cx.messages().paste_plain()) } } }
    }
}

/// A part that joins those that are there, and what takes the place of the link to it.
pub fn more(cx: &PageContext, listing: &Listing, side: Side) -> Markup {
    html! {
        (part(listing))
        @if !listing.part.in_time {
            hx-partial hx-target="#plain" hx-swap="outerHTML" { (plain_note(cx, listing.part)) }
        }
        hx-partial hx-target={ "#" (way_id(listing, side)) } hx-swap="outerHTML" { (way(cx, listing, side)) }
    }
}

fn id(listing: &Listing) -> &'static str {
    match listing.prefix {
        Prefix::Line => "text",
        Prefix::Derived => "made",
    }
}

fn way_id(listing: &Listing, side: Side) -> String {
    format!("{}-{}", if side == Side::Before { "before" } else { "after" }, id(listing))
}

fn part(listing: &Listing) -> Markup {
    let HighlightedPart { html, extent, .. } = listing.part;
    let [before, marked, after] = split(html, extent, listing.prefix, listing.marked);
    let full = extent.last_line - extent.first_line + 1 == MAX_LINES;
    html! {
        span.part data-part=(extent.number) .cut[extent.cut].long[extent.long].full[full] {
            (PreEscaped(before))
            @if !marked.is_empty() { mark { (PreEscaped(marked)) } }
            (PreEscaped(after))
        }
    }
}

/// The link to the part before or after those that are shown, if there is one.
fn way(cx: &PageContext, listing: &Listing, side: Side) -> Markup {
    let messages = cx.messages();
    let HighlightedPart { extent, before, after, .. } = listing.part;
    let (to, swap) = match side {
        Side::Before => (before, "afterbegin"),
        Side::After => (after, "beforeend"),
    };
    let number = |line| format::number(cx.lang, line);
    let of =
        messages.paste_lines_of(number(extent.last_line), format::lines(cx.lang, listing.lines));
    let (parameter, fragment) = match listing.prefix {
        Prefix::Line => ("part", "lines"),
        Prefix::Derived => ("made", "made"),
    };
    html! {
        p.way #(way_id(listing, side)) {
            @if let Some(Extent { number: to, first_line, last_line, .. }) = to {
                a.button href={ (listing.path) "?" (parameter) "=" (to) }
                    hx-get={ (listing.path) "/" (fragment) "?part=" (to) "&side=" (side.as_str()) }
                    hx-trigger="click, near" hx-target={ "#" (id(listing)) } hx-swap=(swap)
                    hx-status:4xx="swap:none" hx-status:5xx="swap:none" {
                    (messages.paste_lines(number(*first_line), number(*last_line)))
                }
                @if side == Side::After { span.quiet { (of) } }
            }
        }
    }
}
