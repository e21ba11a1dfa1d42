//! Ordinary Markdown is rendered as a reader expects.

use super::*;

#[test]
fn a_table_is_a_table_that_scrolls() {
    let page = parsed("| a | b |\n|:-|-:|\n| 1 | `x` |\n");
    assert_eq!(
        texts(&page, "main > div.scroll[tabindex='0'][aria-label=Table] > table > thead th"),
        ["a", "b"]
    );
    assert_eq!(texts(&page, "tbody td[align=right] code"), ["x"]);
}

#[test]
fn a_task_list_shows_which_tasks_are_done() {
    let page = parsed("- [x] one\n- [ ] two\n");
    assert_eq!(count(&page, "li > input[type=checkbox][disabled][checked][aria-label=Done]"), 1);
    assert_eq!(count(&page, "li > input[type=checkbox][disabled][aria-label='To do']"), 1);
    assert_eq!(texts(&page, "li"), ["one", "two"]);
}

#[test]
fn footnotes_and_their_references_link_to_each_other() {
    let page = parsed(
        "a[^x] b[^long name] c[^x]\n\n[^x]: first *note*\n\n[^long name]: no\n\n[^y]: unused\n",
    );
    assert_eq!(texts(&page, "sup a.ref"), ["1", "2", "1"]);
    let page_of_two = parsed("[^b] [^a]\n\n[^a]: A\n[^b]: B\n    > more[^a]\n");
    assert_eq!(texts(&page_of_two, "section.notes > ol > li > p:first-child"), ["B", "A"]);
    for page in [page, page_of_two] {
        for (from, to) in [("a.ref[id]", "li[id]"), ("a.back", "a.ref[id]")] {
            let links = all(&page, from);
            assert!(!links.is_empty());
            for link in links {
                let target = link.attr("href").unwrap().strip_prefix('#').unwrap();
                assert_eq!(
                    all(&page, to).iter().filter(|e| e.attr("id") == Some(target)).count(),
                    1
                );
            }
        }
    }
}

#[test]
fn code_is_highlighted_and_does_not_go_through_the_sanitiser() {
    let text = "```rust,ignore\nlet <x> = 1;\n```\n\n    plain <b>\n\n~~~ klingon\nnuqneH\n~~~\n";
    let mut calls = Vec::new();
    let html = render(text, &LABELS, &mut |language, code| {
        calls.push((language.to_owned(), code.to_owned()));
        (language == "rust").then(|| "<span class=\"k\" id=\"ours\">let</span>".into())
    });
    assert_eq!(
        calls,
        [("rust".into(), "let <x> = 1;\n".into()), ("klingon".into(), "nuqneH\n".to_owned())]
    );
    let page = Html::parse_fragment(&html.unwrap().0);
    assert_eq!(texts(&page, "pre[tabindex='0'] > code > span.k#ours"), ["let"]);
    assert_eq!(texts(&page, "pre > code"), ["let", "plain <b>", "nuqneH"]);
    assert_eq!(count(&page, "pre b"), 0);
}

#[test]
fn an_image_is_a_link_to_it() {
    let page = parsed(
        "![a *b*](http://x/y.png) ![](https://x/z) ![no](data:image/png,x) <img src=http://x/raw alt=raw>",
    );
    let links: Vec<_> =
        all(&page, "a").iter().map(|a| (a.attr("href").unwrap().to_owned(), words(*a))).collect();
    assert_eq!(
        links,
        [("http://x/y.png", "a b"), ("https://x/z", "https://x/z"), ("http://x/raw", "raw")]
            .map(|(address, words)| (address.to_owned(), words.to_owned()))
    );
    assert!(words(all(&page, "p")[0]).contains(" no "));
    let badge = parsed("[![build](https://x/badge.svg)](https://x/ci)");
    assert_eq!(texts(&badge, "a[href='https://x/ci']"), ["build"]);
    assert_eq!(count(&badge, "a"), 1);
}

#[test]
fn headings_are_below_that_of_the_page() {
    let page = parsed("# one\n\n###### six\n\nsetext\n---\n\n<h1>raw</h1>\n\n<h6>last</h6>");
    assert_eq!(texts(&page, "h2"), ["one", "raw"]);
    assert_eq!(texts(&page, "h3"), ["setext"]);
    assert_eq!(texts(&page, "h6"), ["six", "last"]);
    assert_eq!(count(&page, "h1"), 0);
}

#[test]
fn bare_addresses_are_links() {
    let page = parsed(
        "see https://a.example/x_y_z, (www.b.example) `http://no` <https://c.example> <me@d.example>",
    );
    let links: Vec<_> = all(&page, "a").iter().map(|a| a.attr("href").unwrap()).collect();
    assert_eq!(
        links,
        [
            "https://a.example/x_y_z",
            "http://www.b.example",
            "https://c.example",
            "mailto:me@d.example"
        ]
    );
    assert_eq!(count(&parsed("[https://a.example](https://b.example)"), "a"), 1);
    for link in all(&page, "a") {
        assert_eq!(link.attr("rel"), Some("nofollow ugc noopener noreferrer"));
        assert_eq!(link.attr("target"), None);
    }
}

#[test]
fn lists_nest_and_start_at_their_number() {
    let page = parsed("3. a\n   - b\n     - c\n\n       para\n4. d\n");
    assert_eq!(texts(&page, "main > ol[start='3'] > li > ul > li > ul > li > p"), ["c", "para"]);
    assert_eq!(count(&page, "main > ol > li"), 2);
}

#[test]
fn an_alert_has_its_title() {
    let page = parsed("> [!WARNING]\n> Hot *iron*\n");
    assert_eq!(texts(&page, "main > div.alert.warning > p.alert-title"), ["Warning"]);
    assert_eq!(texts(&page, "div.alert > p > em"), ["iron"]);
    assert_eq!(count(&page, "blockquote"), 0);
}

#[test]
fn plain_html_keeps_its_meaning() {
    let page = parsed(
        "<details open><summary>More</summary>\n\n**bold** H<sub>2</sub>O <kbd>Ctrl</kbd>\n\n</details>\n\nafter",
    );
    assert_eq!(texts(&page, "details[open] > summary"), ["More"]);
    assert_eq!(
        texts(&page, "details > p > strong, details sub, details kbd"),
        ["bold", "2", "Ctrl"]
    );
    assert_eq!(texts(&page, "main > p"), ["after"]);

    let page =
        parsed("<table><tr><th>a<th>b<tr><td>1<td>2</table>\n\n<p align=center>x<br>y</p>\n");
    assert_eq!(texts(&page, "div.scroll > table > tbody > tr > *"), ["a", "b", "1", "2"]);
    assert_eq!(count(&page, "p[align=center] > br"), 1);

    let page = parsed("|a|\n|-|\n|<ul><li>x<li>y</ul>|\n");
    assert_eq!(texts(&page, "td > ul > li"), ["x", "y"]);
}

#[test]
fn unclosed_html_ends_with_the_markdown_around_it() {
    let page = parsed("> <div><b>x\n\n- y <i>z\n- w\n\n<!-- never closed");
    assert_eq!(count(&page, "blockquote > div > b"), 1);
    assert_eq!(texts(&page, "main > ul > li"), ["y z", "w"]);
    assert_eq!(texts(&page, "body > footer"), ["after"]);
}

#[test]
fn html_does_not_end_the_markdown_around_it() {
    let page = parsed("> a </p></blockquote>\n>\n> </blockquote>\n>\n> b\n\n**c </strong> d**\n");
    assert_eq!(texts(&page, "main > blockquote > p"), ["a", "b"]);
    assert_eq!(texts(&page, "strong"), ["c  d"]);
}

#[test]
fn a_block_has_its_own_direction_and_isolates_it() {
    let page = parsed("# א\n\nabc \u{202e}def\u{2066} `\u{202d}x`\n");
    for block in all(&page, "main > *") {
        assert_eq!(block.attr("dir"), Some("auto"));
    }
    assert_eq!(texts(&page, "bdi"), ["\u{202e}", "\u{2066}", "\u{202d}"]);
}

#[test]
fn a_text_that_is_too_long_is_not_rendered() {
    let highlight: &mut dyn FnMut(&str, &str) -> Option<String> = &mut |_, _| None;
    assert!(render(&"x ".repeat(MAX_BYTES / 2), &LABELS, highlight).is_some());
    assert!(render(&"x".repeat(MAX_BYTES + 1), &LABELS, highlight).is_none());
}
