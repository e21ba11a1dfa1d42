//! Detects configuration files: INI, TOML, YAML and `.env`. Every line is a key with a value, a
//! section or a comment.

/// Fewer keys could be a remark in a text.
const MIN_KEYS: usize = 3;

pub fn detect(lines: &[&str]) -> Option<&'static str> {
    let lines: Vec<&str> =
        lines.iter().copied().filter(|line| !line.trim_ascii().is_empty()).collect();
    let lines = || lines.iter().copied();
    ini_like(lines()).or_else(|| yaml(lines()))
}

/// Formats with `key = value` and `[section]`.
fn ini_like<'a>(lines: impl Iterator<Item = &'a str> + Clone) -> Option<&'static str> {
    let mut counts = IniCounts::default();
    for line in lines.clone() {
        counts.add_line(line.trim_ascii());
    }
    if counts.keys == 0 || counts.others * 10 > counts.keys + counts.sections {
        return None;
    }
    if counts.sections == 0 {
        return (counts.keys >= MIN_KEYS && counts.upper == counts.keys).then_some("dotenv");
    }
    let first_section = lines.map(str::trim).find(|line| line.starts_with('['));
    Some(match first_section {
        Some("[Unit]" | "[Service]" | "[Timer]" | "[Install]") => "systemd",
        Some("[Desktop Entry]") => "desktop",
        _ if counts.typed == counts.keys && counts.semicolons == 0 => "toml",
        _ => "ini",
    })
}

#[derive(Default)]
struct IniCounts {
    sections: usize,
    keys: usize,
    /// `UPPER_CASE=…` without spaces.
    upper: usize,
    /// Values written as in TOML.
    typed: usize,
    semicolons: usize,
    others: usize,
    /// Inside an array or a string of several lines: the characters that end it.
    multiline_end: Option<&'static str>,
}

impl IniCounts {
    fn add_line(&mut self, line: &str) {
        if let Some(end) = self.multiline_end {
            if line.contains(end) {
                self.multiline_end = None;
            }
        } else if line.starts_with('#') {
        } else if line.starts_with(';') {
            self.semicolons += 1;
        } else if is_section(line) {
            self.sections += 1;
        } else if let Some((key, value)) =
            line.split_once('=').filter(|(key, _)| is_key(key.trim()))
        {
            self.keys += 1;
            let is_upper = |b: u8| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_';
            let key = key.strip_prefix("export ").unwrap_or(key);
            self.upper += usize::from(key.bytes().all(is_upper) && !value.starts_with(' '));
            self.add_value(value.trim());
        } else {
            self.others += 1;
        }
    }

    fn add_value(&mut self, value: &str) {
        let first = value.bytes().next().unwrap_or(b' ');
        let first_word = value.split(['#', ' ']).next().unwrap_or_default();
        let is_typed = matches!(first, b'"' | b'\'' | b'[' | b'{' | b'+' | b'-')
            || first.is_ascii_digit()
            || matches!(first_word, "true" | "false" | "inf" | "nan");
        self.typed += usize::from(is_typed);
        if first == b'[' && !value.contains(']') {
            self.multiline_end = Some("]");
        } else if let Some(quotes) = ["\"\"\"", "'''"].into_iter().find(|q| value.starts_with(q)) {
            self.multiline_end = (!value[3..].contains(quotes)).then_some(quotes);
        }
    }
}

/// `[name]`, optionally followed by a comment.
fn is_section(line: &str) -> bool {
    let rest = line.strip_prefix('[').and_then(|line| line.rsplit_once(']'));
    rest.is_some_and(|(_, rest)| rest.is_empty() || rest.trim_start().starts_with(['#', ';']))
}

fn is_key(key: &str) -> bool {
    let key = key.strip_prefix("export ").unwrap_or(key);
    let is_allowed = |b: u8| b.is_ascii_alphanumeric() || b"_-.\"'/".contains(&b);
    !key.is_empty() && key.bytes().all(is_allowed)
}

/// A list with headings looks like YAML. So this asks for keys with values, for keys written as
/// programs write them, and for either something nested below a key or the leading `---`.
fn yaml<'a>(lines: impl Iterator<Item = &'a str>) -> Option<&'static str> {
    let mut counts = YamlCounts::default();
    for (number, line) in lines.enumerate() {
        counts.add_line(number, line);
    }
    let YamlCounts { keys, values, nested, items, others, .. } = counts;
    let is_structured = counts.has_start_marker || nested > 0;
    let has_enough = keys >= MIN_KEYS && values > 0 && is_structured;
    (has_enough && others * 10 <= keys + items).then_some("yaml")
}

#[derive(Default)]
struct YamlCounts {
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

impl YamlCounts {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_configuration_file_has_keys_and_values() {
        for (text, slug) in [
            ("[a]\nb = \"c\"\nd = 1\n\n[[e]]\nf = [\n  1,\n  2,\n]\n", Some("toml")),
            ("[a]\nb = c\nd = e\n; note\n", Some("ini")),
            ("[a]\nb=c\n", Some("ini")),
            ("[Unit]\nDescription=A thing\n[Service]\nExecStart=/bin/true\n", Some("systemd")),
            ("A=1\nB_C=\"x y\"\n# note\nexport D=\n", Some("dotenv")),
            ("a: 1\nb:\n  - x\n  - y\nc: d\n", Some("yaml")),
            ("---\na: 1\nb: 2\nc: 3\n", Some("yaml")),
            (
                "services:\n  db:\n    image: postgres\n    ports:\n      - 5432:5432\n",
                Some("yaml"),
            ),
            ("a = b\nc = d\ne = f\n", None),
            ("[1] A source\n[2] Another source\n", None),
            ("From: Ann\nTo: Ben\nSubject: Lunch\n", None),
            ("Vegetables:\n- carrots\n- onions\nFruit:\n- apples\n", None),
            ("fruit:\n- apples\n- pears\nother:\n- soap\n", None),
            ("ann: hi\nben: hello\nann: how are you\n", None),
            ("- milk\n- eggs\n- bread\n", None),
        ] {
            let lines: Vec<_> = text.lines().collect();
            assert_eq!(detect(&lines), slug, "{text}");
        }
    }
}
