//! Writes elements so that an HTML parser reads exactly what was written: each one closed, each in
//! its place, none too deep. The sanitiser's parser needs quadratic time for anything else.

use super::elements::{Kind, accepts, is_cell, is_of_table, kind, parents, part};
use super::marks::Marks;

/// Elements beyond this depth lose their tags. Firefox and Chromium stop at 512; the sanitiser's
/// parser looks through the open elements at each tag, so its time grows with this.
pub const MAX_DEPTH: usize = 64;

/// The sanitiser's serialiser looks at each `&` through the rest of its text, so a long text is cut
/// by a comment, which the sanitiser drops.
const MAX_TEXT_BYTES: usize = 4 << 10;

struct Open {
    name: &'static str,
    /// Of Markdown: only Markdown ends it.
    fixed: bool,
    close: Close,
}

enum Close {
    Tag,
    Mark(&'static str),
    Nothing,
}

#[derive(Default)]
pub struct Writer {
    html: String,
    /// Where the last cut was made.
    cut_at: usize,
    open: Vec<Open>,
    /// Markdown's elements that are open but too deep to be written.
    skipped: usize,
}

impl Writer {
    pub fn finish(mut self, marks: &mut Marks) -> String {
        self.close_down_to(0, marks);
        self.html
    }

    pub fn is_inside(&self, name: &str) -> bool {
        self.open.iter().any(|open| open.name == name)
    }

    /// An element of Markdown, to be ended by [`Self::close`]; `attributes` as they are written.
    pub fn open(&mut self, name: &'static str, attributes: &str, marks: &mut Marks) {
        if !self.make_room(name, marks) {
            return;
        }
        if name == "a" && self.is_inside("a") {
            self.push(name, true, Close::Nothing);
        } else {
            self.start(name, attributes, marks);
            self.push(name, true, Close::Tag);
        }
    }

    /// A block of our own, given as what opens and closes it.
    pub fn open_own(&mut self, open: String, close: &'static str, marks: &mut Marks) {
        if self.make_room("div", marks) {
            marks.write(&mut self.html, open);
            self.push("div", true, Close::Mark(close));
        }
    }

    /// Ends the last open element of Markdown.
    pub fn close(&mut self, marks: &mut Marks) {
        if self.skipped > 0 {
            self.skipped -= 1;
            self.html.push('\n');
        } else if let Some(at) = self.open.iter().rposition(|open| open.fixed) {
            self.close_down_to(at, marks);
        }
    }

    /// A start tag of the paste, which may stand anywhere and never be ended.
    pub fn open_raw(&mut self, name: &'static str, attributes: &str, marks: &mut Marks) {
        let kind = kind(name);
        let inline = matches!(kind, Kind::Inline | Kind::Void);
        if self.skipped > 0
            || self.open.len() >= MAX_DEPTH
            || (!inline && !self.end_lines(marks))
            || (name == "a" && self.is_inside("a"))
            || !self.go_to_parent(name, marks)
        {
            return;
        }
        self.start(name, attributes, marks);
        if !matches!(kind, Kind::Void | Kind::Rule) {
            self.push(name, false, Close::Tag);
        }
    }

    /// An end tag of the paste: ends what it began, if that is still open and nothing of Markdown
    /// stands between.
    pub fn close_raw(&mut self, name: &str, marks: &mut Marks) {
        let inline = kind(name) == Kind::Inline;
        for at in (0..self.open.len()).rev() {
            let open = &self.open[at];
            if open.fixed {
                return;
            }
            if open.name == name {
                return self.close_down_to(at, marks);
            }
            if (inline && kind(open.name) != Kind::Inline)
                || (is_cell(open.name) && !is_of_table(name))
            {
                return;
            }
        }
    }

    pub fn text(&mut self, text: &str, marks: &mut Marks) {
        if self.in_frame() {
            if text.trim().is_empty() {
                return;
            }
            self.fill_frame("", marks);
        }
        let mut rest = text;
        while !rest.is_empty() {
            let (beginning, end) = rest.split_at(rest.floor_char_boundary(MAX_TEXT_BYTES));
            push_text(&mut self.html, beginning);
            self.cut_text();
            rest = end;
        }
    }

    fn cut_text(&mut self) {
        if self.html.len() - self.cut_at > MAX_TEXT_BYTES {
            self.html.push_str("<!---->");
            self.cut_at = self.html.len();
        }
    }

    /// An element without an end.
    pub fn void(&mut self, name: &'static str, marks: &mut Marks) {
        if self.make_room(name, marks) {
            self.start(name, "", marks);
        } else {
            self.skipped -= 1;
        }
    }

    /// Our own HTML, whole: with `block`, it may not stand in a line of text.
    pub fn own(&mut self, html: String, block: bool, marks: &mut Marks) {
        if block {
            self.end_lines_of_paste(marks);
        }
        self.fill_frame("", marks);
        marks.write(&mut self.html, html);
        self.cut_text();
    }

    /// Ends what may not hold this element; false, and one more skipped, if it is too deep.
    fn make_room(&mut self, name: &'static str, marks: &mut Marks) -> bool {
        if self.skipped > 0 || self.open.len() >= MAX_DEPTH {
            self.skipped += 1;
            return false;
        }
        if !matches!(kind(name), Kind::Inline | Kind::Void) {
            self.end_lines_of_paste(marks);
        }
        self.fill_frame(name, marks);
        true
    }

    fn end_lines_of_paste(&mut self, marks: &mut Marks) {
        while self.open.last().is_some_and(|open| {
            !open.fixed && matches!(kind(open.name), Kind::Inline | Kind::Line | Kind::Caption)
        }) {
            self.close_down_to(self.open.len() - 1, marks);
        }
    }

    /// Ends the line of text that a block of the paste begins in; false if that line has to go on.
    fn end_lines(&mut self, marks: &mut Marks) -> bool {
        let mut at = self.open.len();
        while at > 0 {
            let open = &self.open[at - 1];
            match kind(open.name) {
                Kind::Caption => return false,
                Kind::Inline | Kind::Line if open.fixed => return false,
                Kind::Inline | Kind::Line => at -= 1,
                _ => break,
            }
        }
        self.close_down_to(at, marks);
        true
    }

    /// Goes up to the element that this one is a part of; false if there is none.
    fn go_to_parent(&mut self, name: &'static str, marks: &mut Marks) -> bool {
        let parents = parents(name);
        if !parents.is_empty() {
            let of_table = is_of_table(name);
            let Some(at) = self.nearest(|open| {
                let is_parent = parents.contains(&open);
                let is_wall = if of_table { open == "table" } else { kind(open) != Kind::Inline };
                let is_sibling = !of_table && !parents.is_empty() && accepts_any(parents, open);
                (is_parent || is_wall && !is_sibling).then_some(is_parent)
            }) else {
                return false;
            };
            self.close_down_to(at + 1, marks);
        }
        self.fill_frame(name, marks);
        true
    }

    /// The place of the last element, from the inside out, that `verdict` says yes to before it
    /// says no, with nothing of Markdown to be closed for it.
    fn nearest(&self, verdict: impl Fn(&'static str) -> Option<bool>) -> Option<usize> {
        for (at, open) in self.open.iter().enumerate().rev() {
            match verdict(open.name) {
                Some(true) => return Some(at),
                Some(false) => return None,
                None if open.fixed => return None,
                None => {}
            }
        }
        None
    }

    fn in_frame(&self) -> bool {
        self.open.last().is_some_and(|open| kind(open.name) == Kind::Frame)
    }

    /// Gives a list or a table the parts that `name` (or text) has to stand in.
    fn fill_frame(&mut self, name: &str, marks: &mut Marks) {
        while let Some(frame) = self.open.last().map(|open| open.name) {
            if kind(frame) != Kind::Frame || accepts(frame, name) {
                return;
            }
            self.start(part(frame), "", marks);
            self.push(part(frame), false, Close::Tag);
        }
    }

    fn start(&mut self, name: &'static str, attributes: &str, marks: &mut Marks) {
        if name == "table" {
            marks.write(&mut self.html, marks.table);
        }
        self.html.push('<');
        self.html.push_str(name);
        self.html.push_str(attributes);
        self.html.push('>');
    }

    fn push(&mut self, name: &'static str, fixed: bool, close: Close) {
        self.open.push(Open { name, fixed, close });
    }

    fn close_down_to(&mut self, depth: usize, marks: &mut Marks) {
        while self.open.len() > depth {
            let Some(open) = self.open.pop() else { return };
            match open.close {
                Close::Tag => {
                    self.html.push_str("</");
                    self.html.push_str(open.name);
                    self.html.push('>');
                    if open.name == "table" {
                        marks.write(&mut self.html, "</div>");
                    }
                }
                Close::Mark(html) => marks.write(&mut self.html, html),
                Close::Nothing => {}
            }
        }
    }
}

/// A part that stands beside this one, such as another `li`.
fn accepts_any(parents: &[&str], name: &str) -> bool {
    parents.iter().any(|parent| accepts(parent, name))
}

/// As an element's text. Whatever turns the direction of the text around
/// is fenced in; the marks U+061C, U+200E and U+200F are no more than letters of a direction, and
/// like these do not reach out of their block.
fn push_text(html: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '\0' => html.push('\u{fffd}'),
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
                html.push_str("<bdi>");
                html.push(c);
                html.push_str("</bdi>");
            }
            c => html.push(c),
        }
    }
}

/// ` name="value"`.
pub fn attribute(name: &str, value: &str) -> String {
    let mut html = format!(" {name}=\"");
    for c in value.chars() {
        match c {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\0' => {}
            c => html.push(c),
        }
    }
    html.push('"');
    html
}
