//! JSON with one item a line. Only the white space between tokens changes: numbers, escapes, the
//! order of keys and keys that occur twice stay as they were written.

use serde::de::IgnoredAny;
use serde_json::Deserializer;
use thiserror::Error;

/// Arrays and objects inside one another: about what parsers read, `serde_json` among them.
pub const MAX_DEPTH: usize = 128;

/// In bytes. At [`MAX_DEPTH`], indentation makes a text 130 times as long; one that is written to be
/// read grows to two or three times its length.
pub const MAX_OUTPUT: usize = 32 << 20;
const MAX_GROWTH: usize = 16;

const INDENT: &str = "  ";

/// Where a text stops being JSON that can be laid out, and why. Lines and columns count from 1,
/// columns in bytes.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("{message} at line {line} column {column}")]
pub struct BadJson {
    pub line: usize,
    pub column: usize,
    pub message: String,
}

/// One value, or several one after another (JSON Lines), each from a line of its own on. The line
/// end at the end stays, and stays away.
///
/// # Errors
///
/// The text is not JSON, is nested deeper than [`MAX_DEPTH`], or would be longer than
/// [`MAX_OUTPUT`] or, but for a mebibyte, than [`MAX_GROWTH`] times the text.
pub fn pretty(text: &str) -> Result<String, BadJson> {
    validate(text)?;
    let longest = MAX_OUTPUT.min((text.len() * MAX_GROWTH).max(1 << 20));
    let mut layout = Layout { out: String::with_capacity(text.len() * 2), depth: 0, longest };
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

/// Without building values, which would take many times the memory of the text.
fn validate(text: &str) -> Result<(), BadJson> {
    let mut values = Deserializer::from_str(text).into_iter::<IgnoredAny>();
    match values.next() {
        None => return Err(BadJson::at(text, text.len(), "there is no value")),
        Some(first) => first?,
    };
    values.try_for_each(|value| value.map(drop)).map_err(BadJson::from)
}

impl BadJson {
    fn at(text: &str, offset: usize, message: &str) -> Self {
        let before = &text[..offset];
        let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
        let column = offset - before.rfind('\n').map_or(0, |end| end + 1) + 1;
        Self { line, column, message: message.to_owned() }
    }
}

impl From<serde_json::Error> for BadJson {
    fn from(error: serde_json::Error) -> Self {
        let (line, column) = (error.line(), error.column());
        let message = error.to_string();
        let place = format!(" at line {line} column {column}");
        let message = message.strip_suffix(&place).unwrap_or(&message).to_owned();
        Self { line, column: column.max(1), message }
    }
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}

/// What a text that is JSON begins with: white space, a bracket, a comma, a colon or a scalar.
fn token(text: &str) -> &str {
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

/// With both quotes.
fn string_length(bytes: &[u8]) -> usize {
    let mut at = 1;
    while at < bytes.len() && bytes[at] != b'"' {
        at += if bytes[at] == b'\\' { 2 } else { 1 };
    }
    bytes.len().min(at + 1)
}

struct Layout {
    /// In bytes.
    longest: usize,
    out: String,
    depth: usize,
}

impl Layout {
    /// A token, and the text after it.
    fn push(&mut self, token: &str, rest: &str) -> Result<(), &'static str> {
        match token.as_bytes()[0] {
            byte if is_space(byte) => {}
            b'{' | b'[' => {
                self.value(token);
                self.depth += 1;
                if !rest.trim_ascii_start().starts_with(['}', ']']) {
                    self.new_line();
                }
            }
            b'}' | b']' => {
                self.depth -= 1;
                if !self.out.ends_with(['{', '[']) {
                    self.new_line();
                }
                self.out.push_str(token);
            }
            b',' => {
                self.out.push(',');
                self.new_line();
            }
            b':' => self.out.push_str(": "),
            _ => self.value(token),
        }
        if self.depth > MAX_DEPTH {
            return Err("arrays and objects are nested too deeply");
        }
        if self.out.len() > self.longest { Err("the indented text is too long") } else { Ok(()) }
    }

    fn value(&mut self, token: &str) {
        if self.depth == 0 && !self.out.is_empty() {
            self.new_line();
        }
        self.out.push_str(token);
    }

    fn new_line(&mut self) {
        self.out.push('\n');
        self.out.extend(std::iter::repeat_n(INDENT, self.depth));
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;

    fn error(text: &str) -> (usize, usize, String) {
        let bad = pretty(text).unwrap_err();
        (bad.line, bad.column, bad.message)
    }

    /// Without the white space between tokens.
    fn tokens(text: &str) -> String {
        let (mut out, mut at) = (String::new(), 0);
        while at < text.len() {
            let token = token(&text[at..]);
            out.push_str(token.trim_ascii());
            at += token.len();
        }
        out
    }

    #[test]
    fn one_item_a_line() {
        assert_eq!(
            pretty(r#"{"a":[1,2.50,-0e+1],"b":{ },"c":[ [ ] ],"d":"x, {y}: \" \\"}"#).unwrap(),
            r#"{
  "a": [
    1,
    2.50,
    -0e+1
  ],
  "b": {},
  "c": [
    []
  ],
  "d": "x, {y}: \" \\"
}"#
        );
    }

    #[test]
    fn only_white_space_changes() {
        let text = r#"{"b":1e999,"a":"\u00e9\/\ud800 é","a":100000000000000000000.0}"#;
        assert_eq!(tokens(&pretty(text).unwrap()), text);
    }

    #[test]
    fn the_line_end_at_the_end_stays_as_it_was() {
        assert_eq!(pretty(" [1]").unwrap(), "[\n  1\n]");
        assert_eq!(pretty(" [1]\r\n").unwrap(), "[\n  1\n]\n");
    }

    #[test]
    fn values_one_after_another_begin_a_line_each() {
        assert_eq!(pretty("{\"a\":1}\n{}\n").unwrap(), "{\n  \"a\": 1\n}\n{}\n");
        assert_eq!(
            pretty("1 2\"a\"\"b\"[]null[true]").unwrap(),
            "1\n2\n\"a\"\n\"b\"\n[]\nnull\n[\n  true\n]"
        );
    }

    #[test]
    fn an_error_says_where() {
        assert_eq!(error("{\n  \"a\": 01\n}"), (2, 9, "invalid number".into()));
        assert_eq!(error("// note\n{}"), (1, 1, "expected value".into()));
        assert_eq!(error("{\"a\":1,}"), (1, 8, "key must be a string".into()));
        assert_eq!(error("{}\n{}\n[1,\n"), (4, 1, "EOF while parsing a value".into()));
        assert_eq!(error(""), (1, 1, "there is no value".into()));
        assert_eq!(error(" \n "), (2, 2, "there is no value".into()));
        for text in [
            "1, 2",
            "[1 2]",
            "{a:1}",
            "{'a':1}",
            "[1]]",
            "\u{feff}{}",
            "\"\n\"",
            "nul",
            "\"",
            "[\"\\",
        ] {
            pretty(text).unwrap_err();
        }
    }

    #[test]
    fn depth_and_length_are_bounded() {
        let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        pretty(&nested(MAX_DEPTH)).unwrap();
        let (line, column, message) = error(&nested(MAX_DEPTH + 1));
        assert_eq!((line, column), (1, MAX_DEPTH + 1));
        assert_eq!(message, "arrays and objects are nested too deeply");
        pretty(&"[".repeat(10 << 20)).unwrap_err();

        let long = format!("{}{}1{}", "[".repeat(128), "1,".repeat(5 << 20), "]".repeat(128));
        assert_eq!(error(&long).2, "the indented text is too long");
    }

    fn json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
            ".{0,8}".prop_map(Value::from),
        ];
        leaf.prop_recursive(5, 40, 5, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
                prop::collection::hash_map(".{0,4}", inner, 0..5)
                    .prop_map(|map| Value::Object(map.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn pretty_is_the_same_value_in_serdes_own_layout(value in json()) {
            let shown = pretty(&value.to_string()).unwrap();
            prop_assert_eq!(&shown, &serde_json::to_string_pretty(&value).unwrap());
            let read = |text: &str| serde_json::from_str::<Value>(text).unwrap();
            prop_assert_eq!(read(&shown), read(&value.to_string()));
            prop_assert_eq!(pretty(&shown).unwrap(), shown);
        }

        #[test]
        fn whatever_passes_keeps_its_tokens(text in "([\\[\\]{},: \n]|\"a[\\\\\"]?\"|1|true){0,12}") {
            if let Ok(shown) = pretty(&text) {
                prop_assert_eq!(tokens(&shown), tokens(&text));
                prop_assert_eq!(pretty(&shown).unwrap(), shown);
            }
        }
    }
}
