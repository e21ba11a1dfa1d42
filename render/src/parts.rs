//! Splits a large text into parts. A part is small enough for a browser to lay out without a pause.

use memchr::memchr_iter;

/// A part has at most this many lines.
pub const MAX_LINES: u64 = 2_000;

/// A part has at most this many bytes. It ends at the end of a line, except for lines that are cut.
pub const MAX_BYTES: usize = 512 * 1024;

/// A line in a part has at most this many bytes. A longer line is cut into parts of its own, because
/// browsers take a second to lay out half a mebibyte without a line end.
pub const MAX_LINE_BYTES: usize = 64 * 1024;

/// The place of a part in its text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Extent {
    /// The number of the part, from 1.
    pub number: u64,
    /// The number of the line that the part begins with, from 1. If `cut`, this line began in an
    /// earlier part.
    pub first_line: u64,
    /// The number of the line that the part ends with.
    pub last_line: u64,
    /// The part begins in the middle of a line.
    pub cut: bool,
    /// The part is a piece of a line that is too long for one part.
    pub long: bool,
    /// The text continues after this part.
    pub more: bool,
}

/// A part of a text, and its place there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part<'a> {
    pub text: &'a str,
    pub extent: Extent,
}

/// The parts of `text`, in order. An empty text has one part.
pub fn parts(text: &str) -> impl Iterator<Item = Part<'_>> {
    let mut cursor = Cursor::default();
    std::iter::from_fn(move || cursor.next(text))
}

/// A place between the parts of a text that is not borrowed. It begins before the first part.
#[derive(Clone, Copy, Debug, Default)]
pub struct Cursor {
    /// The number of parts and of lines before this place, and whether the last line is incomplete.
    parts: u64,
    lines: u64,
    cut: bool,
    /// The offset in the text, in bytes.
    at: usize,
}

impl Cursor {
    /// The number of the part at this place, from 1.
    pub fn number(&self) -> u64 {
        self.parts + 1
    }

    /// The part at this place, which moves behind it. `text` is the same text at every call.
    pub fn next<'a>(&mut self, text: &'a str) -> Option<Part<'a>> {
        let Self { parts, lines, cut, at } = *self;
        let rest = text.get(at..).filter(|rest| !rest.is_empty() || parts == 0)?;
        let (length, newlines) = measure_first_part(rest);
        let text = &rest[..length];
        let ends_line = text.ends_with('\n');
        let first_line = lines + 1;
        let last_line = first_line + newlines - u64::from(ends_line);
        let more = rest.len() > length;
        let long = cut || more && !ends_line;
        let extent = Extent { number: parts + 1, first_line, last_line, cut, long, more };
        *self =
            Self { parts: parts + 1, lines: lines + newlines, cut: !ends_line, at: at + length };
        Some(Part { text, extent })
    }
}

/// The number of bytes and of newlines in the first part of `text`.
fn measure_first_part(text: &str) -> (usize, u64) {
    let window = &text.as_bytes()[..text.len().min(MAX_BYTES)];
    let (mut newlines, mut line_start) = (0, 0);
    for end in memchr_iter(b'\n', window).map(|at| at + 1) {
        if end - line_start > MAX_LINE_BYTES {
            break;
        }
        newlines += 1;
        line_start = end;
        if newlines == MAX_LINES {
            return (end, newlines);
        }
    }
    // The rest of the window is the last line of the text or a line that does not fit.
    if text.len() == window.len() && text.len() - line_start <= MAX_LINE_BYTES {
        (text.len(), newlines)
    } else if line_start > 0 {
        (line_start, newlines)
    } else {
        (text.floor_char_boundary(MAX_LINE_BYTES), 0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn extents(text: &str) -> impl Iterator<Item = Extent> {
        parts(text).map(|part| part.extent)
    }

    #[test]
    fn a_small_text_is_one_part() {
        let part = |text, last_line| {
            let extent = Extent {
                number: 1,
                first_line: 1,
                last_line,
                cut: false,
                long: false,
                more: false,
            };
            Part { text, extent }
        };
        for (text, last_line) in [("", 1), ("a", 1), ("a\n", 1), ("a\nb", 2), ("\n\n", 2)] {
            assert_eq!(parts(text).collect::<Vec<_>>(), [part(text, last_line)], "{text:?}");
        }
        let full = "\n".repeat(2_000);
        assert_eq!(parts(&full).collect::<Vec<_>>(), [part(&full, 2_000)]);
    }

    #[test]
    fn a_long_text_is_cut_after_every_two_thousandth_line() {
        let text = "x\n".repeat(4_001);
        let lines: Vec<_> = extents(&text).map(|p| (p.first_line, p.last_line, p.more)).collect();
        assert_eq!(lines, [(1, 2_000, true), (2_001, 4_000, true), (4_001, 4_001, false)]);
    }

    #[test]
    fn long_lines_make_short_parts() {
        let text = ("x".repeat(60_000) + "\n").repeat(10);
        let lines: Vec<_> = extents(&text).map(|p| (p.first_line, p.last_line, p.long)).collect();
        assert_eq!(lines, [(1, 8, false), (9, 10, false)]);
    }

    #[test]
    fn a_line_that_is_too_long_has_parts_of_its_own() {
        let text = "start\n".to_owned() + &"я".repeat(MAX_LINE_BYTES) + "\nend";
        let places: Vec<_> =
            extents(&text).map(|p| (p.first_line, p.last_line, p.cut, p.long)).collect();
        let line = |cut, long, last_line| (2, last_line, cut, long);
        assert_eq!(places[0], (1, 1, false, false));
        assert_eq!(places[1..], [line(false, true, 2), line(true, true, 2), line(true, true, 3)]);
    }

    proptest! {
        #[test]
        fn the_parts_joined_are_the_text(lines in proptest::collection::vec((0..5usize, 0..3_000usize), 0..12)) {
            let text: String = lines.iter().map(|(long, lines)| {
                "é".repeat(long * 100_000) + &"\n".repeat(*lines)
            }).collect();
            let mut joined = String::new();
            let mut line = 1;
            for part in parts(&text) {
                prop_assert!(part.text.len() <= MAX_BYTES);
                prop_assert!(part.text.lines().all(|line| line.len() < MAX_LINE_BYTES + 1));
                prop_assert!(part.text.matches('\n').count() <= 2_000);
                prop_assert_eq!(part.extent.first_line, line);
                prop_assert_eq!(part.extent.cut, !joined.is_empty() && !joined.ends_with('\n'));
                joined.push_str(part.text);
                line += part.text.matches('\n').count() as u64;
                prop_assert_eq!(part.extent.more, joined.len() < text.len());
            }
            prop_assert_eq!(joined, text);
        }
    }
}
