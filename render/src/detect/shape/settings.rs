//! INI, TOML, YAML, `.env`: every line is a key and a value, a section, or a comment.

/// Fewer keys are a remark.
const KEYS_MIN: usize = 3;

pub fn judge(lines: &[&str]) -> Option<&'static str> {
    let lines: Vec<&str> =
        lines.iter().copied().filter(|line| !line.trim_ascii().is_empty()).collect();
    let lines = || lines.iter().copied();
    equals(lines()).or_else(|| yaml(lines()))
}

/// What has `key = value` and `[section]`.
fn equals<'a>(lines: impl Iterator<Item = &'a str> + Clone) -> Option<&'static str> {
    let mut seen = Equals::default();
    for line in lines.clone() {
        seen.line(line.trim_ascii());
    }
    if seen.keys == 0 || seen.others * 10 > seen.keys + seen.sections {
        return None;
    }
    if seen.sections == 0 {
        return (seen.keys >= KEYS_MIN && seen.upper == seen.keys).then_some("dotenv");
    }
    let unit = lines.map(str::trim).find(|line| line.starts_with('['));
    Some(match unit {
        Some("[Unit]" | "[Service]" | "[Timer]" | "[Install]") => "systemd",
        Some("[Desktop Entry]") => "desktop",
        _ if seen.typed == seen.keys && seen.semicolons == 0 => "toml",
        _ => "ini",
    })
}

#[derive(Default)]
struct Equals {
    sections: usize,
    keys: usize,
    /// `UPPER_CASE=…` without spaces.
    upper: usize,
    /// Values as TOML writes them.
    typed: usize,
    semicolons: usize,
    others: usize,
    /// Inside an array or a string of several lines.
    inside: Option<&'static str>,
}

impl Equals {
    fn line(&mut self, line: &str) {
        if let Some(end) = self.inside {
            if line.contains(end) {
                self.inside = None;
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
            let shouted = |b: u8| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_';
            let key = key.strip_prefix("export ").unwrap_or(key);
            self.upper += usize::from(key.bytes().all(shouted) && !value.starts_with(' '));
            self.value(value.trim());
        } else {
            self.others += 1;
        }
    }

    fn value(&mut self, value: &str) {
        let first = value.bytes().next().unwrap_or(b' ');
        let bare = value.split(['#', ' ']).next().unwrap_or_default();
        let typed = matches!(first, b'"' | b'\'' | b'[' | b'{' | b'+' | b'-')
            || first.is_ascii_digit()
            || matches!(bare, "true" | "false" | "inf" | "nan");
        self.typed += usize::from(typed);
        if first == b'[' && !value.contains(']') {
            self.inside = Some("]");
        } else if let Some(quotes) = ["\"\"\"", "'''"].into_iter().find(|q| value.starts_with(q)) {
            self.inside = (!value[3..].contains(quotes)).then_some(quotes);
        }
    }
}

/// `[name]` and at most a comment.
fn is_section(line: &str) -> bool {
    let rest = line.strip_prefix('[').and_then(|line| line.rsplit_once(']'));
    rest.is_some_and(|(_, rest)| rest.is_empty() || rest.trim_start().starts_with(['#', ';']))
}

fn is_key(key: &str) -> bool {
    let key = key.strip_prefix("export ").unwrap_or(key);
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"_-.\"'/".contains(&b);
    !key.is_empty() && key.bytes().all(plain)
}

/// A list with headings looks like YAML; so only what has keys with values, and something below a
/// key or the three dashes in front, and keys as programs have them.
fn yaml<'a>(lines: impl Iterator<Item = &'a str>) -> Option<&'static str> {
    let (mut keys, mut values, mut nested, mut items, mut others) = (0, 0, 0, 0, 0);
    let mut started = false;
    let (mut block, mut above) = (None::<usize>, None::<usize>);
    for (number, line) in lines.enumerate() {
        let content = line.trim_ascii();
        let indent = line.len() - line.trim_ascii_start().len();
        if block.is_some_and(|block| indent > block) || content.starts_with('#') {
            continue;
        }
        block = None;
        started |= number < 5 && content == "---";
        if content == "---" || content == "..." {
            continue;
        }
        nested += usize::from(
            above.is_some_and(|a| indent > a || (indent == a && content.starts_with("- "))),
        );
        above = None;
        let item = content.strip_prefix("- ");
        match pair(item.unwrap_or(content)) {
            Some(value) => {
                keys += 1;
                values += usize::from(!value.is_empty());
                above = value.is_empty().then_some(indent);
                block = value.starts_with(['|', '>']).then_some(indent);
            }
            None if item.is_some() => items += 1,
            None => others += 1,
        }
    }
    let enough = keys >= KEYS_MIN && values > 0 && (started || nested > 0);
    (enough && others * 10 <= keys + items).then_some("yaml")
}

/// The value of `key: value`, where the key is as programs have it.
fn pair(content: &str) -> Option<&str> {
    let (key, value) = content.split_once(':')?;
    let key = key.trim_matches('"');
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"_-./$".contains(&b);
    let named = key.bytes().next().is_some_and(|b| b.is_ascii_lowercase() || b"_.$".contains(&b));
    let camel = key.bytes().skip(1).any(|b| b.is_ascii_uppercase() || b == b'_');
    let fits = !key.is_empty() && key.bytes().all(plain) && (named || camel);
    (fits && (value.is_empty() || value.starts_with(' '))).then_some(value.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_are_keys_and_values() {
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
            assert_eq!(judge(&lines), slug, "{text}");
        }
    }
}
