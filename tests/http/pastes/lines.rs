//! Links to lines, marked ranges of lines, and texts that are split into parts.

use reqwest::StatusCode;

use crate::support::{Site, Visitor};

/// The text of the first marked range on a page.
async fn marked(visitor: &Visitor, path: &str) -> String {
    let shown = visitor.get(path).await.shown_html();
    let mark =
        shown.split_once("<mark>").map_or("", |(_, rest)| rest.split("</mark>").next().unwrap());
    crate::support::text_content(mark)
}

#[tokio::test]
async fn every_line_has_a_link_and_line_ranges_are_marked_without_scripts() {
    let site = Site::start().await;
    let visitor = site.visitor();
    let link = visitor.paste("one\ntwo\nthree\nfour").await;
    let page = visitor.get(&link).await.shown_html();
    for line in 1..=4 {
        assert!(page.contains(&format!("<a id=L{line} href=#L{line} title={line}></a>")));
    }
    assert!(!page.contains("<mark>"));
    assert_eq!(marked(&visitor, &format!("{link}?lines=2")).await, "two\n");
    assert_eq!(marked(&visitor, &format!("{link}?lines=2-3")).await, "two\nthree\n");
    assert_eq!(marked(&visitor, &format!("{link}?lines=L4-L3")).await, "three\nfour");
    assert_eq!(marked(&visitor, &format!("{link}?lines=9")).await, "");
    for bad in ["x", "0", "1-2-3", "-"] {
        let response = visitor.get(&format!("{link}?lines={bad}")).await;
        assert_eq!(response.status, StatusCode::BAD_REQUEST, "{bad}");
    }
}

#[tokio::test]
async fn marked_lines_keep_their_highlighting() {
    let site = Site::start().await;
    let visitor = site.visitor();
    let code = "/* a\n b\n c */\nfn main() {}\n";
    let link = visitor.paste_with(code, &[("syntax", "rust")]).await;
    assert_eq!(marked(&visitor, &format!("{link}?lines=2-3")).await, " b\n c */\n");
    let page = visitor.get(&format!("{link}?lines=2-3")).await;
    assert_eq!(page.shown_text(), code);
    assert!(
        page.shown_html().contains("<mark><a id=L2 href=#L2 title=2></a><i> b</i>\n"),
        "{}",
        page.shown_html()
    );
}

#[tokio::test]
async fn a_large_text_is_split_into_linked_parts() {
    let site = Site::start().await;
    let visitor = site.visitor();
    let text = (1..=5_000).map(|line| format!("line {line}\n")).collect::<Vec<_>>().concat();
    let link = visitor.paste(&text).await;
    let first = visitor.get(&link).await;
    assert!(first.text().contains(&format!("href=\"{link}/source?part=2\"")));
    let mut joined = first.shown_text();
    assert!(joined.ends_with("line 2000\n"));
    for part in [2, 3] {
        joined += &visitor.get(&format!("{link}/source?part={part}")).await.shown_text();
    }
    assert_eq!(joined, text);
    let last = visitor.get(&format!("{link}?part=3")).await.text();
    assert!(!last.contains("part=4") && last.contains("part=2"));
    for bad in ["4", "0"] {
        assert_eq!(visitor.get(&format!("{link}?part={bad}")).await.status, StatusCode::NOT_FOUND);
    }
}

#[tokio::test]
async fn htmx_gets_a_part_and_the_link_to_the_next() {
    let site = Site::start().await;
    let visitor = site.visitor();
    let text = "a line\n".repeat(5_000);
    let link = visitor.paste(&text).await;
    let htmx = site.visitor().with_htmx();
    let second = htmx.get(&format!("{link}/source/lines?part=2&side=after")).await;
    assert_eq!(second.shown_text(), "a line\n".repeat(2_000));
    assert!(
        second.text().contains("hx-target=\"#after-text\"") && second.text().contains("part=3")
    );
    let previous = htmx.get(&format!("{link}/source/lines?part=2&side=before")).await.text();
    assert!(previous.contains("hx-target=\"#before-text\"") && previous.contains("part=1"));
}

#[tokio::test]
async fn a_line_range_opens_its_part() {
    let site = Site::start().await;
    let visitor = site.visitor();
    let text = (1..=5_000).map(|line| format!("line {line}\n")).collect::<Vec<_>>().concat();
    let link = visitor.paste(&text).await;
    let page = visitor.get(&format!("{link}?lines=4321-4322")).await.shown_text();
    assert!(page.starts_with("line 4001\n"));
    let first_half = marked(&visitor, &format!("{link}?lines=1999-2002")).await;
    assert_eq!(first_half, "line 1999\nline 2000\n");
    let second_half = marked(&visitor, &format!("{link}?lines=1999-2002&part=2")).await;
    assert_eq!(second_half, "line 2001\nline 2002\n");
}

#[tokio::test]
async fn a_line_of_megabytes_is_split_into_parts_too() {
    let site = Site::start().await;
    let visitor = site.visitor();
    let text = "0123456789".repeat(160_000) + "\nend";
    let link = visitor.paste(&text).await;
    let mut joined = String::new();
    for part in 1..=25 {
        joined += &visitor.get(&format!("{link}?part={part}")).await.shown_text();
    }
    assert!(joined == text, "{} of {} bytes", joined.len(), text.len());
}

#[tokio::test]
async fn links_to_parts_name_their_lines() {
    let site = Site::start().await;
    let link = site.visitor().paste(&"x\n".repeat(4_500)).await;
    let page = site.visitor().get(&format!("{link}?part=2")).await.text();
    assert!(page.contains(">Lines 1–2,000</a>") && page.contains(">Lines 4,001–4,500</a>"));
}

#[tokio::test]
async fn highlighting_that_takes_too_long_is_left_out_with_a_notice() {
    let site = Site::start_with(&["--highlight-wait=0"]).await;
    let visitor = site.visitor();
    let code = "fn main() {}\n".repeat(2_000);
    let link = visitor.paste_with(&code, &[("syntax", "rust")]).await;
    let page = visitor.get(&link).await;
    assert!(page.text().contains("longer than this page waits"));
    assert_eq!(page.shown_text(), code);
    // The highlighting goes on in the background, and later visitors get it.
    loop {
        let page = visitor.get(&link).await;
        if page.shown_html().contains("<b") {
            assert!(!page.text().contains("longer than this page waits"));
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
}
