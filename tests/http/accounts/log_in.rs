//! `/login` and `/logout`.

use std::time::Duration;

use reqwest::StatusCode;

use crate::support::{PASSWORD, Site};

#[tokio::test]
async fn a_wrong_password_and_an_unknown_email_get_the_same_response() {
    let site = Site::start().await;
    site.visitor().register("ada@example.org").await;
    let log_in = async |email: &str| {
        site.visitor().post("/login", &[("email", email), ("password", "not this one")]).await
    };
    let (wrong, unknown) = (log_in("ada@example.org").await, log_in("eve@example.org").await);
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(unknown.status, wrong.status);
    assert_eq!(unknown.text().replace("eve@", "ada@"), wrong.text());
    assert_eq!(wrong.header("set-cookie"), "");
}

#[tokio::test]
async fn logging_out_ends_the_session_on_the_server() {
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
async fn logging_in_replaces_the_session_of_the_browser() {
    let site = Site::start().await;
    let ada = site.user("ada").await;
    let old = ada.cookies();
    ada.log_in("ada@example.org").await;
    assert_ne!(ada.cookies(), old);
    let attacker = site.visitor();
    attacker.set_cookie(&old);
    let profile = attacker.get("/profile").await;
    assert_eq!(profile.status, StatusCode::SEE_OTHER, "the old session has ended");
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
async fn an_invalid_session_cookie_is_ignored() {
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
async fn logging_in_redirects_within_this_site_only() {
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
async fn a_logged_in_user_is_redirected_from_the_login_page() {
    let site = Site::start().await;
    let ada = site.user("ada").await;
    assert_eq!(ada.get("/login?next=/recent").await.location(), "/recent");
    assert_eq!(ada.get("/register").await.location(), "/profile");
}

#[tokio::test]
async fn a_password_of_a_megabyte_is_413() {
    let site = Site::start().await;
    site.visitor().register("ada@example.org").await;
    let long = format!("{PASSWORD}{}", "x".repeat(1 << 20));
    let response =
        site.visitor().post("/login", &[("email", "ada@example.org"), ("password", &long)]).await;
    assert_eq!(response.status, StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test]
async fn a_password_with_an_extra_character_is_wrong() {
    let site = Site::start().await;
    let longest = "seven quiet herons at dusk ".repeat(10)[..256].to_owned();
    let register = [("email", "ada@example.org"), ("password", longest.as_str())];
    assert_eq!(site.visitor().post("/register", &register).await.status, StatusCode::SEE_OTHER);
    let with_extra = format!("{longest}x");
    let log_in = [("email", "ada@example.org"), ("password", with_extra.as_str())];
    assert_eq!(
        site.visitor().post("/login", &log_in).await.status,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    assert_eq!(site.visitor().post("/login", &register).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn the_404_page_of_a_private_paste_links_to_a_login_that_leads_back() {
    let site = Site::start().await;
    let link = site.user("ada").await.paste_with("mine", &[("visibility", "private")]).await;
    let page = site.visitor().get(&link).await.text();
    assert!(page.contains(&format!("href=\"/login?next={link}\"")), "{page}");
}

#[tokio::test]
async fn logging_out_forgets_the_session_even_if_the_database_is_away() {
    let site = Site::start().await;
    let ada = site.user("ada").await;
    let session = ada.cookies();
    site.store.db().close().await;
    let answer = ada.post("/logout", &[]).await;
    assert_eq!((answer.status, answer.location().as_str()), (StatusCode::SEE_OTHER, "/"));
    assert!(session.contains("session=") && !ada.cookies().contains("session="));
    let page = ada.get("/").await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.text().contains("The database does not answer"), "{}", page.text());
    assert!(!page.text().contains("You are logged out.<"), "{}", page.text());
}

#[tokio::test]
async fn logging_out_everywhere_ends_all_sessions_of_the_user_alone() {
    let site = Site::start().await;
    let (ada, bob) = (site.user("ada").await, site.user("bob").await);
    let phone = site.visitor();
    phone.log_in("ada@example.org").await;
    assert!(ada.get("/settings").await.text().contains("action=\"/logout/everywhere\""));
    assert_eq!(ada.post("/logout/everywhere", &[]).await.status, StatusCode::SEE_OTHER);
    for ended in [&ada, &phone] {
        assert_eq!(ended.get("/profile").await.status, StatusCode::SEE_OTHER);
    }
    assert_eq!(bob.get("/profile").await.status, StatusCode::OK);
}

#[tokio::test]
async fn spellings_of_an_email_that_look_alike_are_one_account() {
    let site = Site::start().await;
    site.visitor().register("Анна@Пример.рф").await;
    for spelling in ["анна@xn--e1afmkfd.xn--p1ai", "АННА@пример.рф"] {
        let again = [("email", spelling), ("password", PASSWORD)];
        let taken = site.visitor().post("/register", &again).await;
        assert_eq!(taken.status, StatusCode::UNPROCESSABLE_ENTITY, "{spelling}");
        let log_in = site.visitor().log_in(spelling).await;
        assert_eq!(log_in.status, StatusCode::SEE_OTHER, "{spelling}");
    }
}
