//! Writes the tokens of valid JSON with line ends and indentation.

use super::{BadJson, MAX_DEPTH};

const INDENT: &str = "  ";

/// Indents `text`, which must be valid JSON.
///
/// # Errors
/// The text is nested too deeply, or the result is longer than `max_bytes`.
pub fn indent(text: &str, max_bytes: usize) -> Result<String, BadJson> {
    let mut layout = Layout { out: String::with_capacity(text.len() * 2), depth: 0, max_bytes };
    let mut at = 0;
    while at < text.len() {
        let token = token(&text[at..]);
        let rest = &text[at + token.len()..];
        if let Err(message) = layout.push(token, rest) {
            return Err(BadJson::at(text, at, message));
        }
        at += token.len();
    }
    if text.ends_with('\n') {
        layout.out.push('\n');
    }
    Ok(layout.out)
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}

/// The first token of a text that is JSON: white space, a bracket, a comma, a colon or a scalar.
pub fn token(text: &str) -> &str {
    let bytes = text.as_bytes();
    let run = |wanted: fn(u8) -> bool| bytes.iter().take_while(|b| wanted(**b)).count();
    let length = match bytes[0] {
        byte if is_space(byte) => run(is_space),
        b'{' | b'}' | b'[' | b']' | b',' | b':' => 1,
        b'"' => string_length(bytes),
        _ => run(|b| !is_space(b) && !matches!(b, b'{' | b'}' | b'[' | b']' | b',' | b':' | b'"')),
    };
    &text[..length]
}

/// The length of the string that `bytes` begin with, with both quotes.
fn string_length(bytes: &[u8]) -> usize {
    let mut at = 1;
    while at < bytes.len() && bytes[at] != b'"' {
        at += if bytes[at] == b'\\' { 2 } else { 1 };
    }
    bytes.len().min(at + 1)
}

struct Layout {
    max_bytes: usize,
    out: String,
    depth: usize,
}

impl Layout {
    /// Writes a token; `rest` is the text after it.
    fn push(&mut self, token: &str, rest: &str) -> Result<(), &'static str> {
        match token.as_bytes()[0] {
            byte if is_space(byte) => {}
            b'{' | b'[' => {
                self.push_value(token);
                self.depth += 1;
                if !rest.trim_ascii_start().starts_with(['}', ']']) {
                    self.push_newline();
                }
            }
            b'}' | b']' => {
                self.depth -= 1;
                if !self.out.ends_with(['{', '[']) {
                    self.push_newline();
                }
                self.out.push_str(token);
            }
            b',' => {
                self.out.push(',');
                self.push_newline();
            }
            b':' => self.out.push_str(": "),
            _ => self.push_value(token),
        }
        if self.depth > MAX_DEPTH {
            return Err("arrays and objects are nested too deeply");
        }
        if self.out.len() > self.max_bytes { Err("the indented text is too long") } else { Ok(()) }
    }

    /// Writes a value or the beginning of one. Each outermost value begins a line.
    fn push_value(&mut self, token: &str) {
        if self.depth == 0 && !self.out.is_empty() {
            self.push_newline();
        }
        self.out.push_str(token);
    }

    fn push_newline(&mut self) {
        self.out.push('\n');
        self.out.extend(std::iter::repeat_n(INDENT, self.depth));
    }
}
