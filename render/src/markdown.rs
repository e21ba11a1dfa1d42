//! A paste's Markdown as HTML that is safe on our pages.
//!
//! Three steps: the parser's events are written as well-formed elements, the paste's own HTML
//! among them; a sanitiser leaves only what it knows; our own HTML takes the place of its marks.

mod clean;
mod document;
mod elements;
mod links;
mod marks;
mod notes;
mod raw;
#[cfg(test)]
mod tests;
mod writer;

use maud::{PreEscaped, html};
use pulldown_cmark::{Options, Parser, TextMergeStream};

use document::Document;
use marks::Marks;

/// Longer texts stay as they are. It keeps the worst text below one second of one core.
pub const MAX_BYTES: usize = 1 << 19;

/// What the document says in the language of the page.
#[derive(Debug, Clone, Copy)]
pub struct Words<'a> {
    /// Names a block of code, which takes the keyboard's focus to be scrolled.
    pub code: &'a str,
    /// The same for a table.
    pub table: &'a str,
    /// Names the footnotes.
    pub notes: &'a str,
    /// Names the link from a footnote back to the text.
    pub back: &'a str,
    /// Name the checkboxes of a task list.
    pub done: &'a str,
    pub to_do: &'a str,
    /// Titles of alerts.
    pub note: &'a str,
    pub tip: &'a str,
    pub important: &'a str,
    pub warning: &'a str,
    pub caution: &'a str,
}

/// The document as flow content: nothing of the paste has an id, a class or a script, and nothing
/// is loaded from anywhere. `None` if the text is longer than [`MAX_BYTES`].
///
/// `colour(language, code)` gives a block of code as HTML that is safe as it is, or `None` to leave
/// it plain.
pub fn render(
    text: &str,
    words: &Words,
    colour: &mut dyn FnMut(&str, &str) -> Option<String>,
) -> Option<PreEscaped<String>> {
    if text.len() > MAX_BYTES {
        return None;
    }
    let label = html! { (words.table) }.0;
    let table =
        format!("<div class=\"scroll\" tabindex=\"0\" role=\"group\" aria-label=\"{label}\">");
    let mut marks = Marks::new(&table)?;
    let events = TextMergeStream::new(Parser::new_ext(text, options()));
    let html = Document::new(words, colour, &mut marks).write(events);
    Some(PreEscaped(marks.replace(&clean::clean(&html))))
}

fn options() -> Options {
    Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_GFM
}
