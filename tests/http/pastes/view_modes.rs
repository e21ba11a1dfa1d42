//! The view modes of a text, which depend on its syntax. Each has an address of its own.

use reqwest::StatusCode;

use crate::support::{Response, Site, Visitor};

/// Saves a text and returns its page in this view mode, which must show the text unchanged.
async fn paste_and_view(visitor: &Visitor, syntax: &str, text: &str, view_mode: &str) -> Response {
    let link = visitor.paste_with(text, &[("syntax", syntax)]).await;
    let page = visitor.get(&format!("{link}/{view_mode}")).await;
    assert_eq!(page.status, StatusCode::OK, "{syntax}/{view_mode}");
    assert_eq!(page.shown_text(), text);
    page
}

#[tokio::test]
async fn the_syntax_decides_which_view_modes_are_offered() {
    let site = Site::start().await;
    let visitor = site.visitor();
    for (syntax, text, offered) in [
        ("rust", "fn main() {}", vec!["source"]),
        ("markdown", "# x", vec!["source", "rendered"]),
        ("csv", "a,b\n1,2", vec!["source", "table"]),
        ("tsv", "a\tb\n1\t2", vec!["source", "table"]),
        ("ssv", "a;b\n1;2", vec!["source", "table"]),
        ("json", "{}", vec!["source", "pretty"]),
        ("diff", "--- a\n+++ b\n@@ -1 +1 @@\n-x\n+y\n", vec!["diff", "source"]),
        ("log", "\u{1b}[31mred\u{1b}[0m", vec!["ansi", "source"]),
        ("log", "not red", vec!["source"]),
    ] {
        let link = visitor.paste_with(text, &[("syntax", syntax)]).await;
        let default_page = visitor.get(&link).await.text();
        for view_mode in ["source", "ansi", "diff", "rendered", "table", "pretty"] {
            let response = visitor.get(&format!("{link}/{view_mode}")).await;
            let status =
                if offered.contains(&view_mode) { StatusCode::OK } else { StatusCode::NOT_FOUND };
            assert_eq!(response.status, status, "{syntax}/{view_mode}");
            let linked = default_page.contains(&format!("href=\"{link}/{view_mode}\""));
            assert_eq!(
                linked,
                offered.len() > 1 && offered.contains(&view_mode),
                "{syntax}/{view_mode}"
            );
        }
        let current = format!("href=\"{link}/{}\" aria-current=\"page\"", offered[0]);
        assert_eq!(default_page.contains(&current), offered.len() > 1, "{syntax}");
    }
    let link = visitor.paste("a,b\n1,2\n3,4").await;
    assert_eq!(visitor.get(&format!("{link}.csv/table")).await.status, StatusCode::OK);
    assert_eq!(visitor.get(&format!("{link}.rs/table")).await.status, StatusCode::NOT_FOUND);
    assert_eq!(visitor.get(&format!("{link}/nonsense")).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn markdown_is_rendered_and_sanitized() {
    let site = Site::start().await;
    let text = "# Title\n\n- [x] done\n\n```rust\nfn f() {}\n```\n\n![cat](https://evil.example/cat.png)\n\n\
                <script>alert(1)</script><p id=L1 class=x hx-get=/ onclick=x()>raw</p>\n";
    let page = paste_and_view(&site.visitor(), "markdown", text, "rendered").await.text();
    let rendered = page
        .split("class=\"made markdown\"")
        .nth(1)
        .unwrap()
        .split("<pre class=\"text")
        .next()
        .unwrap();
    assert!(
        rendered.contains(">Title</h2>") && rendered.contains("type=\"checkbox\""),
        "{rendered}"
    );
    assert!(rendered.contains("<b>fn</b>"), "{rendered}");
    assert!(rendered.contains("href=\"https://evil.example/cat.png\""), "{rendered}");
    for bad in ["<img", "<script", "hx-get", "onclick", "id=\"L1\"", "class=\"x\""] {
        assert!(!rendered.contains(bad), "{bad}: {rendered}");
    }
}

#[tokio::test]
async fn separated_values_are_a_table_a_thousand_rows_at_a_time() {
    let site = Site::start().await;
    let visitor = site.visitor();
    let rows =
        (1..=1_500).map(|row| format!("{row};\"a; <b>{row}\"\n")).collect::<Vec<_>>().concat();
    let text = format!("n;text\n{rows}");
    let page = paste_and_view(&visitor, "csv", &text, "table").await.text();
    assert_eq!(page.matches("<tr>").count(), 1_001);
    assert!(page.contains("a; &lt;b&gt;1000") && !page.contains("a; &lt;b&gt;1001</td>"));
    let link = visitor.paste_with(&text, &[("syntax", "csv")]).await;
    let rest = visitor.get(&format!("{link}/table/rows?row=1001")).await.text();
    assert_eq!(rest.matches("<tr>").count(), 500);
    assert!(visitor.get(&format!("{link}/table?row=1001")).await.text().contains(">1500<"));
    for beyond in ["9999", "18446744073709551615"] {
        let response = visitor.get(&format!("{link}/table?row={beyond}")).await;
        assert_eq!(response.status, StatusCode::OK, "{beyond}");
    }
}

#[tokio::test]
async fn json_is_indented_and_a_mistake_is_located() {
    let site = Site::start().await;
    let visitor = site.visitor();
    let page = paste_and_view(&visitor, "json", "{\"a\":[1.0e400,2]}", "pretty").await.text();
    let rendered = page.split("<code id=\"made\"").nth(1).unwrap().split("</code>").next().unwrap();
    let rendered = crate::support::text_content(&rendered[rendered.find('>').unwrap() + 1..]);
    assert_eq!(rendered, "{\n  \"a\": [\n    1.0e400,\n    2\n  ]\n}");
    let bad = paste_and_view(&visitor, "json", "{\"a\":\n oops}", "pretty").await.text();
    assert!(bad.contains("Line 2, column"), "{bad}");
    let large = format!("[{}0]", "0,".repeat(5_000));
    let link = visitor.paste_with(&large, &[("syntax", "json")]).await;
    assert!(visitor.get(&format!("{link}/pretty")).await.text().contains("/pretty/made?part=2"));
    let next = visitor.get(&format!("{link}/pretty/made?part=2&side=after")).await.text();
    assert!(next.contains("<a id=P2001 "), "{next}");
}

#[tokio::test]
async fn a_diff_is_coloured_and_its_changes_are_counted() {
    let site = Site::start().await;
    let text = "--- a/x\n+++ b/x\n@@ -1,2 +1,3 @@\n same\n-old\n+new\n+more\n";
    let page = paste_and_view(&site.visitor(), "diff", text, "diff").await;
    assert!(page.text().contains("1 file") && page.text().contains("2 lines added"));
    assert!(page.text().contains("1 line removed"));
    let shown = page.shown_html();
    assert!(shown.contains("<del>-old\n</del>") && shown.contains("<ins>+new\n</ins>"), "{shown}");
}

#[tokio::test]
async fn terminal_colours_are_shown_and_other_control_sequences_named() {
    let site = Site::start().await;
    let text = "\u{1b}[1;31merror\u{1b}[0m: \u{1b}[2Kgone\u{7}\n";
    let page = paste_and_view(&site.visitor(), "log", text, "ansi").await.shown_html();
    assert!(page.contains("class=\"f1 b\">error"), "{page}");
    assert!(page.contains("data-u=\"ESC\"") && page.contains("data-u=\"BEL\""), "{page}");
}
