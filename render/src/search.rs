//! Finds a word in a text, in any case.

mod marks;

pub use marks::mark;

use memchr::memchr_iter;
use regex::{Regex, RegexBuilder};

use crate::parts::parts;

/// This many bytes of the line are shown on either side of the word.
const CONTEXT_BYTES: usize = 80;

/// A page of hits.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Found {
    pub hits: Vec<Hit>,
    /// The number of hits in the whole text.
    pub count: u64,
    /// The text has hits after the last of `hits`.
    pub more: bool,
}

/// A line that contains the word. A line that is longer than a part counts once for each part.
#[derive(Debug, PartialEq, Eq)]
pub struct Hit {
    /// Numbers of the line and of the part, from 1.
    pub line: u64,
    pub part: u64,
    /// The beginning of the line; "…" stands for text that is left out.
    pub before: String,
    /// The word, in the case that it has in the text.
    pub word: String,
    pub after: String,
}

/// Skips `skip` hits and returns up to `limit`. An empty word has no hits.
pub fn find(text: &str, word: &str, skip: usize, limit: usize) -> Found {
    let Some(word) = pattern(word) else { return Found::default() };
    let mut found = Found::default();
    for part in parts(text) {
        let mut line = part.extent.first_line;
        // Newlines before this offset are counted in `line`.
        let mut counted_to = 0;
        let mut last_hit_line = None;
        for hit in word.find_iter(part.text) {
            line +=
                memchr_iter(b'\n', &part.text.as_bytes()[counted_to..hit.start()]).count() as u64;
            counted_to = hit.start();
            if last_hit_line.replace(line) == Some(line) {
                continue;
            }
            found.count += 1;
            let index = usize::try_from(found.count).unwrap_or(usize::MAX);
            if index > skip && found.hits.len() < limit {
                found.hits.push(with_context(part.text, hit.range(), line, part.extent.number));
            }
        }
    }
    found.more = found.count > (skip + found.hits.len()) as u64;
    found
}

/// `None` for an empty word.
fn pattern(word: &str) -> Option<Regex> {
    let word = RegexBuilder::new(&regex::escape(word)).case_insensitive(true).build();
    word.ok().filter(|word| !word.is_match(""))
}

/// The hit at the byte range `at`, with the text around it on its line.
fn with_context(text: &str, at: std::ops::Range<usize>, line: u64, part: u64) -> Hit {
    let mut start = at.start.saturating_sub(CONTEXT_BYTES);
    let mut end = text.len().min(at.end + CONTEXT_BYTES);
    while !text.is_char_boundary(start) {
        start += 1;
    }
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let before = text[start..at.start].rsplit('\n').next().unwrap_or_default();
    let after = text[at.end..end].split('\n').next().unwrap_or_default();
    let cut_before = start > 0 && before.len() == at.start - start;
    let cut_after = end < text.len() && after.len() == end - at.end;
    Hit {
        line,
        part,
        before: if cut_before { format!("…{before}") } else { before.trim_start().to_owned() },
        word: text[at].to_owned(),
        after: if cut_after { format!("{after}…") } else { after.trim_end().to_owned() },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str, word: &str) -> Vec<(u64, String)> {
        let hits = find(text, word, 0, 100).hits;
        hits.into_iter().map(|h| (h.line, format!("{}[{}]{}", h.before, h.word, h.after))).collect()
    }

    #[test]
    fn lines_are_found_in_any_case() {
        let text = "One\n  two one\nthree\nОДИН один\n";
        assert_eq!(lines(text, "one"), [(1, "[One]".to_owned()), (2, "two [one]".to_owned())]);
        assert_eq!(lines(text, "один"), [(4, "[ОДИН] один".to_owned())]);
        assert_eq!(lines(text, "four"), []);
        assert_eq!(lines(text, ""), []);
    }

    #[test]
    fn characters_of_regular_expressions_are_plain() {
        assert_eq!(lines("a.*b\naxb", ".*"), [(1, "a[.*]b".to_owned())]);
        assert_eq!(lines("[(", "[("), [(1, "[[(]".to_owned())]);
    }

    #[test]
    fn a_long_line_is_shown_around_the_word() {
        let text = format!("{}word{}", "я".repeat(1000), "é".repeat(1000));
        let found = find(&text, "word", 0, 1);
        assert_eq!(found.hits[0].before, format!("…{}", "я".repeat(40)));
        assert_eq!(found.hits[0].after, format!("{}…", "é".repeat(40)));
    }

    #[test]
    fn many_hits_come_a_page_at_a_time() {
        let text = "word word\n".repeat(5_000);
        let found = find(&text, "word", 4_990, 4);
        assert_eq!((found.count, found.more), (5_000, true));
        let places: Vec<_> = found.hits.iter().map(|hit| (hit.line, hit.part)).collect();
        assert_eq!(places, [(4_991, 3), (4_992, 3), (4_993, 3), (4_994, 3)]);
        assert!(!find(&text, "word", 4_990, 10).more);
    }

    #[test]
    fn a_line_of_many_parts_is_found_in_each() {
        let text = "word ".repeat(crate::parts::MAX_LINE_BYTES / 2);
        let places: Vec<_> =
            find(&text, "word", 0, 9).hits.iter().map(|h| (h.line, h.part)).collect();
        assert_eq!(places, [(1, 1), (1, 2), (1, 3)]);
    }
}
