//! Names of files and fields, in the spellings and charsets in which clients send them.

use reqwest::{Method, StatusCode};

use crate::support::{Response, Site, Visitor};

const FORM: &str = "multipart/form-data; boundary=x";

/// A multipart form of parts, each as its headers and its value.
fn form(parts: &[(&[u8], &[u8])]) -> Vec<u8> {
    let part = |(headers, value): &(&[u8], &[u8])| {
        [b"--x\r\n", *headers, b"\r\n\r\n", *value, b"\r\n"].concat()
    };
    let parts: Vec<u8> = parts.iter().flat_map(part).collect();
    [parts, b"--x--\r\n".to_vec()].concat()
}

/// The title and the syntax of the paste that a program's answer links to.
async fn title_and_syntax(site: &Site, created: &Response) -> (String, String) {
    assert_eq!(created.status, StatusCode::CREATED, "{}", created.text());
    let link = created.text();
    assert_eq!(link.lines().count(), 1, "{link}");
    let id = link.trim().rsplit('/').next().unwrap().to_owned();
    let paste = site.curl().get(&format!("/api/v1/pastes/{id}")).await;
    let paste: serde_json::Value = serde_json::from_slice(&paste.bytes).unwrap();
    (paste["title"].as_str().unwrap().to_owned(), paste["syntax"].as_str().unwrap().to_owned())
}

async fn upload(visitor: &Visitor, disposition: &[u8]) -> Response {
    let headers = [b"Content-Disposition: ", disposition].concat();
    visitor.post_bytes("/", Some(FORM), form(&[(&headers, b"print(1)")])).await
}

#[tokio::test]
async fn the_name_of_a_file_is_read_in_every_spelling() {
    let site = Site::start().await;
    for (disposition, title) in [
        // aiohttp, old requests, browsers, curl.
        (&b"form-data; name=\"file\"; filename=\"%D0%9E%D1%82.py\""[..], "От.py"),
        (b"form-data; name=\"file\"; filename*=utf-8''%D0%9E%D1%82.py", "От.py"),
        (b"form-data; name=\"file\"; filename=\"say %22hi%22.py\"", "say \"hi\".py"),
        (b"form-data; name=\"file\"; filename=\"say \\\"hi\\\".py\"", "say \"hi\".py"),
        (b"form-data; name=\"file\"; filename=\"=?UTF-8?B?0J7Rgi5weQ==?=\"", "От.py"),
        (b"form-data; name=\"file\"; filename=\"=?utf-8?Q?=D0=9E=D1=82.py?=\"", "От.py"),
        (b"form-data; name=\"file\"; filename=\"a.py\"; filename*=UTF-8''%D0%9E.py", "О.py"),
        (b"Form-Data; NAME=\"file\"; FileName=\"a.py\"", "a.py"),
        (b"form-data; name=file; filename='my a.py'", "my a.py"),
        (b"form-data; name=\"file\"; filename=\"C:\\Users\\new\\a.py\"", "a.py"),
        (b"form-data; name=\"file\"; filename=\"\xce\xf2\xf7\xb8\xf2.py\"", "Отчёт.py"),
        (b"form-data; name*=utf-8''file; filename=\"a.py\"", "a.py"),
        (b"form-data; name=\"%66ile\"; filename=\"a.py\"", "a.py"),
        (b"form-data; filename=\"a.py\"", "a.py"),
    ] {
        let spelling = String::from_utf8_lossy(disposition);
        let created = upload(&site.curl(), disposition).await;
        let (found, syntax) = title_and_syntax(&site, &created).await;
        assert_eq!((found.as_str(), syntax.as_str()), (title, "python"), "{spelling}");
    }
    let page = upload(&site.visitor(), b"form-data; name=\"file\"; filename=\"%D0%9E.py\"").await;
    let page = site.visitor().get(&page.location()).await.text();
    assert!(page.contains("<bdi>%D0%9E.py</bdi>"), "a browser's percent sign is one");
}

#[tokio::test]
async fn a_name_that_cannot_be_read_is_left_out_and_the_text_is_kept() {
    let site = Site::start().await;
    let curl = site.curl();
    let title = b"Content-Disposition: form-data; name=\"title\"";
    let text = b"Content-Disposition: form-data; name=\"text\"";
    let unreadable = form(&[(title, b"\xff\xfe"), (text, b"kept")]);
    let put = async |path: &str, header: Option<&[u8]>| {
        let mut request = curl.request(Method::PUT, path).body("kept");
        if let Some(value) = header {
            let value = reqwest::header::HeaderValue::from_bytes(value).unwrap();
            request = request.header("content-disposition", value);
        }
        curl.send(request).await
    };
    for created in [
        upload(&curl, b"form-data; name=\"file\"; filename=\"\xff\xfe\"").await,
        curl.post_bytes("/", Some(FORM), unreadable).await,
        curl.post_bytes("/?title=%FF%FE", None, "kept").await,
        curl.post_bytes("/", Some("application/x-www-form-urlencoded"), "text=kept&title=%FF%FE")
            .await,
        put("/%FF%FE", None).await,
        put("/", Some(b"attachment; filename=\"\xff\xfe\"")).await,
    ] {
        assert_eq!(title_and_syntax(&site, &created).await.0, "");
    }
    let json = Some("application/json");
    for (path, body) in [
        ("/api/v1/pastes", &b"{\"text\":\"kept\",\"title\":\"\xff\xfe\"}"[..]),
        ("/api/v1/pastes?title=%FF%FE", b"{\"text\":\"kept\"}"),
    ] {
        let created = curl.post_bytes(path, json, body).await;
        assert_eq!(created.status, StatusCode::CREATED, "{}", created.text());
        assert!(created.text().contains("\"title\":\"\""), "{}", created.text());
    }
}

#[tokio::test]
async fn a_name_in_another_charset_is_decoded_wherever_it_comes() {
    let site = Site::start().await;
    let curl = site.curl();
    let report = b"\xce\xf2\xf7\xb8\xf2.py";
    let disposition = b"attachment; filename=\"\xce\xf2\xf7\xb8\xf2.py\"";
    let title = b"Content-Disposition: form-data; name=\"title\"";
    let text = b"Content-Disposition: form-data; name=\"text\"";
    let charset = b"Content-Disposition: form-data; name=\"_charset_\"";
    let declared = form(&[(title, b"\x83\x65.py"), (text, b"x"), (charset, b"Shift_JIS")]);
    let bare = curl.request(Method::POST, "/").body("x").header(
        "content-disposition",
        reqwest::header::HeaderValue::from_bytes(disposition).unwrap(),
    );
    for (created, title) in [
        (curl.put("/%CE%F2%F7%B8%F2.py", "x").await, "Отчёт.py"),
        (curl.post_bytes("/?title=%CE%F2%F7%B8%F2.py", None, "x").await, "Отчёт.py"),
        (curl.post_bytes("/?filename=%CE%F2%F7%B8%F2.py", None, "x").await, "Отчёт.py"),
        (
            curl.post_bytes("/", Some(FORM), form(&[(title, report), (text, b"x")])).await,
            "Отчёт.py",
        ),
        (curl.send(bare).await, "Отчёт.py"),
        (curl.post_bytes("/", Some(FORM), declared).await, "テ.py"),
    ] {
        let (found, syntax) = title_and_syntax(&site, &created).await;
        assert_eq!((found.as_str(), syntax.as_str()), (title, "python"));
    }
}

#[tokio::test]
async fn an_option_that_cannot_be_read_is_refused() {
    let site = Site::start().await;
    for query in ["expires=%FF", "visibility=%FF", "syntax=%FF"] {
        let refused = site.curl().post_bytes(&format!("/?{query}"), None, "x").await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{query}");
    }
}

#[tokio::test]
async fn a_part_may_be_encoded_for_the_transfer() {
    let site = Site::start().await;
    let curl = site.curl();
    let send = async |encoding: &str, value: &[u8]| {
        let headers = format!(
            "Content-Disposition: form-data; name=\"file\"; filename=\"x\"\r\nContent-Transfer-Encoding: {encoding}"
        );
        curl.post_bytes("/", Some(FORM), form(&[(headers.as_bytes(), value)])).await
    };
    for (encoding, value, text) in [
        ("base64", &b"0J7RgtGH\r\n0ZHRgg=="[..], "Отчёт"),
        ("Quoted-Printable", b"=D0=9E=\r\n=D1=82=3D", "От="),
        ("8bit", b"a=3D", "a=3D"),
    ] {
        let created = send(encoding, value).await;
        assert_eq!(curl.raw(created.text().trim()).await, text, "{encoding}");
    }
    assert_eq!(send("base64", b"*").await.status, StatusCode::BAD_REQUEST);
    assert_eq!(send("uuencode", b"x").await.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
}
