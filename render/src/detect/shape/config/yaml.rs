//! Detects YAML.

use super::MIN_KEYS;

/// A list with headings looks like YAML. So this asks for keys with values, for keys written as
/// programs write them, and for either something nested below a key or the leading `---`.
pub fn detect<'a>(lines: impl Iterator<Item = &'a str>) -> Option<&'static str> {
    let mut counts = LineCounts::default();
    for (number, line) in lines.enumerate() {
        counts.add_line(number, line);
    }
    let LineCounts { keys, values, nested, items, others, .. } = counts;
    let is_structured = counts.has_start_marker || nested > 0;
    let has_enough = keys >= MIN_KEYS && values > 0 && is_structured;
    (has_enough && others * 10 <= keys + items).then_some("yaml")
}

#[derive(Default)]
struct LineCounts {
    keys: usize,
    values: usize,
    /// Lines nested below a key.
    nested: usize,
    items: usize,
    others: usize,
    /// `---` in one of the first lines.
    has_start_marker: bool,
    /// The indent of the key that a block of text (`|` or `>`) belongs to.
    block_indent: Option<usize>,
    /// The indent of the line before, if it is a key without a value.
    parent_indent: Option<usize>,
}

impl LineCounts {
    fn add_line(&mut self, number: usize, line: &str) {
        let content = line.trim_ascii();
        let indent = line.len() - line.trim_ascii_start().len();
        if self.block_indent.is_some_and(|block| indent > block) || content.starts_with('#') {
            return;
        }
        self.block_indent = None;
        self.has_start_marker |= number < 5 && content == "---";
        if content == "---" || content == "..." {
            return;
        }
        let item = content.strip_prefix("- ");
        let is_nested = self
            .parent_indent
            .take()
            .is_some_and(|parent| indent > parent || (indent == parent && item.is_some()));
        self.nested += usize::from(is_nested);
        match value_of_pair(item.unwrap_or(content)) {
            Some(value) => {
                self.keys += 1;
                self.values += usize::from(!value.is_empty());
                self.parent_indent = value.is_empty().then_some(indent);
                self.block_indent = value.starts_with(['|', '>']).then_some(indent);
            }
            None if item.is_some() => self.items += 1,
            None => self.others += 1,
        }
    }
}

/// The value of `key: value`. `None` unless the key is written as programs write it: it begins with
/// a lower-case letter, `_`, `.` or `$`, or has an upper-case letter or `_` inside.
fn value_of_pair(content: &str) -> Option<&str> {
    let (key, value) = content.split_once(':')?;
    let key = key.trim_matches('"');
    let is_allowed = |b: u8| b.is_ascii_alphanumeric() || b"_-./$".contains(&b);
    let starts_low =
        key.bytes().next().is_some_and(|b| b.is_ascii_lowercase() || b"_.$".contains(&b));
    let is_camel_or_snake = key.bytes().skip(1).any(|b| b.is_ascii_uppercase() || b == b'_');
    let is_key =
        !key.is_empty() && key.bytes().all(is_allowed) && (starts_low || is_camel_or_snake);
    (is_key && (value.is_empty() || value.starts_with(' '))).then_some(value.trim())
}
