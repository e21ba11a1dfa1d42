//! Clients of 0x0, and the lifetimes that clients of other sites send.

use std::time::Duration;

use reqwest::StatusCode;
use reqwest::multipart::{Form, Part};

use crate::support::{Response, Site};

const HOUR: Duration = Duration::from_hours(1);

/// Sends a file and fields, as `curl -F file=@x -F …`.
async fn upload(site: &Site, path: &str, fields: &[(&str, &str)]) -> Response {
    let file = Form::new().part("file", Part::bytes(b"text".to_vec()).file_name("x.txt"));
    let form = fields
        .iter()
        .fold(file, |form, (name, value)| form.text((*name).to_owned(), (*value).to_owned()));
    site.curl().send(site.curl().request(reqwest::Method::POST, path).multipart(form)).await
}

fn path(created: &Response) -> String {
    let link = created.text();
    format!("/{}", link.trim().rsplit('/').next().unwrap())
}

#[tokio::test]
async fn a_bare_number_is_in_hours_where_the_form_is_that_of_0x0() {
    let site = Site::start().await;
    let day = "2030-01-02T12:00:00Z";
    for (path, fields, ends) in [
        ("/", vec![("expires", "24")], day),
        ("/", vec![("expires", "24"), ("secret", "")], day),
        ("/", vec![("expires", "1893585600000")], day),
        ("/", vec![("expires", "1d")], day),
        ("/", vec![("expires", "86400"), ("title", "t")], day),
        ("/?expires=86400", vec![], day),
        ("/", vec![("expires", "never")], "never"),
        ("/", vec![], "2030-01-08T12:00:00Z"),
    ] {
        let created = upload(&site, path, &fields).await;
        assert_eq!(created.status, StatusCode::CREATED, "{}", created.text());
        assert_eq!(created.header("expires-at"), ends, "{path} {fields:?}");
        assert_eq!(created.header("x-token"), created.header("delete-token"));
    }
    let typed = site.curl().post("/", &[("text", "x"), ("expires", "60")]).await;
    assert_eq!(typed.header("expires-at"), "2030-01-01T12:01:00Z");
}

#[tokio::test]
async fn a_token_deletes_a_file_and_changes_when_it_expires() {
    let site = Site::start().await;
    let curl = site.curl();
    let created = upload(&site, "/", &[("expires", "1")]).await;
    let (path, token) = (path(&created), created.header("x-token"));
    let manage = async |fields: &[(&str, &str)]| {
        let form = fields.iter().fold(Form::new(), |form, (name, value)| {
            form.text((*name).to_owned(), (*value).to_owned())
        });
        curl.send(curl.request(reqwest::Method::POST, &path).multipart(form)).await
    };
    let other = upload(&site, "/", &[]).await;
    for (fields, status) in [
        (vec![("delete", "")], 401),
        (vec![("token", "abc"), ("delete", "")], 401),
        (vec![("token", other.header("x-token")), ("delete", "")], 404),
        (vec![("token", other.header("x-token")), ("expires", "3")], 404),
        (vec![("token", token)], 422),
        (vec![("token", token), ("expires", "soon")], 422),
    ] {
        let refused = manage(&fields).await;
        assert_eq!(refused.status.as_u16(), status, "{fields:?} {}", refused.text());
    }
    let changed = manage(&[("token", token), ("expires", "3")]).await;
    assert_eq!(changed.text(), "expires 2030-01-01T15:00:00Z\n");
    assert_eq!(changed.header("expires-at"), "2030-01-01T15:00:00Z");
    site.advance(2 * HOUR);
    assert_eq!(curl.get(&path).await.text(), "text");
    let deleted = curl.post(&format!("{path}.txt"), &[("token", token), ("delete", "")]).await;
    assert_eq!((deleted.status, deleted.text().as_str()), (StatusCode::OK, "deleted\n"));
    assert_eq!(curl.get(&path).await.status, StatusCode::NOT_FOUND);
    assert_eq!(manage(&[("token", token), ("delete", "")]).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn lifetimes_in_headers_count_and_none_is_dropped_in_silence() {
    let site = Site::start().await;
    let send = async |path: &str, name: &'static str, value: &str| {
        site.curl().with_header(name, value).post_bytes(path, None, "x").await
    };
    for (path, name, value, ends) in [
        ("/", "expire", "10min", "2030-01-01T12:10:00Z"),
        ("/", "expire", "1h 30m", "2030-01-01T13:30:00Z"),
        ("/", "max-days", "2", "2030-01-03T12:00:00Z"),
        ("/?expires=1h", "expire", "10min", "2030-01-01T13:00:00Z"),
    ] {
        assert_eq!(send(path, name, value).await.header("expires-at"), ends, "{name}: {value}");
    }
    for (path, name, value) in [
        ("/", "expire", "soon"),
        ("/", "max-downloads", "1"),
        ("/?oneshot=1", "x-none", ""),
        ("/?burnafterreading=1", "x-none", ""),
    ] {
        let refused = send(path, name, value).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{path} {name}");
    }
    let part = Part::bytes(b"x".to_vec()).file_name("x.txt");
    let form = Form::new().part("oneshot", part);
    let request = site.curl().request(reqwest::Method::POST, "/").multipart(form);
    let refused = site.curl().send(request).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text().contains("vanish once they are read"), "{}", refused.text());
}
