//! Metadata for link previews and search engines. It reveals nothing about pastes that are not
//! public.

use maud::{Markup, html};
use store::{Paste, Visibility};

use crate::pastes::view::components::public_title;
use crate::pastes::view::paste_view::link;
use crate::ui::format;
use crate::ui::page::PageContext;

/// The longest beginning of a text in a description, in characters.
const DESCRIPTION_MAX: usize = 200;

/// The elements for the page's head.
pub fn head(cx: &PageContext, paste: &Paste, text: &str) -> Markup {
    let messages = cx.messages();
    let public = paste.visibility == Visibility::Public;
    html! {
        meta property="og:site_name" content=(messages.site_name());
        meta property="og:type" content="website";
        meta property="og:title" content=(public_title(cx, paste));
        @if public {
            meta property="og:url" content=(link(cx, paste));
            meta property="og:description" content=(description(cx, paste, text));
            meta name="description" content=(description(cx, paste, text));
            link rel="canonical" href=(link(cx, paste));
        }
        @if paste.visibility != Visibility::Private {
            link rel="alternate" type="application/json+oembed"
                href={ (cx.public_url) "/oembed?url=" (percent_encoding::utf8_percent_encode(&link(cx, paste), percent_encoding::NON_ALPHANUMERIC)) };
        }
    }
}

/// The number of lines, and the beginning of the text.
fn description(cx: &PageContext, paste: &Paste, text: &str) -> String {
    let beginning: String = text
        .chars()
        .take(4 * DESCRIPTION_MAX)
        .filter(|c| !c.is_control() || c.is_whitespace())
        .collect();
    let words: Vec<&str> = beginning.split_whitespace().collect();
    let beginning: String = words.join(" ").chars().take(DESCRIPTION_MAX).collect();
    let beginning = render::escape::without_invisible(&beginning);
    format!("{}: {beginning}", format::lines(cx.lang, paste.lines))
}
