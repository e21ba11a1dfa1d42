//! Texts and titles that are malicious, or only unusual.

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use reqwest::StatusCode;

use crate::support::Site;

#[tokio::test]
async fn html_in_title_and_text_is_escaped() {
    let site = Site::start().await;
    let html =
        "</title></textarea></pre><script>alert(1)</script><img src=x onerror=alert(1)>\"'&amp;";
    let link = site.visitor().paste_with(html, &[("title", html), ("visibility", "public")]).await;
    for path in [&link, "/recent"] {
        let page = site.visitor().get(path).await.text();
        assert!(!page.contains("<script>alert") && !page.contains("<img src=x"), "{path}");
        assert!(page.contains("&lt;script&gt;alert(1)"));
    }
    assert_eq!(site.visitor().raw(&link).await, html);
}

#[tokio::test]
async fn unusual_texts_are_returned_byte_for_byte() {
    let site = Site::start().await;
    let long_line = "x".repeat(5 << 20);
    let texts = [
        "no newline at the end",
        "\n",
        "\n\n\nleading and trailing\n\n\n",
        "\r\nDOS\r\n",
        "old Mac\r",
        "tabs\tand\u{b}other\u{c}controls\u{1b}[31m\u{7f}",
        "\u{feff}with a byte order mark",
        "😀👩‍👩‍👧 שלום عالم \u{202e}reversed\u{202c} \u{2066}isolated\u{2069}",
        "e\u{301} is not é",
        " ",
        &"word".repeat(50),
        &long_line,
    ];
    for text in texts {
        let link = site.curl().post_bytes("/", None, text).await.text();
        assert_eq!(site.curl().raw(link.trim()).await, text);
        assert_eq!(site.visitor().get(link.trim()).await.status, StatusCode::OK);
    }
}

#[tokio::test]
async fn a_text_of_ten_mebibytes_fits_and_one_byte_more_does_not() {
    let site = Site::start().await;
    let entry = "2030-01-01T12:00:00Z INFO the quick brown fox jumps over the lazy dog\n";
    let mut text = entry.repeat((10 << 20) / entry.len() + 1);
    text.truncate(10 << 20);
    let link = site.curl().post_bytes("/", None, text.clone()).await;
    assert_eq!(link.status, StatusCode::CREATED);
    assert!(site.curl().raw(link.text().trim()).await == text);
    let page = site.visitor().get(link.text().trim()).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.bytes.len() < 4 << 20, "the page has the first part only");
    text.push('x');
    assert_eq!(site.curl().post_bytes("/", None, text).await.status, StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test]
async fn bytes_that_are_not_utf8_text_are_422_on_every_route() {
    let site = Site::start().await;
    let not_text: [&[u8]; 5] = [
        b"nul \0 inside",
        b"\xff\xfe",
        b"cut \xe2\x82",
        b"surrogate \xed\xa0\x80",
        b"overlong \xc0\xaf",
    ];
    for bytes in not_text {
        let urlencoded = format!(
            "text={}",
            percent_encoding::percent_encode(bytes, percent_encoding::NON_ALPHANUMERIC)
        );
        for response in [
            site.curl().post_bytes("/", None, bytes).await,
            site.visitor().upload("x.bin", bytes, &[]).await,
            site.visitor()
                .post_bytes("/", Some("application/x-www-form-urlencoded"), urlencoded)
                .await,
        ] {
            assert_eq!(response.status, StatusCode::UNPROCESSABLE_ENTITY, "{bytes:?}");
        }
    }
    assert!(
        site.store.blobs().list(&store::BlobKey::FIRST, 10).await.unwrap().is_empty(),
        "no text is stored"
    );
}

#[tokio::test]
async fn an_empty_text_is_422_on_every_route() {
    let site = Site::start().await;
    for response in [
        site.curl().post_bytes("/", None, "").await,
        site.visitor().submit(&[("text", "")]).await,
        site.visitor().submit(&[]).await,
        site.visitor().upload("empty.txt", "", &[]).await,
        site.visitor().post("/", &[]).await,
    ] {
        assert_eq!(response.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
}

#[tokio::test]
async fn bidirectional_controls_are_visible_and_isolated() {
    let site = Site::start().await;
    let link =
        site.visitor().paste_with("if admin \u{202e}{ exit", &[("title", "\u{202e}gnp.exe")]).await;
    let page = site.visitor().get(&link).await.text();
    assert!(page.contains("<bdi class=\"ctl\" data-u=\"U+202E\">\u{202e}</bdi>"));
    assert!(
        page.contains("<bdi><bdi class=\"ctl\" data-u=\"U+202E\">\u{202e}</bdi>gnp.exe</bdi>"),
        "in a title too"
    );
    let head = page.split("</head>").next().unwrap();
    assert!(!head.contains('\u{202e}'), "the window's title has no element that could isolate it");
}

#[tokio::test]
async fn characters_without_a_shape_are_named_in_every_view() {
    let site = Site::start().await;
    let named = "<span class=\"ctl\" data-u=\"U+200B\">\u{200b}</span>";
    for (syntax, text, views) in [
        ("text", "pass\u{200b}word", vec!["", "/embed", "/find?q=pass"]),
        ("rust", "let pass\u{200b}word = 1;", vec!["", "/embed"]),
        ("csv", "a,b\npass\u{200b}word,2\n", vec!["", "/table"]),
        ("json", "{\"pass\u{200b}word\": 1}", vec!["", "/pretty"]),
        ("markdown", "*pass\u{200b}word* `pass\u{200b}word`", vec!["/source", "/rendered"]),
        ("diff", "--- a\n+++ b\n@@ -1 +1 @@\n-a\n+pass\u{200b}word\n", vec![""]),
    ] {
        let link =
            site.visitor().paste_with(text, &[("syntax", syntax), ("title", "x\u{200b}y")]).await;
        for view in views {
            let page = site.visitor().get(&format!("{link}{view}")).await.text();
            let body = page.split_once("</head>").unwrap().1;
            assert!(page.contains(named), "{syntax} {view}");
            let unnamed = body.replace(named, "");
            let inputs = unnamed.matches('\u{200b}').count();
            assert_eq!(inputs, 0, "{syntax} {view}");
            let head = page.split("</head>").next().unwrap();
            assert!(!head.contains('\u{200b}'), "{syntax} {view}: the title of the window");
        }
        assert_eq!(site.visitor().get(&format!("{link}/source")).await.shown_text(), text);
    }
}

#[tokio::test]
async fn a_title_is_one_line_of_at_most_200_characters() {
    let site = Site::start().await;
    let longest = "ж".repeat(200);
    let link = site.visitor().paste_with("x", &[("title", &longest)]).await;
    assert!(site.visitor().get(&link).await.text().contains(&longest));
    let link = site.visitor().upload("x.txt", "x", &[("title", "two\r\nlines\0")]).await.location();
    assert!(site.visitor().get(&link).await.text().contains("<bdi>two  lines</bdi>"));
    let response = site.visitor().submit(&[("text", "x"), ("title", &"ж".repeat(5000))]).await;
    assert_eq!(response.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test(flavor = "multi_thread")]
async fn any_text_is_returned_unchanged_from_form_and_curl() {
    let site = Site::start().await;
    let handle = tokio::runtime::Handle::current();
    let mut runner =
        TestRunner::new(Config { cases: 60, failure_persistence: None, ..Config::default() });
    tokio::task::block_in_place(|| {
        runner
            .run(&"[^\0\r]{1,300}", |text| {
                handle.block_on(async {
                    let form = site.visitor().paste(&text).await;
                    prop_assert_eq!(&site.visitor().raw(&form).await, &text);
                    let curl = site.curl().post_bytes("/", None, text.clone()).await.text();
                    prop_assert_eq!(&site.curl().raw(curl.trim()).await, &text);
                    Ok(())
                })
            })
            .unwrap();
    });
}
