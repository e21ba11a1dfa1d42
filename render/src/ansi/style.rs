//! The style that a terminal has after some SGR sequences, and the classes that show it.

use super::palette;
use crate::escape::push_text;

/// Bits of [`Style::attributes`].
mod attribute {
    pub const BOLD: u8 = 1;
    pub const DIM: u8 = 2;
    pub const ITALIC: u8 = 4;
    pub const UNDERLINE: u8 = 8;
    pub const STRIKE: u8 = 16;
    /// Asks a terminal to hide the text. Here the text is shown and marked, because hidden text could
    /// trick a reader who copies it.
    pub const CONCEAL: u8 = 32;
    /// The class of each attribute, from the lowest bit up.
    pub const CLASSES: [char; 6] = ['b', 'd', 'i', 'u', 'k', 'h'];
}

/// Colours are indexes into the sixteen of the theme.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Style {
    foreground: Option<u8>,
    background: Option<u8>,
    inverse: bool,
    attributes: u8,
}

impl Style {
    /// Appends `text` in this style to `html`.
    pub fn write(self, text: &str, html: &mut String) {
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
        let (foreground, background) = self.effective_colours();
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
        for (bit, class) in attribute::CLASSES.into_iter().enumerate() {
            if self.attributes & 1 << bit != 0 {
                html.extend([class, ' ']);
            }
        }
        // Removes the last space.
        html.truncate(before.max(html.len() - 1));
    }

    /// The colours after an inversion. The theme's backgrounds are light tints on which every colour
    /// can be read. So a background in the default text colour becomes light grey, not full black.
    fn effective_colours(self) -> (Option<u8>, Option<u8>) {
        match (self.inverse, self.foreground, self.background) {
            (true, None, None) | (false, ..) => (self.foreground, self.background),
            (true, foreground, background) => (background, foreground.or(Some(palette::WHITE))),
        }
    }

    /// Applies the parameters of one SGR sequence.
    pub fn apply(&mut self, parameters: &str) {
        let mut parameters = parameters.split(';');
        while let Some(parameter) = parameters.next() {
            match parameter.split_once(':') {
                Some((code, rest)) => self.apply_with_colons(number(code), rest),
                None => match number(parameter) {
                    38 => self.foreground = colour(&mut parameters).or(self.foreground),
                    48 => self.background = colour(&mut parameters).or(self.background),
                    // The colour of the underline is not shown, but its numbers must be skipped.
                    58 => drop(colour(&mut parameters)),
                    code => self.apply_code(code),
                },
            }
        }
    }

    fn apply_code(&mut self, code: u16) {
        use attribute::{BOLD, CONCEAL, DIM, ITALIC, STRIKE, UNDERLINE};
        match code {
            0 => *self = Self::default(),
            1 => self.attributes |= BOLD,
            2 => self.attributes |= DIM,
            3 => self.attributes |= ITALIC,
            4 | 21 => self.attributes |= UNDERLINE,
            7 => self.inverse = true,
            8 => self.attributes |= CONCEAL,
            9 => self.attributes |= STRIKE,
            22 => self.attributes &= !(BOLD | DIM),
            23 => self.attributes &= !ITALIC,
            24 => self.attributes &= !UNDERLINE,
            27 => self.inverse = false,
            28 => self.attributes &= !CONCEAL,
            29 => self.attributes &= !STRIKE,
            30..=37 => self.foreground = palette::indexed(code - 30),
            39 => self.foreground = None,
            40..=47 => self.background = palette::indexed(code - 40),
            49 => self.background = None,
            90..=97 => self.foreground = palette::indexed(code - 82),
            100..=107 => self.background = palette::indexed(code - 92),
            _ => {}
        }
    }

    /// Applies a parameter with colons: `4:3` is a curly underline, `38:2::1:2:3` a colour.
    fn apply_with_colons(&mut self, code: u16, rest: &str) {
        let rest: Vec<u16> = rest.split(':').map(number).collect();
        let colour = match rest[..] {
            [5, index, ..] => palette::indexed(index),
            // Without and with the colour space, which is empty in practice.
            [2, red, green, blue] | [2, _, red, green, blue, ..] => palette::rgb(red, green, blue),
            _ => None,
        };
        match code {
            4 => self.apply_code(if rest[0] == 0 { 24 } else { 4 }),
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

/// An empty parameter is a zero. One that is too large becomes a number without a meaning.
fn number(digits: &str) -> u16 {
    if digits.is_empty() { 0 } else { digits.parse().unwrap_or(u16::MAX) }
}
