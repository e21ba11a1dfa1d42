//! Real files of many languages, and hostile texts: every page and view mode shows the text byte for
//! byte.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use reqwest::StatusCode;

use crate::support::{Site, Visitor};

const VIEW_MODES: [&str; 6] = ["source", "ansi", "diff", "rendered", "table", "pretty"];

/// The files of the corpus: the language, which is the folder's name, the file's name and its text.
fn corpus() -> Vec<(String, String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/corpus/real");
    let mut files = Vec::new();
    for language in fs::read_dir(folder).unwrap() {
        let language = language.unwrap();
        for file in fs::read_dir(language.path()).unwrap() {
            let file = file.unwrap();
            let name = file.file_name().into_string().unwrap();
            if !name.starts_with("LICENSE") && name != "README.md" {
                let text = fs::read_to_string(file.path()).unwrap();
                // A paste cannot contain a zero byte.
                let language = language.file_name().into_string().unwrap();
                files.push((language, name, text.replace('\0', "")));
            }
        }
    }
    files
}

/// Checks that every page of a paste shows its text, and returns the view modes that it has.
async fn assert_shown(visitor: &Visitor, link: &str, text: &str, what: &str) -> Vec<&'static str> {
    assert_eq!(visitor.get(link).await.shown_text(), text, "{what}");
    assert_eq!(visitor.get(&format!("{link}.txt/source")).await.shown_text(), text, "{what}");
    assert_eq!(visitor.get(&format!("{link}/embed")).await.shown_text(), text, "{what}, embedded");
    let mut shown = Vec::new();
    for view_mode in VIEW_MODES {
        let page = visitor.get(&format!("{link}/{view_mode}")).await;
        if page.status == StatusCode::OK {
            assert_eq!(page.shown_text(), text, "{what}, {view_mode}");
            shown.push(view_mode);
        }
    }
    shown
}

#[tokio::test]
async fn every_corpus_file_is_shown_byte_for_byte() {
    let site = Site::start().await;
    let visitor = site.visitor();
    let (mut languages, mut view_modes) = (BTreeSet::new(), BTreeSet::new());
    for (language, name, text) in corpus() {
        let link = visitor.upload(&name, text.as_str(), &[]).await.location();
        view_modes
            .extend(assert_shown(&visitor, &link, &text, &format!("{language}/{name}")).await);
        languages.insert(language);
    }
    assert!(languages.len() >= 40, "{}", languages.len());
    assert_eq!(view_modes.len(), VIEW_MODES.len() - 1, "{view_modes:?}");
}

#[tokio::test]
async fn highlighted_code_is_at_most_three_and_a_half_times_its_size() {
    let site = Site::start().await;
    let visitor = site.visitor();
    let (mut highlighted, mut html, mut bytes) = (0, 0, 0);
    for (language, name, text) in corpus() {
        if language == "text" {
            continue;
        }
        let link = visitor.upload(&name, text.as_str(), &[]).await.location();
        let page = visitor.get(&format!("{link}/source")).await;
        let shown = page.shown_html();
        let is_highlighted =
            ["<b>", "<b ", "<i>", "<u>"].iter().any(|element| shown.contains(element));
        highlighted += usize::from(is_highlighted);
        html += shown.len();
        bytes += text.len();
        // Each line number is a link of some thirty bytes. In small files with short lines they weigh
        // more.
        let max_factor = if text.len() > 4_000 { 4 } else { 8 };
        assert!(
            shown.len() <= text.len() * max_factor,
            "{language}/{name}: {} of {}",
            shown.len(),
            text.len()
        );
    }
    assert!(highlighted >= 80, "{highlighted}");
    assert!(html * 2 <= bytes * 7, "{html} bytes of HTML for {bytes} of text");
}

#[tokio::test]
async fn hostile_texts_are_shown_byte_for_byte() {
    let site = Site::start().await;
    let visitor = site.visitor();
    for (what, text) in hostile_texts() {
        for syntax in ["html", "rust", "log", "diff", "csv", "json", "markdown"] {
            let link = visitor.upload("f", text.as_str(), &[("syntax", syntax)]).await.location();
            let what = format!("{what} as {syntax}");
            assert!(!assert_shown(&visitor, &link, &text, &what).await.is_empty());
        }
    }
}

fn hostile_texts() -> Vec<(&'static str, String)> {
    let controls: String = ('\u{1}'..='\u{9f}').chain('\u{2028}'..='\u{202e}').collect();
    vec![
        (
            "markup",
            "</code></pre></span></mark><script>alert(1)</script><a id=L3 href=#L3>\n".repeat(3),
        ),
        (
            "attributes",
            "\"' onmouseover=alert(1) x=\"\n<hx-partial hx-target=\"#text\">\n&lt;&#13;&amp;"
                .to_owned(),
        ),
        ("control characters", controls),
        ("line ends", "a\r\nb\rc\n\rd\n\n\r\n".to_owned()),
        ("no line end", "\u{feff}x".to_owned()),
        ("only line ends", "\n\n\n".to_owned()),
        (
            "escapes cut short",
            "\u{1b}[31;1mred\n\u{1b}[\n\u{1b}]0;title\u{7}\n\u{1b}[38;2;1;2;3mx\u{1b}".to_owned(),
        ),
        (
            "a diff that lies",
            "--- a\n+++ b\n@@ -1,999999999999 +1 @@\n-x\n--- y\n+++ z\n\\ No newline\n@@"
                .to_owned(),
        ),
        ("deep", "[{(<".repeat(2_000)),
        ("quotes", "\"'`\n".repeat(500) + "\"a,\"\"b\n"),
        ("combining", format!("a{}\n", "\u{301}".repeat(2_000))),
        ("a long line", "x, ".repeat(20_000)),
        ("not characters", "\u{fffe}\u{ffff}\u{10ffff}\u{fdd0}".to_owned()),
    ]
}
