//! The curl commands in README.md work as they are written.

use pulldown_cmark::{Event, Parser, Tag, TagEnd};

use crate::shell::Shell;
use crate::support::Site;

const SITE: &str = "http://127.0.0.1:8080";

/// The lines of code blocks in README.md that call curl.
fn curl_lines() -> Vec<String> {
    let readme =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../README.md")).unwrap();
    let mut code = String::new();
    let mut in_code_block = false;
    for event in Parser::new(&readme) {
        match event {
            Event::Start(Tag::CodeBlock(_)) => in_code_block = true,
            Event::End(TagEnd::CodeBlock) => in_code_block = false,
            Event::Text(text) if in_code_block => code.push_str(&text),
            _ => {}
        }
    }
    let calls = |line: &&str| line.split_whitespace().any(|word| word == "curl");
    code.lines().filter(calls).map(str::to_owned).collect()
}

/// The file names in a command: `@notes.txt`, `-T main.rs`.
fn files(line: &str) -> impl Iterator<Item = &str> {
    let is_file = |word: &&str| {
        word.split_once('.').is_some_and(|(name, extension)| {
            [name, extension].iter().all(|part| {
                part.starts_with(|c: char| c.is_ascii_alphabetic())
                    && part.chars().all(|c| c.is_ascii_alphanumeric())
            })
        })
    };
    line.split([' ', '@', '=', '\'', '"']).filter(is_file)
}

#[tokio::test]
#[ignore = "needs curl; tests/run installs it"]
async fn every_curl_line_of_the_readme_works() {
    let site = Site::start().await;
    let shell = Shell::new(&site.url);
    let lines = curl_lines();
    assert!(lines.len() > 4, "{lines:?}");
    for line in lines {
        for file in files(&line) {
            shell.write(file, "fn main() {}\n");
        }
        let existing = site.curl().post_bytes("/", None, "existing").await.text();
        let id = existing.trim_end().rsplit('/').next().unwrap();
        let line = line.replace(SITE, &site.url).replace("/ID", &format!("/{id}"));
        let curl = "curl() { command curl -sS --fail --noproxy '*' \"$@\"; }\n";
        let output = shell.run(&format!("{curl}{line}")).await;
        for link in output.lines().filter(|line| line.starts_with(&site.url)) {
            assert_eq!(site.curl().get(link).await.status, 200, "{line}: {link}");
        }
        let is_expected = output.starts_with(&site.url) || output == "existing";
        assert!(is_expected, "{line} prints {output}");
    }
}
