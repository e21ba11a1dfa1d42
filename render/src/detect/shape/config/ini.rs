//! Detects formats with `key = value` and `[section]`: INI, TOML, `.env`, and files of systemd and
//! desktops.

use super::MIN_KEYS;

pub fn detect<'a>(lines: impl Iterator<Item = &'a str> + Clone) -> Option<&'static str> {
    let mut counts = LineCounts::default();
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
struct LineCounts {
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

impl LineCounts {
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
