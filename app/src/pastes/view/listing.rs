//! The numbered lines of a text, a part at a time.

use maud::{Markup, PreEscaped, html};
use render::highlight::MAX_LINE_BYTES;
use render::listing::{Lines, Prefix, split};
use render::parts::{Extent, MAX_LINES};

use crate::pastes::query::Side;
use crate::pastes::view::search::encoded;
use crate::state::highlights::{HighlightedPart, Plain};
use crate::ui::format;
use crate::ui::page::PageContext;

/// A part of a text, with links to the parts before and after it.
pub struct Listing<'a> {
    pub part: &'a HighlightedPart,
    pub prefix: Prefix,
    pub marked: Option<Lines>,
    /// Lines of the whole text: the column of numbers is as wide as the highest number.
    pub lines: u64,
    pub wrap: bool,
    /// The address of the page, such as `/{id}/source`. The address of other parts begins with it.
    pub path: &'a str,
    /// The word whose places are marked. The links to other parts keep it.
    pub query: &'a str,
    /// The name of the region for screen readers.
    pub label: String,
}

/// The part between the links to the other parts.
pub fn listing(cx: &PageContext, listing: &Listing) -> Markup {
    html! {
        (part_link(cx, listing, Side::Before))
        (text(listing))
        (part_link(cx, listing, Side::After))
    }
}

/// The part without links.
pub fn text(listing: &Listing) -> Markup {
    let Extent { number, more, .. } = listing.part.extent;
    let digits = listing.lines.max(1).ilog10() + 1;
    html! {
        pre.text.(format!("d{digits}")).wrap[listing.wrap] tabindex="0" role="region" aria-label=(listing.label) {
            code #(code_id(listing)) data-whole[number == 1 && !more] { (part(listing)) }
        }
    }
}

/// A note if some or all of the part is not highlighted.
pub fn not_highlighted_note(cx: &PageContext, part: &HighlightedPart) -> Markup {
    let messages = cx.messages();
    let note = part.plain.map(|reason| match reason {
        Plain::NotYet => messages.paste_plain_yet(),
        Plain::TooSlow => messages.paste_plain(),
        Plain::LongLines => {
            let bytes = format::number(cx.lang, MAX_LINE_BYTES as u64);
            messages.paste_plain_lines(bytes)
        }
    });
    html! {
        div #plain role="status" { @if let Some(note) = note { p.note { (note) } } }
    }
}

/// A part that htmx inserts into a listing, and the link to the next part, which replaces the link to
/// this one.
pub fn more(cx: &PageContext, listing: &Listing, side: Side) -> Markup {
    html! {
        (part(listing))
        @if listing.part.plain.is_some() {
            hx-partial hx-target="#plain" hx-swap="outerHTML" { (not_highlighted_note(cx, listing.part)) }
        }
        hx-partial hx-target={ "#" (link_id(listing, side)) } hx-swap="outerHTML" { (part_link(cx, listing, side)) }
    }
}

fn code_id(listing: &Listing) -> &'static str {
    match listing.prefix {
        Prefix::Line => "text",
        Prefix::Derived => "made",
    }
}

fn link_id(listing: &Listing, side: Side) -> String {
    format!("{}-{}", if side == Side::Before { "before" } else { "after" }, code_id(listing))
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

/// The link to the part before or after this one, if there is one.
fn part_link(cx: &PageContext, listing: &Listing, side: Side) -> Markup {
    let messages = cx.messages();
    let HighlightedPart { extent, before, after, .. } = listing.part;
    let (target, swap) = match side {
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
    let query = match listing.query {
        "" => String::new(),
        query => format!("&q={}", encoded(query)),
    };
    html! {
        p.way #(link_id(listing, side)) {
            @if let Some(Extent { number: target, first_line, last_line, .. }) = target {
                a.button href={ (listing.path) "?" (parameter) "=" (target) (query) }
                    hx-get={ (listing.path) "/" (fragment) "?part=" (target) "&side=" (side.as_str()) }
                    hx-trigger="click, near" hx-target={ "#" (code_id(listing)) } hx-swap=(swap)
                    hx-status:4xx="swap:none" hx-status:5xx="swap:none" {
                    (messages.paste_lines(number(*first_line), number(*last_line)))
                }
                @if side == Side::After { span.quiet { (of) } }
            }
        }
    }
}
