//! What is known by the shape of its lines: data, logs, settings.

mod log;
mod settings;
mod table;

use serde::de::IgnoredAny;

/// JSON longer than this is judged by its beginning, in bytes.
const JSON_WHOLE: usize = 64 * 1024;

/// Lines that are looked at.
const LINES: usize = 200;

pub fn judge(text: &str, beginning: &str) -> Option<&'static str> {
    let lines: Vec<&str> = beginning.lines().take(LINES).collect();
    json(text, &lines)
        .or_else(|| log::judge(beginning, &lines))
        .or_else(|| settings::judge(&lines))
        .or_else(|| table::judge(&lines))
        .or_else(|| markdown(beginning))
}

/// A heading and a link or a block of code: too little for the words, and yet nothing else. A
/// script's first comment looks like a heading, but has no links of this kind.
fn markdown(beginning: &str) -> Option<&'static str> {
    let headed = beginning.trim_start().starts_with("# ");
    let linked = || ["](http", "](./", "](#", "\n```"].iter().any(|sign| beginning.contains(sign));
    (headed && linked()).then_some("markdown")
}

fn json(text: &str, lines: &[&str]) -> Option<&'static str> {
    let text = text.trim();
    if !text.starts_with(['{', '[']) {
        return None;
    }
    if text.len() <= JSON_WHOLE && valid(text) {
        return holds_something(text).then_some("json");
    }
    let mut records = lines.iter().filter(|line| !line.trim().is_empty());
    if records.clone().count() > 1
        && records.clone().take(5).all(|l| l.starts_with('{') && valid(l))
    {
        return Some("jsonl");
    }
    (text.len() > JSON_WHOLE && records.next().is_some() && begins_as_json(text)).then_some("json")
}

/// Nothing is built of it.
fn valid(json: &str) -> bool {
    serde_json::from_str::<IgnoredAny>(json).is_ok()
}

/// `[1]` in a chat and `{}` are JSON too, and nobody's.
fn holds_something(json: &str) -> bool {
    json.contains('"') || json.matches(',').count() > 2
}

/// What the parser does not like in a part of a text is that it ends.
fn begins_as_json(text: &str) -> bool {
    let part = &text[..text.floor_char_boundary(JSON_WHOLE)];
    holds_something(part)
        && serde_json::from_str::<IgnoredAny>(part).is_err_and(|error| error.is_eof())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(text: &str) -> Option<&'static str> {
        judge(text, &text[..text.floor_char_boundary(16 * 1024)])
    }

    #[test]
    fn a_heading_and_a_link_are_markdown() {
        assert_eq!(shape("# My project\n\nSee the [docs](https://x.y).\n"), Some("markdown"));
        assert_eq!(shape("# Notes\n\n```\ncode\n```\n"), Some("markdown"));
        assert_eq!(shape("# see https://x.y\nset -e\n"), None);
        assert_eq!(shape("See the [docs](https://x.y).\n"), None);
    }

    #[test]
    fn json_is_what_a_parser_takes() {
        for (text, slug) in [
            ("{\"a\": 1}", Some("json")),
            (" [1, 2, 3, 4]\n", Some("json")),
            ("{\"a\": 1}\n{\"a\": 2}\n", Some("jsonl")),
            ("{\"a\": 1", None),
            ("[note to self] buy milk", None),
            ("[1]", None),
            ("{}", None),
        ] {
            assert_eq!(shape(text), slug, "{text}");
        }
        let long = format!("[{}1]", "{\"a\": \"b\"},\n".repeat(20_000));
        assert_eq!(shape(&long), Some("json"));
        assert_eq!(shape(&"[".repeat(200_000)), None);
    }
}
