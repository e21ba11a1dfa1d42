//! Creating pastes by the form and by curl.

use std::time::Duration;

use reqwest::StatusCode;

use crate::support::Site;

#[tokio::test]
async fn curl_gets_the_link_as_one_line() {
    let site = Site::start().await;
    let response = site
        .curl()
        .post_bytes("/", Some("application/x-www-form-urlencoded"), "a=b&c=%20\r\n")
        .await;
    assert_eq!(response.status, StatusCode::CREATED);
    let link = response.text();
    assert_eq!(link.trim_end(), response.location());
    assert_eq!(link.lines().count(), 1);
    assert!(link.starts_with(&site.url) && link.ends_with('\n'));
    assert_eq!(
        site.curl().raw(link.trim()).await,
        "a=b&c=%20\r\n",
        "the text is saved byte for byte"
    );
}

#[tokio::test]
async fn curl_may_put_post_a_form_or_upload_a_file() {
    let site = Site::start().await;
    let curl = site.curl();
    let put = curl.put("/", "from a pipe").await;
    assert_eq!(put.status, StatusCode::CREATED);
    assert_eq!(curl.raw(put.text().trim()).await, "from a pipe");

    let form = curl.post("/", &[("text", "one+two & three"), ("expires", "1h")]).await;
    assert_eq!(form.status, StatusCode::CREATED);
    assert_eq!(curl.raw(form.text().trim()).await, "one+two & three");

    let file = curl.upload("main.rs", "fn main() {}\r\n", &[]).await;
    assert_eq!(file.status, StatusCode::CREATED);
    assert_eq!(curl.raw(file.text().trim()).await, "fn main() {}\r\n");
    let page = site.visitor().get(file.text().trim()).await.text();
    assert!(
        page.contains("main.rs") && page.contains("Rust"),
        "the file name sets title and syntax"
    );
}

#[tokio::test]
async fn a_syntax_that_is_not_chosen_is_detected_and_plain_text_can_be_chosen() {
    let site = Site::start().await;
    let sql = "select * from pastes;\ncreate table t (id int primary key);\n";
    for (fields, syntax) in [
        (vec![("text", sql)], "SQL"),
        (vec![("text", sql), ("syntax", "auto")], "SQL"),
        (vec![("text", sql), ("syntax", "auto"), ("title", "Makefile")], "Makefile"),
        (vec![("text", sql), ("syntax", "auto"), ("title", "about main.c and co")], "SQL"),
        (vec![("text", "let me know"), ("syntax", "auto")], "Plain text"),
        (vec![("text", sql), ("syntax", "text"), ("title", "t.sql")], "Plain text"),
    ] {
        let link = site.curl().post("/", &fields).await.text();
        let page = site.visitor().get(link.trim()).await.text();
        assert!(page.contains(&format!(">{syntax}<")), "{fields:?} is {syntax}");
    }
    for (chosen, syntax) in [("text", "Plain text"), ("auto", "Rust")] {
        let file = site.curl().upload("my main.rs", "x", &[("syntax", chosen)]).await;
        let page = site.visitor().get(file.text().trim()).await.text();
        assert!(page.contains(&format!(">{syntax}<")), "{chosen} is {syntax}");
    }
}

#[tokio::test]
async fn a_text_from_a_browser_form_gets_lf_line_ends_and_a_file_keeps_its_own() {
    let site = Site::start().await;
    let typed = site.visitor().paste("one\ntwo\n").await;
    assert_eq!(site.visitor().raw(&typed).await, "one\ntwo\n");
    let upload = site.visitor().upload("dos.bat", "one\r\ntwo\r\n", &[]).await;
    assert_eq!(site.visitor().raw(&upload.location()).await, "one\r\ntwo\r\n");
}

#[tokio::test]
async fn an_invalid_form_is_returned_with_all_input_and_every_error() {
    let site = Site::start().await;
    let fields = [
        ("text", "keep <me>"),
        ("title", &"t".repeat(201)),
        ("syntax", "klingon"),
        ("expires", "custom"),
        ("expires_custom", "soon"),
        ("visibility", "secret"),
    ];
    let response = site.visitor().submit(&fields).await;
    assert_eq!(response.status, StatusCode::UNPROCESSABLE_ENTITY);
    let page = response.text();
    for input in ["keep &lt;me&gt;", &"t".repeat(201), "soon"] {
        assert!(page.contains(input), "{input}");
    }
    for field in ["title", "syntax", "expires", "visibility"] {
        assert!(page.contains(&format!("<a href=\"#{field}\">")), "{field}");
        assert!(!page.contains(&format!("data-for=\"{field}\"></p>")), "an error at {field}");
    }
}

#[tokio::test]
async fn each_field_is_validated() {
    let site = Site::start_with(&["--max-paste-bytes=100", "--max-expiry=1d"]).await;
    let curl = site.curl();
    for (fields, status) in [
        (vec![("text", "")], 422),
        (vec![("text", "x"), ("expires", "0")], 422),
        (vec![("text", "x"), ("expires", "custom")], 422),
        (vec![("text", "x"), ("expires", "2d")], 422),
        (vec![("text", "x"), ("expires", "never")], 422),
        (vec![("text", "x"), ("visibility", "private")], 422),
        (vec![("text", "x"), ("syntax", "klingon")], 422),
        (vec![("text", "x"), ("expires", "90m"), ("syntax", "rs"), ("visibility", "public")], 201),
        (vec![("text", "x"), ("expires", "custom"), ("expires_custom", "45")], 201),
    ] {
        let response = curl.post("/", &fields).await;
        assert_eq!(response.status.as_u16(), status, "{fields:?} {}", response.text());
        assert_eq!(response.text().lines().count(), 1, "one line for a program");
    }
}

#[tokio::test]
async fn a_text_of_exactly_the_limit_fits_and_one_byte_more_does_not() {
    let site = Site::start_with(&["--max-paste-bytes=1000"]).await;
    let (fits, over) = ("x".repeat(1000), "x".repeat(1001));
    assert_eq!(site.curl().post_bytes("/", None, fits.clone()).await.status, StatusCode::CREATED);
    assert_eq!(site.visitor().submit(&[("text", &fits)]).await.status, StatusCode::SEE_OTHER);
    for response in [
        site.curl().post_bytes("/", None, over.clone()).await,
        site.visitor().submit(&[("text", &over)]).await,
        site.visitor().upload("x.txt", over.clone(), &[]).await,
        site.visitor().post("/", &[("text", &over)]).await,
        site.visitor().submit(&[("text", &"x".repeat(100_000))]).await,
    ] {
        assert_eq!(response.status, StatusCode::PAYLOAD_TOO_LARGE, "{}", response.text());
    }
    let again = site.visitor().submit(&[("text", &over)]).await.text();
    assert!(again.contains(&over), "the form keeps the text");
}

#[tokio::test]
async fn a_paste_expires_after_the_sites_default_lifetime() {
    let site = Site::start_with(&["--default-expiry=10m"]).await;
    let link = site.visitor().paste("short").await;
    site.advance(Duration::from_secs(599));
    assert_eq!(site.visitor().get(&link).await.status, StatusCode::OK);
    site.advance(Duration::from_secs(1));
    assert_eq!(site.visitor().get(&link).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn links_use_the_public_url_whatever_the_host_header_says() {
    let site = Site::start_with(&["--public-url=https://paste.example.org"]).await;
    let curl = site.curl().with_header("host", "192.0.2.1");
    let response = curl.post_bytes("/", None, "x").await;
    assert!(response.text().starts_with("https://paste.example.org/"), "{}", response.text());
}

#[tokio::test]
async fn a_body_that_only_resembles_a_form_is_saved_unchanged() {
    let site = Site::start().await;
    let config = "text=hello%20world+1\r\nfoo&bar=1\n";
    let response =
        site.curl().post_bytes("/", Some("application/x-www-form-urlencoded"), config).await;
    assert_eq!(site.curl().raw(response.text().trim()).await, config);
}

#[tokio::test]
async fn a_form_from_curl_may_have_a_text_of_many_lines() {
    let site = Site::start().await;
    let form = "text=one\n\ttwo&title=T&expires=1h";
    let response =
        site.curl().post_bytes("/", Some("application/x-www-form-urlencoded"), form).await;
    let link = response.text();
    assert_eq!(site.curl().raw(link.trim()).await, "one\n\ttwo");
    assert!(site.visitor().get(link.trim()).await.text().contains("<bdi>T</bdi>"));
    site.advance(Duration::from_hours(1));
    assert_eq!(site.curl().get(link.trim()).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_put_file_may_have_the_name_of_a_page() {
    let site = Site::start().await;
    let curl = site.curl();
    for name in ["settings", "login", "recent", "api", "documents"] {
        let put = curl.put(&format!("/{name}"), "x").await;
        assert_eq!(put.status, StatusCode::CREATED, "{name}: {}", put.text());
    }
    let refused = curl.put("/settings/tokens", "x").await;
    assert_eq!(refused.status, StatusCode::METHOD_NOT_ALLOWED);
}

#[tokio::test]
async fn the_path_of_a_put_is_the_title() {
    let site = Site::start().await;
    let curl = site.curl();
    let put = curl.put("/main.rs", "fn main() {}\r\n").await;
    assert_eq!(put.status, StatusCode::CREATED);
    assert_eq!(curl.raw(put.text().trim()).await, "fn main() {}\r\n");
    let page = site.visitor().get(put.text().trim()).await.text();
    assert!(page.contains("<bdi>main.rs</bdi>") && page.contains(">Rust</a>"));
}

#[tokio::test]
async fn the_default_lifetime_is_at_most_the_maximum() {
    let site = Site::start_with(&["--max-expiry=1d"]).await;
    let link = site.curl().post_bytes("/", None, "x").await.text();
    site.advance(Duration::from_hours(24));
    assert_eq!(site.curl().get(link.trim()).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_form_of_an_ended_session_saves_nothing_and_keeps_the_text() {
    let site = Site::start().await;
    let ada = site.user("ada").await;
    let form = ada.get("/").await.text();
    let account =
        form.split("name=\"account\" value=\"").nth(1).unwrap().split('"').next().unwrap();
    assert!(!site.visitor().get("/").await.text().contains("name=\"account\""));
    let fields =
        [("text", "a secret"), ("visibility", "private"), ("title", "mine"), ("account", account)];

    for visitor in [site.visitor(), site.user("bob").await] {
        let refused = visitor.submit(&fields).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        let page = refused.text();
        assert!(page.contains("a secret</textarea>") && page.contains("value=\"mine\""), "{page}");
        let in_place = visitor.with_htmx().submit(&fields).await;
        assert_eq!(in_place.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(in_place.text().contains("nothing was saved"), "{}", in_place.text());
    }
    let page = site.visitor().submit(&fields).await.text();
    assert!(page.contains("You are logged out") && page.contains("name=\"anonymously\""), "{page}");
    // The form is still Ada's, and still private: she logs in and sends it again.
    assert!(page.contains(&format!("name=\"account\" value=\"{account}\"")), "{page}");
    assert!(page.contains("value=\"private\" checked"), "{page}");
    let link = ada.paste_with("a secret", &fields[1..]).await;
    assert_eq!(site.visitor().get(&link).await.status, StatusCode::NOT_FOUND);

    let anonymously = [("anonymously", "1"), ("account", account)];
    site.visitor().paste_with("no secret", &anonymously).await;
}

#[tokio::test]
async fn a_refused_form_comes_back_with_the_text() {
    let site = Site::start_with(&["--rate-limit=on"]).await;
    let visitor = site.visitor();
    for _ in 0..60 {
        visitor.paste("x").await;
    }
    let fields = [("text", "line one\nline two"), ("title", "kept"), ("expires", "1d")];
    let refused = visitor.submit(&fields).await;
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
    assert_ne!(refused.header("retry-after"), "");
    let page = refused.text();
    assert!(page.contains("\nline one\nline two</textarea>"), "{page}");
    assert!(page.contains("value=\"kept\"") && page.contains("value=\"1d\" checked"), "{page}");
    assert!(page.contains("Too many requests") && page.contains("still in the form"), "{page}");

    let with_file = visitor.upload("a.txt", "a file", &[]).await;
    assert_eq!(with_file.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(!with_file.text().contains("<textarea"), "a file cannot be sent back");

    site.advance(std::time::Duration::from_mins(2));
    site.store.db().close().await;
    let refused = visitor.submit(&fields).await;
    assert_eq!(refused.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(refused.text().contains("\nline one\nline two</textarea>"), "{}", refused.text());
}
