//! Detects configuration files: INI, TOML, YAML and `.env`. Every line is a key with a value, a
//! section or a comment.

mod ini;
mod yaml;

/// Fewer keys could be a remark in a text.
const MIN_KEYS: usize = 3;

pub fn detect(lines: &[&str]) -> Option<&'static str> {
    let lines: Vec<&str> =
        lines.iter().copied().filter(|line| !line.trim_ascii().is_empty()).collect();
    let lines = || lines.iter().copied();
    ini::detect(lines()).or_else(|| yaml::detect(lines()))
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
