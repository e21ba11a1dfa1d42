//! Detects data, logs and configuration files by the shape of their lines.

mod config;
mod log;
mod table;

use serde::de::IgnoredAny;

/// Of JSON longer than this, in bytes, only the beginning is parsed.
const MAX_JSON_BYTES: usize = 64 * 1024;

/// The number of lines that are looked at.
const SAMPLE_LINES: usize = 200;

/// `sample` is the beginning of `text`.
pub fn detect(text: &str, sample: &str) -> Option<&'static str> {
    let lines: Vec<&str> = sample.lines().take(SAMPLE_LINES).collect();
    json(text, &lines)
        .or_else(|| log::detect(sample, &lines))
        .or_else(|| config::detect(&lines))
        .or_else(|| table::detect(&lines))
        .or_else(|| markdown(sample))
}

/// A heading with a link or a block of code. That is too little for the keywords, but no other
/// syntax has it: the first comment of a script looks like a heading, but has no such links.
fn markdown(sample: &str) -> Option<&'static str> {
    let has_heading = sample.trim_start().starts_with("# ");
    let has_link_or_code =
        || ["](http", "](./", "](#", "\n```"].iter().any(|start| sample.contains(start));
    (has_heading && has_link_or_code()).then_some("markdown")
}

fn json(text: &str, lines: &[&str]) -> Option<&'static str> {
    let text = text.trim();
    if !text.starts_with(['{', '[']) {
        return None;
    }
    if text.len() <= MAX_JSON_BYTES && is_json(text) {
        return has_enough_content(text).then_some("json");
    }
    let mut records = lines.iter().filter(|line| !line.trim().is_empty());
    if records.clone().count() > 1
        && records.clone().take(5).all(|line| line.starts_with('{') && is_json(line))
    {
        return Some("jsonl");
    }
    (text.len() > MAX_JSON_BYTES && records.next().is_some() && starts_as_json(text))
        .then_some("json")
}

/// Parses without building values.
fn is_json(json: &str) -> bool {
    serde_json::from_str::<IgnoredAny>(json).is_ok()
}

/// `[1]` in a chat and `{}` are valid JSON too, but not pasted as JSON.
fn has_enough_content(json: &str) -> bool {
    json.contains('"') || json.matches(',').count() > 2
}

/// Whether the beginning of `text` is JSON: the only error is that the input ends too early.
fn starts_as_json(text: &str) -> bool {
    let beginning = &text[..text.floor_char_boundary(MAX_JSON_BYTES)];
    has_enough_content(beginning)
        && serde_json::from_str::<IgnoredAny>(beginning).is_err_and(|error| error.is_eof())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(text: &str) -> Option<&'static str> {
        detect(text, &text[..text.floor_char_boundary(16 * 1024)])
    }

    #[test]
    fn a_heading_with_a_link_or_code_is_markdown() {
        assert_eq!(shape("# My project\n\nSee the [docs](https://x.y).\n"), Some("markdown"));
        assert_eq!(shape("# Notes\n\n```\ncode\n```\n"), Some("markdown"));
        assert_eq!(shape("# see https://x.y\nset -e\n"), None);
        assert_eq!(shape("See the [docs](https://x.y).\n"), None);
    }

    #[test]
    fn json_is_detected_by_parsing_it() {
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
