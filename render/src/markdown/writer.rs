//! Writes well-formed HTML: an HTML parser reads exactly the elements that were written. Each one is
//! closed, stands where it is allowed, and is not nested too deeply. For any other HTML, the
//! sanitiser's parser moves elements and needs quadratic time.

mod nesting;
mod raw;

use super::escape::push_text;
use super::placeholders::Placeholders;
use crate::escape::inline;
use crate::hidden::is_hidden;

/// Elements that are nested deeper lose their tags. Firefox and Chromium stop at 512. The sanitiser's
/// parser searches the open elements at each tag, so its time grows with this depth.
pub const MAX_DEPTH: usize = 64;

/// After this many bytes a text is cut by a comment, which the sanitiser removes. At each `&`, the
/// sanitiser's serialiser looks through the rest of the text.
const MAX_TEXT_BYTES: usize = 4 << 10;

pub struct Writer<'w> {
    placeholders: Placeholders<'w>,
    /// Our HTML that opens the block around each table.
    table_wrapper: &'w str,
    flow: Flow,
    /// The flows that footnotes interrupt.
    interrupted: Vec<Flow>,
}

/// The HTML of the document, or of one footnote.
#[derive(Default)]
struct Flow {
    html: String,
    /// The length of `html` when a text was last cut.
    cut_at: usize,
    open: Vec<OpenElement>,
    /// The number of open Markdown elements that are nested too deeply and were not written.
    skipped: usize,
}

struct OpenElement {
    name: &'static str,
    /// Markdown opened it, and only Markdown closes it. Otherwise it is raw HTML of the paste.
    is_markdown: bool,
    close: Close,
}

enum Close {
    Tag,
    /// Our own HTML, through a placeholder.
    Trusted(&'static str),
    /// Nothing was opened: a link inside a link.
    Nothing,
}

impl<'w> Writer<'w> {
    pub fn new(placeholders: Placeholders<'w>, table_wrapper: &'w str) -> Self {
        Self { placeholders, table_wrapper, flow: Flow::default(), interrupted: Vec::new() }
    }

    /// The HTML of the document, with placeholders and not sanitised yet.
    pub fn finish(mut self) -> (String, Placeholders<'w>) {
        self.close_down_to(0);
        (self.flow.html, self.placeholders)
    }

    /// Begins a footnote. Until [`Self::end_footnote`], everything is written into the footnote.
    pub fn begin_footnote(&mut self) {
        self.interrupted.push(std::mem::take(&mut self.flow));
    }

    /// Returns the HTML of the footnote.
    pub fn end_footnote(&mut self) -> String {
        self.close_down_to(0);
        let outer = self.interrupted.pop().unwrap_or_default();
        std::mem::replace(&mut self.flow, outer).html
    }

    pub fn is_inside(&self, name: &str) -> bool {
        self.flow.open.iter().any(|open| open.name == name)
    }

    /// Opens an element of Markdown, which [`Self::close`] closes. `attributes` are written as they
    /// are.
    pub fn open(&mut self, name: &'static str, attributes: &str) {
        if !self.prepare(name) {
            return;
        }
        if name == "a" && self.is_inside("a") {
            self.push_open(name, true, Close::Nothing);
        } else {
            self.start(name, attributes);
            self.push_open(name, true, Close::Tag);
        }
    }

    /// Opens a block of our own, given as the HTML that opens and closes it. [`Self::close`] closes it.
    pub fn open_trusted(&mut self, open: String, close: &'static str) {
        if self.prepare("div") {
            self.placeholders.push(&mut self.flow.html, open);
            self.push_open("div", true, Close::Trusted(close));
        }
    }

    /// Closes the last open element of Markdown.
    pub fn close(&mut self) {
        if self.flow.skipped > 0 {
            self.flow.skipped -= 1;
            self.flow.html.push('\n');
        } else if let Some(at) = self.flow.open.iter().rposition(|open| open.is_markdown) {
            self.close_down_to(at);
        }
    }

    /// Writes an element that has no content.
    pub fn void(&mut self, name: &'static str) {
        if self.prepare(name) {
            self.start(name, "");
        } else {
            self.flow.skipped -= 1;
        }
    }

    pub fn text(&mut self, text: &str) {
        if self.is_in_container() {
            if text.trim().is_empty() {
                return;
            }
            self.open_default_children("");
        }
        let mut rest = 0;
        let hidden = text.char_indices().filter(|(at, c)| is_hidden(text, *at, *c));
        for (at, c) in hidden {
            self.visible_text(&text[rest..at]);
            rest = at + c.len_utf8();
            self.placeholders.push(&mut self.flow.html, inline(&text[at..rest]).0);
            self.cut_long_text();
        }
        self.visible_text(&text[rest..]);
    }

    fn visible_text(&mut self, text: &str) {
        let mut rest = text;
        while !rest.is_empty() {
            let (beginning, end) = rest.split_at(rest.floor_char_boundary(MAX_TEXT_BYTES));
            push_text(&mut self.flow.html, beginning);
            self.cut_long_text();
            rest = end;
        }
    }

    /// Writes complete HTML of our own that may stand in a line of text.
    pub fn trusted_inline(&mut self, html: String) {
        self.open_default_children("");
        self.placeholders.push(&mut self.flow.html, html);
        self.cut_long_text();
    }

    /// Writes complete HTML of our own that may not stand in a line of text.
    pub fn trusted_block(&mut self, html: String) {
        self.close_raw_text_elements();
        self.trusted_inline(html);
    }

    fn cut_long_text(&mut self) {
        if self.flow.html.len() - self.flow.cut_at > MAX_TEXT_BYTES {
            self.flow.html.push_str("<!---->");
            self.flow.cut_at = self.flow.html.len();
        }
    }

    /// Writes a start tag. Our own block stands around each table.
    fn start(&mut self, name: &'static str, attributes: &str) {
        if name == "table" {
            self.placeholders.push(&mut self.flow.html, self.table_wrapper);
        }
        self.flow.html.push('<');
        self.flow.html.push_str(name);
        self.flow.html.push_str(attributes);
        self.flow.html.push('>');
    }

    fn push_open(&mut self, name: &'static str, is_markdown: bool, close: Close) {
        self.flow.open.push(OpenElement { name, is_markdown, close });
    }

    /// Closes elements until `depth` are open.
    fn close_down_to(&mut self, depth: usize) {
        while self.flow.open.len() > depth {
            let Some(open) = self.flow.open.pop() else { return };
            match open.close {
                Close::Tag => {
                    self.flow.html.push_str("</");
                    self.flow.html.push_str(open.name);
                    self.flow.html.push('>');
                    if open.name == "table" {
                        self.placeholders.push(&mut self.flow.html, "</div>");
                    }
                }
                Close::Trusted(html) => self.placeholders.push(&mut self.flow.html, html),
                Close::Nothing => {}
            }
        }
    }
}
