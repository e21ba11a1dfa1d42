//! Colours a long line of JSON, such as a whole document without line ends. It uses no regexes: the
//! time is proportional to the length.
//!
//! The elements are shorter than those of other lines, because such a line can have a token in every
//! two bytes. The style sheet gives them their colours inside `.j`: `b` is a key, `u` a string, `i` a
//! number or a constant.

use crate::escape::push_text;

/// The HTML of a piece is at most this many times as long as the text: seven halves. What follows is
/// plain.
const MAX_GROWTH_HALVES: usize = 7;

/// The beginning of a piece may exceed the bound by this many bytes.
const SLACK_BYTES: usize = 256;

/// The place in a line whose first pieces have been written.
#[derive(Clone, Copy, Debug, Default)]
pub struct LongJson {
    /// The piece ended inside a string.
    in_string: bool,
}

impl LongJson {
    /// Appends a piece of a line. If it has no line end, the next call continues the same line.
    pub fn write(&mut self, piece: &str, html: &mut String) {
        html.push_str("<span class=j>");
        let (text, end) = piece.split_at(piece.trim_end_matches(['\r', '\n']).len());
        let (start, mut at) = (html.len(), 0);
        while at < text.len() {
            let length = token_length(&text[at..], self.in_string);
            let (token, rest) = (&text[at..at + length], &text[at + length..]);
            let element = self.element(token, rest);
            at += length;
            let written = html.len() - start;
            let is_short = 2 * (written + token.len() + 7) <= MAX_GROWTH_HALVES * at + SLACK_BYTES;
            match element {
                Some(element) if is_short => {
                    html.extend(['<', element, '>']);
                    push_text(html, token);
                    html.extend(['<', '/', element, '>']);
                }
                _ => push_text(html, token),
            }
        }
        html.push_str("</span>");
        push_text(html, end);
        self.in_string &= end.is_empty();
    }

    fn element(&mut self, token: &str, rest: &str) -> Option<char> {
        if self.in_string || token.starts_with('"') {
            let from = usize::from(!self.in_string);
            // An escaped quote does not end a string.
            self.in_string = string_end(token.as_bytes(), from) >= token.len();
            let is_key = rest.trim_ascii_start().starts_with(':');
            return Some(if is_key { 'b' } else { 'u' });
        }
        let is_scalar = token.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '-');
        is_scalar.then_some('i')
    }
}

/// The length of the string, of the scalars with the commas between them, or of what else `text` begins
/// with.
fn token_length(text: &str, in_string: bool) -> usize {
    let bytes = text.as_bytes();
    if in_string || bytes[0] == b'"' {
        return string_length(bytes, usize::from(!in_string));
    }
    let is_scalar = |byte: u8| byte.is_ascii_alphanumeric() || b"-+._".contains(&byte);
    if !is_scalar(bytes[0]) {
        return bytes.iter().take_while(|byte| !is_scalar(**byte) && **byte != b'"').count();
    }
    // Numbers in a list share an element.
    let run = bytes.iter().take_while(|byte| is_scalar(**byte) || b", ".contains(byte)).count();
    text[..run].trim_end_matches([',', ' ']).len()
}

/// The length of a string with its closing quote; `from` is where its content begins.
fn string_length(bytes: &[u8], from: usize) -> usize {
    bytes.len().min(string_end(bytes, from) + 1)
}

/// The place of the closing quote, or a place behind the end.
fn string_end(bytes: &[u8], from: usize) -> usize {
    let mut at = from;
    while at < bytes.len() && bytes[at] != b'"' {
        at += if bytes[at] == b'\\' { 2 } else { 1 };
    }
    at
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::read_back::text_content;

    fn html(pieces: &[&str]) -> String {
        let (mut state, mut html) = (LongJson::default(), String::new());
        for piece in pieces {
            state.write(piece, &mut html);
        }
        html
    }

    #[test]
    fn keys_strings_and_numbers_have_a_colour() {
        assert_eq!(
            html(&["{\"a\\\"b\": \"<x>\", \"n\":[1, -2.5e3,true]}\n"]),
            "<span class=j>{<b>\"a\\\"b\"</b>: <u>\"&lt;x&gt;\"</u>, <b>\"n\"</b>:[<i>1, -2.5e3,true</i>]}</span>\n"
        );
    }

    #[test]
    fn a_string_is_continued_in_the_next_piece() {
        assert_eq!(
            html(&["[\"ab", "c\",1]\n", "[2]"]),
            "<span class=j>[<u>\"ab</u></span><span class=j><u>c\"</u>,<i>1</i>]</span>\n<span class=j>[<i>2</i>]</span>"
        );
    }

    #[test]
    fn the_html_is_at_most_three_and_a_half_times_the_text() {
        for unit in
            ["{\"a\":1},", "[1],", "\"\",", "\"\":1,", "1a\"b\"", "{\"id\":123,\"name\":\"x\"},"]
        {
            let text = unit.repeat(5_000);
            assert!(html(&[&text]).len() <= text.len() * 7 / 2 + SLACK_BYTES, "{unit}");
        }
    }

    proptest! {
        #[test]
        fn the_text_stays_the_same(pieces in prop::collection::vec("[\\PC\\\\\"<&{}\\[\\]:,0-9é]*\n?", 0..4)) {
            let pieces: Vec<&str> = pieces.iter().map(String::as_str).collect();
            prop_assert_eq!(text_content(&html(&pieces)), pieces.concat());
        }
    }
}
