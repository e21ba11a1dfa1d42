//! Renders logs: the time at the beginning of a line, the level, and quoted strings get a colour.
//!
//! This is our own code because a grammar's regexes take a second for 1 MB of a log, and colour
//! `INFO` and `ERROR` alike.

use crate::escape::push_text;

/// The level of a line is looked for in its first bytes.
const MAX_HEAD_BYTES: usize = 160;

/// Shorter strings get no colour, so that the HTML stays below three and a half times the text.
const MIN_STRING_BYTES: usize = 6;

/// The words for a level, and the start tag of their colour.
const LEVELS: [(&[&str], &str); 4] = [
    (
        &["ERROR", "ERR", "FATAL", "CRITICAL", "CRIT", "EMERG", "ALERT", "PANIC", "SEVERE"],
        "<b class=d>",
    ),
    (&["WARN", "WARNING"], "<b class=n>"),
    (&["INFO", "NOTICE", "INFORMATION"], "<b class=f>"),
    (&["DEBUG", "TRACE", "VERBOSE", "DBG", "FINE"], "<i>"),
];

/// Renders the lines of a log one after another.
#[derive(Clone, Copy, Debug, Default)]
pub struct LogRenderer {
    /// Only the first pieces of a line have been rendered.
    in_line: bool,
}

impl LogRenderer {
    /// Appends `line` to `html`. If it has no line end, the next call continues the same line.
    pub fn line(&mut self, line: &str, html: &mut String) {
        let is_start = !std::mem::replace(&mut self.in_line, !line.ends_with('\n'));
        let mut rest = line;
        if is_start {
            rest = push_time(rest, html);
            rest = push_level(rest, html);
        }
        push_strings(rest, html);
    }
}

fn push_element(open: &str, text: &str, html: &mut String) {
    html.push_str(open);
    push_text(html, text);
    html.push_str(if open.starts_with("<b") { "</b>" } else { "</i>" });
}

/// Writes the time at the beginning of the line, if it has one, and returns the rest.
fn push_time<'a>(line: &'a str, html: &mut String) -> &'a str {
    let length = time_length(line);
    if length > 0 {
        push_element("<i>", &line[..length], html);
    }
    &line[length..]
}

/// The length of the time that `line` begins with: the first words of digits and `-:/.,+TZ[]`, and the
/// names of months, if there is a `:` between digits in them.
fn time_length(line: &str) -> usize {
    let (mut end, mut at, mut has_clock) = (0, 0, false);
    for word in line.split_inclusive([' ', '\t']).take(5) {
        let bare = word.trim_matches([' ', '\t', '[', ']', '(', ')', '\r', '\n']);
        if bare.is_empty() {
            at += word.len();
            continue;
        }
        if !is_time_word(bare) {
            break;
        }
        has_clock |= bare
            .as_bytes()
            .windows(3)
            .any(|w| w[0].is_ascii_digit() && w[1] == b':' && w[2].is_ascii_digit());
        at += word.len();
        end = at - (word.len() - word.trim_end().len());
    }
    if has_clock { end } else { 0 }
}

fn is_time_word(word: &str) -> bool {
    const NAMES: &str = "JanFebMarAprMayJunJulAugSepOctNovDecMonTueWedThuFriSatSun";
    let is_name =
        word.len() == 3 && NAMES.contains(word) && word.as_bytes()[0].is_ascii_uppercase();
    let is_number = word.bytes().any(|b| b.is_ascii_digit())
        && word.bytes().all(|b| b.is_ascii_digit() || b"-:/.,+TZ".contains(&b));
    let is_access_log = word.len() >= 20 && word.as_bytes()[0].is_ascii_digit() && {
        let mut parts = word.splitn(3, '/');
        parts.next().is_some_and(|day| day.len() == 2)
            && parts.next().is_some_and(|month| NAMES.contains(month))
    };
    is_name || is_number || is_access_log
}

/// Writes the line up to its level, which is the first word that names one, and returns the rest.
fn push_level<'a>(line: &'a str, html: &mut String) -> &'a str {
    let head = &line[..line.floor_char_boundary(MAX_HEAD_BYTES)];
    let mut at = 0;
    for word in head.split_inclusive(|c: char| !c.is_ascii_alphabetic()) {
        let bare = word.trim_end_matches(|c: char| !c.is_ascii_alphabetic());
        if let Some(open) = colour_of(bare, &head[..at], &head[at + bare.len()..]) {
            push_text(html, &line[..at]);
            push_element(open, bare, html);
            return &line[at + bare.len()..];
        }
        at += word.len();
    }
    line
}

/// The colour of a word if it is a level: in capitals, or in any case between brackets or after
/// `level=`.
fn colour_of(word: &str, before: &str, after: &str) -> Option<&'static str> {
    if word.len() < 3 {
        return None;
    }
    let is_capitals = word.bytes().all(|byte| byte.is_ascii_uppercase());
    let is_marked = before.ends_with(['[', '<', '(', '=', '"']) && !after.starts_with(' ')
        || before.ends_with('=')
        || before.ends_with("\":\"");
    if !is_capitals && !is_marked {
        return None;
    }
    let names = |words: &[&str]| words.iter().any(|name| name.eq_ignore_ascii_case(word));
    LEVELS.iter().find(|(words, _)| names(words)).map(|(_, open)| *open)
}

/// Writes the rest of a line. What stands in double quotes gets a colour.
fn push_strings(line: &str, html: &mut String) {
    let mut rest = line;
    while let Some(start) = memchr::memchr(b'"', rest.as_bytes()) {
        let Some(length) = memchr::memchr(b'"', &rest.as_bytes()[start + 1..]) else { break };
        let end = start + length + 2;
        push_text(html, &rest[..start]);
        if end - start < MIN_STRING_BYTES {
            push_text(html, &rest[start..end]);
        } else {
            html.push_str("<u>");
            push_text(html, &rest[start..end]);
            html.push_str("</u>");
        }
        rest = &rest[end..];
    }
    push_text(html, rest);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::read_back::text_content;

    fn html(line: &str) -> String {
        let mut html = String::new();
        LogRenderer::default().line(line, &mut html);
        html
    }

    #[test]
    fn time_level_and_strings_have_a_colour() {
        for (line, expected) in [
            (
                "2024-01-02 03:04:05,678 ERROR [main] it \"broke again\"\n",
                "<i>2024-01-02 03:04:05,678</i> <b class=d>ERROR</b> [main] it <u>\"broke again\"</u>\n",
            ),
            (
                "[2024-01-02T03:04:05Z] WARN x\n",
                "<i>[2024-01-02T03:04:05Z]</i> <b class=n>WARN</b> x\n",
            ),
            (
                "Jan  2 03:04:05 host app: INFO up",
                "<i>Jan  2 03:04:05</i> host app: <b class=f>INFO</b> up",
            ),
            ("time=1 level=debug msg=x", "time=1 level=<i>debug</i> msg=x"),
            ("{\"level\":\"error\",\"a\":1}", "{\"level\":\"<b class=d>error</b>\",\"a\":1}"),
            ("12 apples and an error in a sentence", "12 apples and an error in a sentence"),
            ("03:04:05 [info] x", "<i>03:04:05</i> [<b class=f>info</b>] x"),
        ] {
            assert_eq!(html(line), expected);
        }
    }

    #[test]
    fn the_levels_differ() {
        let of = |level: &str| html(&format!("{level} x")).replace(level, "");
        let all = ["DEBUG", "INFO", "WARN", "ERROR"].map(of);
        for (at, one) in all.iter().enumerate() {
            assert!(!all[at + 1..].contains(one), "{all:?}");
        }
    }

    #[test]
    fn a_line_of_several_pieces_has_one_beginning() {
        let (mut renderer, mut html) = (LogRenderer::default(), String::new());
        for piece in ["03:04:05 x ", "03:04:05 ERROR\n", "03:04:06 y\n"] {
            renderer.line(piece, &mut html);
        }
        assert_eq!(html, "<i>03:04:05</i> x 03:04:05 ERROR\n<i>03:04:06</i> y\n");
    }

    proptest! {
        #[test]
        fn the_text_stays_the_same(line in "[\\PC<>&\"0-9:TZ\\[\\] ]*\n?") {
            prop_assert_eq!(text_content(&html(&line)), line);
        }

        #[test]
        fn the_html_is_short(line in "[0-9: \"A-Z]{40,}") {
            prop_assert!(html(&line).len() <= line.len() * 7 / 2);
        }
    }
}
