//! A text as numbered lines. Before each line stands an empty link to it. The style sheet shows the
//! number, so it is not part of the text.

use std::fmt::Write as _;
use std::str::FromStr;
use std::time::Instant;

use serde::Deserialize;

use crate::escape::push_text;
use crate::line_renderer::LineRenderer;
use crate::parts::{Extent, Part};

/// The first letter of the ids of lines: `#L3`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Prefix {
    /// The lines of the paste itself: `L`.
    Line,
    /// The lines of a text derived from the paste, such as indented JSON: `P`.
    Derived,
}

impl Prefix {
    pub fn letter(self) -> char {
        match self {
            Self::Line => 'L',
            Self::Derived => 'P',
        }
    }
}

/// Writes the lines of a part in several steps.
#[derive(Debug, Default)]
pub struct PartWriter {
    html: String,
    /// What is written of the part: bytes and lines.
    bytes: usize,
    lines: usize,
}

impl PartWriter {
    /// Writes lines until `until`, at least one. Returns the lines of the part as `renderer` writes
    /// them when it is complete; the next call begins another part.
    pub fn write(
        &mut self,
        part: &Part,
        prefix: Prefix,
        renderer: &mut LineRenderer,
        until: Instant,
    ) -> Option<String> {
        if self.html.is_empty() {
            self.html.reserve(part.text.len() * 2 + 64);
        }
        for (number, line) in numbered_lines(part, self.lines, self.bytes) {
            push_link(&mut self.html, prefix, number);
            renderer.line(line, &mut self.html);
            self.bytes += line.len();
            self.lines += 1;
            // Checked for each line, because a single line can take long.
            if self.bytes < part.text.len() && Instant::now() > until {
                return None;
            }
        }
        Some(std::mem::take(self).html)
    }
}

/// The lines of a part without colours. This is fast and needs no deadline.
pub fn plain(part: &Part, prefix: Prefix) -> String {
    let mut html = String::with_capacity(part.text.len() * 2 + 64);
    for (number, line) in numbered_lines(part, 0, 0) {
        push_link(&mut html, prefix, number);
        push_text(&mut html, line);
    }
    html
}

/// The lines of a part after the first `skipped` ones, which have `bytes` bytes. A line has a number
/// if it begins in this part.
fn numbered_lines<'a>(
    part: &Part<'a>,
    skipped: usize,
    bytes: usize,
) -> impl Iterator<Item = (Option<u64>, &'a str)> {
    let Extent { first_line, cut, .. } = part.extent;
    let numbers = (first_line..).map(move |number| (number > first_line || !cut).then_some(number));
    numbers.skip(skipped).zip(part.text[bytes..].split_inclusive('\n'))
}

fn push_link(html: &mut String, prefix: Prefix, number: Option<u64>) {
    let letter = prefix.letter();
    if let Some(number) = number {
        let _ = write!(html, "<a id={letter}{number} href=#{letter}{number} title={number}></a>");
    }
}

/// A range of lines: the first and the last, counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Lines {
    pub first: u64,
    pub last: u64,
}

#[derive(Debug, thiserror::Error)]
#[error("lines are written as 3 or 3-9")]
pub struct BadLines;

impl FromStr for Lines {
    type Err = BadLines;

    /// Parses `3`, `3-9` and `L3-L9`. The two numbers may be in either order.
    fn from_str(text: &str) -> Result<Self, BadLines> {
        let number = |text: &str| {
            let digits = text.strip_prefix('L').unwrap_or(text);
            digits.parse().ok().filter(|number: &u64| *number > 0).ok_or(BadLines)
        };
        let (one, other) = text.split_once('-').unwrap_or((text, text));
        let (one, other) = (number(one)?, number(other)?);
        Ok(Self { first: one.min(other), last: one.max(other) })
    }
}

impl TryFrom<String> for Lines {
    type Error = BadLines;

    fn try_from(text: String) -> Result<Self, BadLines> {
        text.parse()
    }
}

impl std::fmt::Display for Lines {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.first == self.last {
            write!(f, "{}", self.first)
        } else {
            write!(f, "{}-{}", self.first, self.last)
        }
    }
}

/// Splits the HTML of a part into the text before, inside and after the marked lines. If no marked
/// line is in this part, everything is before.
pub fn split<'a>(
    html: &'a str,
    extent: &Extent,
    prefix: Prefix,
    marked: Option<Lines>,
) -> [&'a str; 3] {
    let is_in_part =
        |lines: &Lines| lines.first <= extent.last_line && lines.last >= extent.first_line;
    let Some(lines) = marked.filter(is_in_part) else { return [html, "", ""] };
    let start_of = |line: u64| {
        let link = format!("<a id={}{line} ", prefix.letter());
        memchr::memmem::find(html.as_bytes(), link.as_bytes())
    };
    let start = if lines.first <= extent.first_line { None } else { start_of(lines.first) };
    let end = if lines.last >= extent.last_line { None } else { start_of(lines.last + 1) };
    let (start, end) = (start.unwrap_or(0), end.unwrap_or(html.len()));
    [&html[..start], &html[start..end], &html[end..]]
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::parts::parts;

    fn listing(text: &str) -> String {
        let part = parts(text).next().unwrap();
        let until = Instant::now() + Duration::from_mins(1);
        PartWriter::default().write(&part, Prefix::Line, &mut LineRenderer::Plain, until).unwrap()
    }

    #[test]
    fn every_line_has_a_link_with_its_number() {
        assert_eq!(
            listing("a\n<b>"),
            "<a id=L1 href=#L1 title=1></a>a\n<a id=L2 href=#L2 title=2></a>&lt;b&gt;"
        );
        assert_eq!(listing(""), "");
    }

    #[test]
    fn a_part_that_is_written_in_many_steps_is_the_same() {
        let text = "a\nb\n\nc";
        let part = parts(text).next().unwrap();
        let long_ago = Instant::now().checked_sub(Duration::from_secs(1)).unwrap();
        let (mut writer, mut steps) = (PartWriter::default(), 1);
        let html = loop {
            match writer.write(&part, Prefix::Line, &mut LineRenderer::Plain, long_ago) {
                Some(html) => break html,
                None => steps += 1,
            }
        };
        assert_eq!((html, steps), (listing(text), 4));
    }

    #[test]
    fn a_range_of_lines_is_one_number_or_two() {
        let lines = |text: &str| text.parse().map(|Lines { first, last }| (first, last)).ok();
        assert_eq!(lines("3"), Some((3, 3)));
        assert_eq!(lines("3-9"), Some((3, 9)));
        assert_eq!(lines("L9-L3"), Some((3, 9)));
        for bad in ["", "0", "3-", "-3", "x", "3-9-12", "99999999999999999999"] {
            assert_eq!(lines(bad), None, "{bad}");
        }
        assert_eq!("9-3".parse::<Lines>().unwrap().to_string(), "3-9");
        assert_eq!("7-7".parse::<Lines>().unwrap().to_string(), "7");
    }

    #[test]
    fn marked_lines_are_split_off() {
        let html = listing("a\nb\nc\n");
        let extent = parts("a\nb\nc\n").next().unwrap().extent;
        let marked = |extent: Extent, first, last| {
            let pieces = split(&html, &extent, Prefix::Line, Some(Lines { first, last }));
            assert_eq!(pieces.concat(), html);
            crate::read_back::text_content(pieces[1])
        };
        assert_eq!(marked(extent, 2, 2), "b\n");
        assert_eq!(marked(extent, 2, 3), "b\nc\n");
        assert_eq!(marked(extent, 1, 99), "a\nb\nc\n");
        assert_eq!(marked(extent, 50, 99), "");
        assert_eq!(split(&html, &extent, Prefix::Line, None), [&html, "", ""]);
        let third = Extent { first_line: 4_001, last_line: 4_003, ..extent };
        assert_eq!(marked(third, 1, 9_000), "a\nb\nc\n");
        assert_eq!(marked(third, 1, 4_000), "");
    }
}
