use std::time::Duration;

use reqwest::StatusCode;

use crate::support::{PASSWORD, Site};

#[tokio::test]
async fn a_wrong_password_and_an_unknown_address_get_the_same_answer() {
    let site = Site::start().await;
    site.visitor().register("ada@example.org").await;
    let wrong = site
        .visitor()
        .post("/login", &[("email", "ada@example.org"), ("password", "not this one")])
        .await;
    let unknown = site
        .visitor()
        .post("/login", &[("email", "eve@example.org"), ("password", "not this one")])
        .await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(unknown.status, wrong.status);
    assert_eq!(unknown.text().replace("eve@", "ada@"), wrong.text());
    assert_eq!(wrong.header("set-cookie"), "");
}

#[tokio::test]
async fn a_session_ends_on_the_server() {
    let site = Site::start().await;
    let ada = site.user("ada").await;
    let stolen = site.visitor();
    let cookies = ada.cookies();
    stolen.set_cookie(cookies.split("; ").find(|cookie| cookie.starts_with("session=")).unwrap());
    assert_eq!(stolen.get("/profile").await.status, StatusCode::OK);
    ada.post("/logout", &[]).await;
    assert_eq!(stolen.get("/profile").await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn logging_in_makes_a_new_session_and_ends_the_one_that_was_brought() {
    let site = Site::start().await;
    let ada = site.user("ada").await;
    let old = ada.cookies();
    ada.log_in("ada@example.org").await;
    assert_ne!(ada.cookies(), old);
    let fixed = site.visitor();
    fixed.set_cookie(&old);
    assert_eq!(
        fixed.get("/profile").await.status,
        StatusCode::SEE_OTHER,
        "the old one is worth nothing"
    );
}

#[tokio::test]
async fn a_session_lasts_thirty_days() {
    let site = Site::start().await;
    let ada = site.user("ada").await;
    site.advance(Duration::from_secs(30 * 24 * 3600 - 1));
    assert_eq!(ada.get("/profile").await.status, StatusCode::OK);
    site.advance(Duration::from_secs(1));
    assert_eq!(ada.get("/profile").await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn nonsense_is_no_session() {
    let site = Site::start().await;
    for cookie in [
        "session=",
        "session=x",
        &format!("session={}", "0".repeat(64)),
        &format!("session={}", "é".repeat(32)),
    ] {
        let visitor = site.visitor();
        visitor.set_cookie(cookie);
        assert_eq!(visitor.get("/").await.status, StatusCode::OK, "{cookie}");
        assert_eq!(visitor.get("/profile").await.status, StatusCode::SEE_OTHER, "{cookie}");
    }
}

#[tokio::test]
async fn one_returns_only_to_this_site() {
    let site = Site::start().await;
    site.visitor().register("ada@example.org").await;
    for (next, location) in [
        ("/recent", "/recent"),
        ("//evil.example", "/profile"),
        ("https://evil.example", "/profile"),
        ("/\\evil.example", "/profile"),
        ("javascript:alert(1)", "/profile"),
        ("/\r\nset-cookie:x=y", "/profile"),
        ("", "/profile"),
    ] {
        let fields = [("email", "ada@example.org"), ("password", PASSWORD), ("next", next)];
        assert_eq!(site.visitor().post("/login", &fields).await.location(), location, "{next}");
    }
}

#[tokio::test]
async fn who_is_logged_in_already_goes_on() {
    let site = Site::start().await;
    let ada = site.user("ada").await;
    assert_eq!(ada.get("/login?next=/recent").await.location(), "/recent");
    assert_eq!(ada.get("/register").await.location(), "/profile");
}

#[tokio::test]
async fn a_megabyte_for_a_password_is_not_even_read() {
    let site = Site::start().await;
    site.visitor().register("ada@example.org").await;
    let long = format!("{PASSWORD}{}", "x".repeat(1 << 20));
    let response =
        site.visitor().post("/login", &[("email", "ada@example.org"), ("password", &long)]).await;
    assert_eq!(response.status, StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test]
async fn a_password_with_something_behind_it_is_another() {
    let site = Site::start().await;
    let longest = "seven quiet herons at dusk ".repeat(10)[..256].to_owned();
    let register = [("email", "ada@example.org"), ("password", longest.as_str())];
    assert_eq!(site.visitor().post("/register", &register).await.status, StatusCode::SEE_OTHER);
    let more = format!("{longest}x");
    let log_in = [("email", "ada@example.org"), ("password", more.as_str())];
    assert_eq!(
        site.visitor().post("/login", &log_in).await.status,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    assert_eq!(site.visitor().post("/login", &register).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn one_comes_back_to_the_page_that_one_could_not_see() {
    let site = Site::start().await;
    let link = site.user("ada").await.paste_with("mine", &[("visibility", "private")]).await;
    let page = site.visitor().get(&link).await.text();
    assert!(page.contains(&format!("href=\"/login?next={link}\"")), "{page}");
}
