//! Texts that are not UTF-8: decoded, refused with the place of the first bad byte, or kept lossily.

use reqwest::StatusCode;

use crate::support::{Response, Site};

const RUSSIAN: &str = "# Заметки\nСъешь ещё этих мягких французских булок, да выпей чаю.\n";

fn utf_16(text: &str) -> Vec<u8> {
    let bytes = text.encode_utf16().flat_map(u16::to_le_bytes);
    [0xff, 0xfe].into_iter().chain(bytes).collect()
}

fn windows_1251(text: &str) -> Vec<u8> {
    encoding_rs::WINDOWS_1251.encode(text).0.into_owned()
}

async fn text_of(site: &Site, created: &Response) -> String {
    assert_eq!(created.status, StatusCode::CREATED, "{}", created.text());
    assert_eq!(created.text().lines().count(), 1);
    site.curl().raw(created.text().trim()).await
}

#[tokio::test]
async fn a_text_of_a_known_encoding_is_decoded_and_the_answer_says_so() {
    let site = Site::start().await;
    let curl = site.curl();
    let declared = Some("text/plain; charset=Windows-1251");
    for (created, encoding) in [
        (curl.post_bytes("/", None, utf_16(RUSSIAN)).await, "UTF-16LE"),
        (curl.upload("x.txt", utf_16(RUSSIAN), &[]).await, "UTF-16LE"),
        (curl.post_bytes("/", declared, windows_1251(RUSSIAN)).await, "windows-1251"),
        (curl.post_bytes("/?charset=cp1251", None, windows_1251(RUSSIAN)).await, "windows-1251"),
        (curl.upload("x", windows_1251(RUSSIAN), &[("charset", "cp1251")]).await, "windows-1251"),
        (curl.upload("x", windows_1251(RUSSIAN), &[("_charset_", "cp1251")]).await, "windows-1251"),
        (curl.post_bytes("/documents", declared, windows_1251(RUSSIAN)).await, "windows-1251"),
    ] {
        assert_eq!(created.header("decoded-from"), encoding);
        if created.status == StatusCode::CREATED {
            assert_eq!(text_of(&site, &created).await, RUSSIAN);
        }
    }
    let plain = curl.post_bytes("/", declared, RUSSIAN).await;
    assert_eq!(plain.header("decoded-from"), "", "UTF-8 stays, whatever is declared");
    assert_eq!(text_of(&site, &plain).await, RUSSIAN);
    let marked = curl.post_bytes("/", None, "\u{feff}a").await;
    assert_eq!(text_of(&site, &marked).await, "\u{feff}a", "a mark of UTF-8 stays");

    let created = curl.post_bytes("/api/v1/pastes", declared, windows_1251(RUSSIAN)).await;
    assert!(created.text().contains("\"decoded_from\":\"windows-1251\""), "{}", created.text());
    let link = site.visitor().upload("x.txt", utf_16(RUSSIAN), &[]).await;
    let visitor = site.visitor();
    visitor.set_cookie(link.header("set-cookie"));
    assert!(visitor.get(&link.location()).await.text().contains("The text came as UTF-16LE"));
}

#[tokio::test]
async fn a_text_of_an_unknown_encoding_is_refused_with_the_first_bad_byte() {
    let site = Site::start().await;
    let curl = site.curl();
    let body = [b"one\ntwo ", &windows_1251(RUSSIAN)[2..]].concat();
    for refused in [
        curl.post_bytes("/", None, body.clone()).await,
        curl.upload("x.txt", body.clone(), &[]).await,
        curl.post_bytes("/documents", None, body.clone()).await,
        curl.post_bytes("/api/v1/pastes", Some("text/plain"), body.clone()).await,
        curl.post_bytes(
            "/api/v1/pastes",
            Some("application/json"),
            [b"{\"text\":\"one\\ntwo ", &body[8..11], b"\"}"].concat(),
        )
        .await,
    ] {
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.text());
        let message = refused.text();
        for part in ["byte 5 of line 2", "byte 9 in all", "0xC7", "lossy=1"] {
            assert!(message.contains(part), "{part} in {message}");
        }
        assert!(!message.contains("Go back"), "{message}");
    }
    let refused = curl.post_bytes("/", None, body).await.text();
    assert!(refused.contains("charset=windows-1251"), "{refused}");
    let zero = curl.post_bytes("/?lossy=1", None, "a\0b").await;
    assert_eq!(zero.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(zero.text().contains("byte 2 of line 1") && !zero.text().contains("lossy"));
}

#[tokio::test]
async fn what_cannot_be_read_is_replaced_if_the_request_says_so() {
    let site = Site::start().await;
    let curl = site.curl();
    for created in [
        curl.post_bytes("/?lossy=1", None, b"a\n\xff".as_slice()).await,
        curl.upload("x.txt", b"a\n\xff".as_slice(), &[("lossy", "1")]).await,
    ] {
        assert_eq!(created.header("decoded-from"), "UTF-8; lossy");
        assert_eq!(text_of(&site, &created).await, "a\n\u{fffd}");
    }
    let path = "/api/v1/pastes?lossy=1";
    let created = curl.post_bytes(path, Some("text/plain"), b"a\xff".as_slice()).await;
    assert_eq!(created.status, StatusCode::CREATED);
    assert!(created.text().contains("\"lossy\":true"), "{}", created.text());
}

#[tokio::test]
async fn a_browser_is_offered_to_keep_the_text_and_loses_nothing() {
    let site = Site::start().await;
    let file = [b"kept \xff ".as_slice(), b"end"].concat();
    let refused = site.visitor().upload("notes.txt", file.clone(), &[]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let page = refused.text();
    for part in [
        "name=\"lossy\"",
        "kept \u{fffd} end",
        "value=\"notes.txt\"",
        "The text is in the editor, with \u{fffd}",
    ] {
        assert!(page.contains(part), "{part}");
    }
    let fragment = site.visitor().with_htmx().upload("notes.txt", file.clone(), &[]).await.text();
    assert!(fragment.contains("name=\"lossy\"") && !fragment.contains("<html"));

    let visitor = site.visitor();
    let saved = visitor.upload("notes.txt", file, &[("lossy", "1")]).await;
    assert_eq!(visitor.raw(&saved.location()).await, "kept \u{fffd} end");
    assert!(visitor.get(&saved.location()).await.text().contains("was replaced by \u{fffd}"));
}
