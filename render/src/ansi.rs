//! Terminal output: what its SGR sequences (`ESC [ … m`) say about colours and weight, as classes.
//!
//! A sequence stays in the text, inside an `<s>` that the stylesheet does not show. All other
//! sequences move a cursor or rename a window; they are text like any other, with the control
//! characters made visible.

use crate::escape::push_text;

mod palette;

/// Longer than any real sequence: 20 digits a colour, three colours, a handful of switches. What is
/// longer is shown, because hiding it would hide a text.
const MAX_PARAMETERS: usize = 128;

/// Paints lines one after another; the style goes on from line to line.
#[derive(Clone, Debug, Default)]
pub struct Ansi {
    style: Style,
}

impl Ansi {
    /// `line` with its line end, if it has one. Every element is closed at the end; a sequence that
    /// is not whole in `line` is text.
    pub fn line(&mut self, line: &str, html: &mut String) {
        let (text, end) = line.strip_suffix('\n').map_or((line, ""), |text| (text, "\n"));
        let (mut painted, mut at) = (0, 0);
        while let Some(escape) = text[at..].find('\x1b') {
            at += escape;
            if sgr(&text[at..]).is_none() {
                at += 1;
                continue;
            }
            self.style.paint(&text[painted..at], html);
            painted = at;
            while let Some(parameters) = sgr(&text[at..]) {
                self.style.apply(parameters);
                at += "\x1b[m".len() + parameters.len();
            }
            html.push_str("<s>");
            html.push_str(&text[painted..at]);
            html.push_str("</s>");
            painted = at;
        }
        self.style.paint(&text[painted..], html);
        html.push_str(end);
    }
}

/// The parameters of the sequence that `text` begins with.
fn sgr(text: &str) -> Option<&str> {
    let text = text.strip_prefix("\x1b[")?;
    let is_parameter = |byte: &u8| matches!(byte, b'0'..=b'9' | b';' | b':');
    let length = text.bytes().take(MAX_PARAMETERS + 1).take_while(|b| is_parameter(b)).count();
    (length <= MAX_PARAMETERS && text[length..].starts_with('m')).then(|| &text[..length])
}

/// Bits of [`Style::marks`].
mod mark {
    pub const BOLD: u8 = 1;
    pub const DIM: u8 = 2;
    pub const ITALIC: u8 = 4;
    pub const UNDERLINE: u8 = 8;
    pub const STRIKE: u8 = 16;
    /// Asks for the text not to be seen. It is shown, and marked: a trap for whoever copies it.
    pub const CONCEAL: u8 = 32;
    /// The class of each, from the lowest bit up.
    pub const CLASSES: [char; 6] = ['b', 'd', 'i', 'u', 'k', 'h'];
}

/// What a terminal has switched on. Colours are indexes into the sixteen of the theme.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Style {
    foreground: Option<u8>,
    background: Option<u8>,
    inverse: bool,
    marks: u8,
}

impl Style {
    fn paint(self, text: &str, html: &mut String) {
        if text.is_empty() || self == Self::default() {
            return push_text(html, text);
        }
        html.push_str("<i class=\"");
        self.push_classes(html);
        html.push_str("\">");
        push_text(html, text);
        html.push_str("</i>");
    }

    fn push_classes(self, html: &mut String) {
        let digit = |colour: u8| char::from_digit(colour.into(), 16).unwrap_or_default();
        let (foreground, background) = self.seen();
        let before = html.len();
        if let Some(colour) = foreground {
            html.extend(['f', digit(colour), ' ']);
        }
        if let Some(colour) = background {
            html.extend(['g', digit(colour), ' ']);
        }
        if self.inverse && (foreground, background) == (None, None) {
            html.push_str("v ");
        }
        for (bit, class) in mark::CLASSES.into_iter().enumerate() {
            if self.marks & 1 << bit != 0 {
                html.extend([class, ' ']);
            }
        }
        html.truncate(before.max(html.len() - 1));
    }

    /// The colours after an inversion. Backgrounds are tints that every colour can be read on, so
    /// the text's own colour stands for the paper's as light grey, never as the full ink.
    fn seen(self) -> (Option<u8>, Option<u8>) {
        match (self.inverse, self.foreground, self.background) {
            (true, None, None) | (false, ..) => (self.foreground, self.background),
            (true, foreground, background) => (background, foreground.or(Some(palette::WHITE))),
        }
    }

    fn apply(&mut self, parameters: &str) {
        let mut parameters = parameters.split(';');
        while let Some(parameter) = parameters.next() {
            match parameter.split_once(':') {
                Some((code, rest)) => self.extended(number(code), rest),
                None => match number(parameter) {
                    38 => self.foreground = colour(&mut parameters).or(self.foreground),
                    48 => self.background = colour(&mut parameters).or(self.background),
                    // the underline's colour is not shown, but its numbers are not switches
                    58 => drop(colour(&mut parameters)),
                    code => self.switch(code),
                },
            }
        }
    }

    fn switch(&mut self, code: u16) {
        use mark::{BOLD, CONCEAL, DIM, ITALIC, STRIKE, UNDERLINE};
        match code {
            0 => *self = Self::default(),
            1 => self.marks |= BOLD,
            2 => self.marks |= DIM,
            3 => self.marks |= ITALIC,
            4 | 21 => self.marks |= UNDERLINE,
            7 => self.inverse = true,
            8 => self.marks |= CONCEAL,
            9 => self.marks |= STRIKE,
            22 => self.marks &= !(BOLD | DIM),
            23 => self.marks &= !ITALIC,
            24 => self.marks &= !UNDERLINE,
            27 => self.inverse = false,
            28 => self.marks &= !CONCEAL,
            29 => self.marks &= !STRIKE,
            30..=37 => self.foreground = palette::indexed(code - 30),
            39 => self.foreground = None,
            40..=47 => self.background = palette::indexed(code - 40),
            49 => self.background = None,
            90..=97 => self.foreground = palette::indexed(code - 82),
            100..=107 => self.background = palette::indexed(code - 92),
            _ => {}
        }
    }

    /// A parameter with colons: `4:3` is a curly underline, `38:2::1:2:3` a colour.
    fn extended(&mut self, code: u16, rest: &str) {
        let rest: Vec<u16> = rest.split(':').map(number).collect();
        let colour = match rest[..] {
            [5, index, ..] => palette::indexed(index),
            // with and without the colour space, which nobody fills in
            [2, red, green, blue] | [2, _, red, green, blue, ..] => palette::rgb(red, green, blue),
            _ => None,
        };
        match code {
            4 => self.switch(if rest[0] == 0 { 24 } else { 4 }),
            38 => self.foreground = colour.or(self.foreground),
            48 => self.background = colour.or(self.background),
            _ => {}
        }
    }
}

/// The colour after a `38` or `48`: `5;index` or `2;red;green;blue`.
fn colour<'a>(parameters: &mut impl Iterator<Item = &'a str>) -> Option<u8> {
    let mut next = || parameters.next().map(number);
    match next()? {
        5 => palette::indexed(next()?),
        2 => palette::rgb(next()?, next()?, next()?),
        _ => None,
    }
}

/// A parameter that is left out is a zero; one too large is nothing that is known.
fn number(digits: &str) -> u16 {
    if digits.is_empty() { 0 } else { digits.parse().unwrap_or(u16::MAX) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::read_back::{is_balanced, text_content};

    fn html(text: &str) -> String {
        let (mut ansi, mut html) = (Ansi::default(), String::new());
        text.split_inclusive('\n').for_each(|line| ansi.line(line, &mut html));
        html
    }

    /// The classes of the text `x` after a sequence with these parameters.
    fn classes(parameters: &str) -> String {
        let html = html(&format!("\x1b[{parameters}mx"));
        let (_, painted) = html.split_once("</s>").unwrap();
        match painted.strip_prefix("<i class=\"") {
            Some(rest) => rest.strip_suffix("\">x</i>").unwrap().to_owned(),
            None => String::new(),
        }
    }

    #[test]
    fn a_colour_is_a_class_and_its_sequence_stays_in_the_text() {
        assert_eq!(
            html("a \x1b[31merror\x1b[0m: b\n"),
            "a <s>\x1b[31m</s><i class=\"f1\">error</i><s>\x1b[0m</s>: b\n"
        );
    }

    #[test]
    fn a_style_goes_on_in_the_next_line_and_no_element_does() {
        assert_eq!(
            html("\x1b[1;4ma\nb\x1b[m\n"),
            "<s>\x1b[1;4m</s><i class=\"b u\">a</i>\n<i class=\"b u\">b</i><s>\x1b[m</s>\n"
        );
    }

    #[test]
    fn sequences_in_a_row_are_one_element_and_nothing_is_painted_around_no_text() {
        assert_eq!(html("\x1b[1m\x1b[32m\x1b[0m\n"), "<s>\x1b[1m\x1b[32m\x1b[0m</s>\n");
    }

    #[test]
    fn all_switches_are_known() {
        for (parameters, expected) in [
            ("1;2;3;4;8;9", "b d i u k h"),
            ("01;31", "f1 b"),
            ("21", "u"),
            ("4:3", "u"),
            ("4;4:0", ""),
            ("90;107", "f8 gf"),
            ("31;44;39", "g4"),
            ("31;44;49", "f1"),
            ("1;2;22;3;23;4;24;7;27;8;28;9;29", ""),
            ("1;", ""),
            ("999;99999999", ""),
        ] {
            assert_eq!(classes(parameters), expected, "{parameters}");
        }
    }

    #[test]
    fn all_ways_to_write_a_colour_are_known() {
        for (parameters, expected) in [
            ("38;5;9;1", "f9 b"),
            ("48;5;12", "gc"),
            ("38;5;196", "f9"),
            ("38;2;255;0;0;3", "f9 i"),
            ("38:5:2", "f2"),
            ("38:2:0:0:200", "f4"),
            ("38:2::0:0:200", "f4"),
            ("48:2:1:0:0:200:0;1", "g4 b"),
            ("58;5;9", ""),
            ("58;2;1;3;9;1", "b"),
            ("58:2::1:1:1;1", "b"),
            ("31;38;5", "f1"),
            ("31;38;2;256;0;0", "f1"),
            ("31;38;7", "f1"),
        ] {
            assert_eq!(classes(parameters), expected, "{parameters}");
        }
    }

    #[test]
    fn an_inversion_swaps_the_colours() {
        assert_eq!(classes("7"), "v");
        assert_eq!(classes("7;31"), "g1");
        assert_eq!(classes("7;41"), "f1 g7");
        assert_eq!(classes("7;31;42"), "f2 g1");
        assert_eq!(classes("7;27;31"), "f1");
    }

    #[test]
    fn other_sequences_are_seen() {
        for text in [
            "\x1b[2K",
            "\x1b[1;1H",
            "\x1b[?25l",
            "\x1b[>4;1m",
            "\x1b[1 m",
            "\x1b]0;title\x07",
            "\x1b]8;;http://example.org\x1b\\link\x1b]8;;\x1b\\",
            "\x1bP1$r0m\x1b\\",
            "\x1b(B",
            "\x1b",
            "\x1b[",
            "\x1b[31",
            "\x1b[31\nm",
            "\x1b[\u{661}m",
            "\u{9b}31m",
        ] {
            let html = html(text);
            assert!(!html.contains("<s>") && !html.contains("<i"), "{text:?} gave {html}");
            assert_eq!(text_content(&html), text);
        }
    }

    #[test]
    fn a_text_cannot_hide_in_a_sequence() {
        assert!(html(&format!("\x1b[{}m", "1".repeat(MAX_PARAMETERS))).contains("<s>"));
        assert!(!html(&format!("\x1b[{}m", "1".repeat(MAX_PARAMETERS + 1))).contains("<s>"));
    }

    #[test]
    fn a_long_line_takes_time_in_proportion_to_its_length() {
        for piece in ["\x1b[", "\x1b[1;", "\x1b[1m", "\x1b[38;2;1;2;3mx", "\x1b]0;", "1"] {
            let line = piece.repeat((512 << 10) / piece.len());
            let begun = std::time::Instant::now();
            assert_eq!(text_content(&html(&line)), line);
            assert!(begun.elapsed().as_secs() < 5, "{piece:?}");
        }
    }

    proptest! {
        #[test]
        fn the_text_content_is_the_text_and_every_line_stands_alone(
            text in "(\x1b\\[[0-9;:]{0,12}m|\x1b|\\[|[0-9;:m]|[a-z<>&\r\n\t\u{7}\u{9b}]|\\PC){0,60}"
        ) {
            let mut ansi = Ansi::default();
            let mut whole = String::new();
            for line in text.split_inclusive('\n') {
                let mut from_checkpoint = String::new();
                ansi.clone().line(line, &mut from_checkpoint);
                prop_assert_eq!(text_content(&from_checkpoint), line);
                prop_assert!(is_balanced(&from_checkpoint), "{}", from_checkpoint);
                let before = whole.len();
                ansi.line(line, &mut whole);
                prop_assert_eq!(&whole[before..], from_checkpoint);
            }
        }

        #[test]
        fn a_line_in_pieces_has_the_same_text(text in "(\x1b\\[[0-9;:]{0,5}m|[a-z]){0,20}", cut in 0..100_usize) {
            let cut = cut.min(text.len());
            let (mut ansi, mut html) = (Ansi::default(), String::new());
            ansi.line(&text[..cut], &mut html);
            ansi.line(&text[cut..], &mut html);
            prop_assert_eq!(text_content(&html), text);
        }
    }
}
