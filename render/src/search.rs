//! Where a word stands in a text, whatever its case.

use memchr::memchr_iter;
use regex::RegexBuilder;

use crate::parts::parts;

/// What is shown of a line to either side of the word, in bytes.
const AROUND: usize = 80;

#[derive(Debug, Default, PartialEq, Eq)]
pub struct Found {
    pub hits: Vec<Hit>,
    /// Of all hits.
    pub count: u64,
    /// There are hits after these.
    pub more: bool,
}

/// A line that has the word; a line that is longer than a part is one for each part of it.
#[derive(Debug, PartialEq, Eq)]
pub struct Hit {
    pub line: u64,
    pub part: u64,
    pub before: String,
    pub word: String,
    pub after: String,
}

/// Up to `limit` hits after the first `skip`. An empty word is nowhere.
pub fn find(text: &str, word: &str, skip: usize, limit: usize) -> Found {
    let word = RegexBuilder::new(&regex::escape(word)).case_insensitive(true).build();
    let Some(word) = word.ok().filter(|word| !word.is_match("")) else { return Found::default() };
    let mut found = Found::default();
    for part in parts(text) {
        let mut line = part.extent.first_line;
        let mut seen = 0;
        let mut last = None;
        for hit in word.find_iter(part.text) {
            line += memchr_iter(b'\n', &part.text.as_bytes()[seen..hit.start()]).count() as u64;
            seen = hit.start();
            if last.replace(line) == Some(line) {
                continue;
            }
            found.count += 1;
            let index = usize::try_from(found.count).unwrap_or(usize::MAX);
            if index > skip && found.hits.len() < limit {
                found.hits.push(piece(part.text, hit.range(), line, part.extent.number));
            }
        }
    }
    found.more = found.count > (skip + found.hits.len()) as u64;
    found
}

/// The word with what stands around it on its line.
fn piece(text: &str, at: std::ops::Range<usize>, line: u64, part: u64) -> Hit {
    let mut start = at.start.saturating_sub(AROUND);
    let mut end = text.len().min(at.end + AROUND);
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
    fn lines_are_found_whatever_the_case() {
        let text = "One\n  two one\nthree\nОДИН один\n";
        assert_eq!(lines(text, "one"), [(1, "[One]".to_owned()), (2, "two [one]".to_owned())]);
        assert_eq!(lines(text, "один"), [(4, "[ОДИН] один".to_owned())]);
        assert_eq!(lines(text, "four"), []);
        assert_eq!(lines(text, ""), []);
    }

    #[test]
    fn what_is_special_elsewhere_is_plain_here() {
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
    fn many_come_a_page_at_a_time() {
        let text = "word word\n".repeat(5_000);
        let found = find(&text, "word", 4_990, 4);
        assert_eq!((found.count, found.more), (5_000, true));
        let places: Vec<_> = found.hits.iter().map(|hit| (hit.line, hit.part)).collect();
        assert_eq!(places, [(4_991, 3), (4_992, 3), (4_993, 3), (4_994, 3)]);
        assert!(!find(&text, "word", 4_990, 10).more);
    }

    #[test]
    fn a_line_of_many_parts_is_found_in_each() {
        let text = "word ".repeat(crate::parts::LINE_BYTES / 2);
        let places: Vec<_> =
            find(&text, "word", 0, 9).hits.iter().map(|h| (h.line, h.part)).collect();
        assert_eq!(places, [(1, 1), (1, 2), (1, 3)]);
    }
}
