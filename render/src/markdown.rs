//! Renders the Markdown of a paste as HTML that is safe on our pages.
//!
//! There are three steps. First, the parser's events are written as well-formed elements, together
//! with the raw HTML of the paste. Then a sanitiser removes everything that is not allowed. Last, our
//! own HTML replaces its placeholders.

mod document;
mod elements;
mod escape;
mod footnotes;
mod labels;
mod links;
mod pending;
mod placeholders;
mod raw_html;
mod sanitiser;
#[cfg(test)]
mod tests;
mod writer;

pub use labels::Labels;

use maud::{PreEscaped, html};
use pulldown_cmark::{Options, Parser, TextMergeStream};

use document::{Document, Highlight};
use placeholders::Placeholders;
use writer::Writer;

/// Longer texts, in bytes, are not rendered. This keeps the slowest text below one second on one
/// core, without what `highlight` takes.
pub const MAX_BYTES: usize = 1 << 19;

/// Renders a document as flow content. Nothing from the paste has an id, a class or a script, and the
/// page loads nothing from an address in the paste. `None` if the text is longer than [`MAX_BYTES`],
/// or if the operating system has no random bits.
///
/// `highlight(language, code)` gives the safe HTML of a block of code, or `None` to leave it plain.
pub fn render(text: &str, labels: &Labels, highlight: Highlight) -> Option<PreEscaped<String>> {
    if text.len() > MAX_BYTES {
        return None;
    }
    let label = html! { (labels.table) }.0;
    let table_wrapper =
        format!("<div class=\"scroll\" tabindex=\"0\" role=\"group\" aria-label=\"{label}\">");
    let writer = Writer::new(Placeholders::new()?, &table_wrapper);
    let events = TextMergeStream::new(Parser::new_ext(text, options()));
    let (html, placeholders) = Document::new(labels, highlight, writer).write(events);
    Some(PreEscaped(placeholders.replace(&sanitiser::sanitise(&html))))
}

fn options() -> Options {
    Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_GFM
}
