//! Rate limits of each limited action.

use std::time::Duration;

use reqwest::{Method, StatusCode};

use crate::support::{PASSWORD, Response, Site, Visitor};

/// A rate-limited action, which one client repeats.
struct Action {
    method: Method,
    path: &'static str,
    form: &'static [(&'static str, &'static str)],
    /// How many times in a row it is allowed, and the status while it is.
    burst: usize,
    allowed_status: StatusCode,
}

impl Action {
    async fn perform(&self, visitor: &Visitor) -> Response {
        match self.method {
            Method::GET => visitor.get(self.path).await,
            _ => visitor.post(self.path, self.form).await,
        }
    }
}

const ACTIONS: [Action; 5] = [
    Action {
        method: Method::POST,
        path: "/",
        form: &[("text", "x")],
        burst: 60,
        allowed_status: StatusCode::SEE_OTHER,
    },
    Action {
        method: Method::POST,
        path: "/login",
        form: &[("email", "ada@example.org"), ("password", "a guess")],
        burst: 10,
        allowed_status: StatusCode::UNPROCESSABLE_ENTITY,
    },
    Action {
        method: Method::POST,
        path: "/register",
        form: &[("email", "no address"), ("password", PASSWORD)],
        burst: 10,
        allowed_status: StatusCode::UNPROCESSABLE_ENTITY,
    },
    Action {
        method: Method::POST,
        path: "/register/strength",
        form: &[("email", "ada@example.org"), ("password", "x")],
        burst: 60,
        allowed_status: StatusCode::OK,
    },
    Action {
        method: Method::GET,
        path: "/111111111111",
        form: &[],
        burst: 100,
        allowed_status: StatusCode::NOT_FOUND,
    },
];

/// How a page says when to retry, in English and in Russian.
fn wait_in_words(seconds: u64) -> [String; 2] {
    let minutes = seconds / 60;
    match seconds {
        1 => ["in 1 second".to_owned(), "через 1 секунду".to_owned()],
        ..60 => [format!("in {seconds} seconds"), format!("через {seconds} секунд")],
        _ => [format!("in {minutes} minutes"), format!("через {minutes} минут")],
    }
}

#[tokio::test]
async fn each_limited_action_is_429_in_the_callers_format() {
    for action in ACTIONS {
        let site = Site::start_with(&["--rate-limit=on"]).await;
        let browser = site.visitor();
        for _ in 0..action.burst {
            assert_eq!(
                action.perform(&browser).await.status,
                action.allowed_status,
                "{}",
                action.path
            );
        }
        // The seconds to wait are rounded up.
        site.advance(Duration::from_millis(300));
        let wait = assert_refused_in_every_format(&site, &browser, &action).await;
        assert_eq!(browser.get("/").await.status, StatusCode::OK, "other pages are not limited");
        site.advance(Duration::from_secs(wait));
        assert_eq!(action.perform(&browser).await.status, action.allowed_status, "{}", action.path);
        assert_eq!(
            action.perform(&browser).await.status,
            StatusCode::TOO_MANY_REQUESTS,
            "allowed only once"
        );
    }
}

/// Checks the refusals of an action: a page for browsers in their language, a fragment for htmx and
/// a line for programs. Returns the seconds to wait.
async fn assert_refused_in_every_format(site: &Site, browser: &Visitor, action: &Action) -> u64 {
    let page = action.perform(browser).await;
    let wait = page.retry_after();
    assert!(wait > 0);
    let [english, russian] = wait_in_words(wait);
    assert!(page.text().contains("Too many requests</"), "{}", page.text());
    assert!(page.text().contains(&english), "{english}: {}", page.text());
    let keeps_input = page.text().contains("still in the form");
    assert_eq!(keeps_input, !action.form.is_empty(), "{}", page.text());
    let in_russian = action.perform(&site.visitor().with_header("accept-language", "ru")).await;
    assert!(in_russian.text().contains(&russian), "{russian}: {}", in_russian.text());

    let fragment = action.perform(&site.visitor().with_htmx()).await;
    let html = fragment.text();
    assert!(html.contains("class=\"problem\"") && !html.contains("<html"), "{html}");
    assert!(html.contains(&english), "{html}");

    let line = action.perform(&site.curl()).await;
    assert_eq!(line.header("content-type"), "text/plain; charset=utf-8");
    assert_eq!(line.text().lines().count(), 1);
    assert!(line.text().contains(&english), "{}", line.text());

    for refused in [&page, &in_russian, &fragment, &line] {
        assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS, "{}", action.path);
        assert_eq!(refused.retry_after(), wait, "{}", action.path);
        assert_eq!(refused.header("cache-control"), "no-store");
    }
    wait
}

#[tokio::test]
async fn api_clients_get_429_as_problem_json() {
    let site = Site::start_with(&["--rate-limit=on"]).await;
    let program = site.curl();
    let create = async || {
        program.post_bytes("/api/v1/pastes", Some("application/json"), r#"{"text":"x"}"#).await
    };
    let read = async || program.get("/api/v1/pastes/111111111111").await;
    for _ in 0..60 {
        assert_eq!(create().await.status, StatusCode::CREATED);
    }
    for _ in 0..100 {
        assert_eq!(read().await.status, StatusCode::NOT_FOUND);
    }
    for refused in [create().await, read().await] {
        assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(refused.header("content-type"), "application/problem+json");
        assert!(refused.text().contains("#too-many-requests"), "{}", refused.text());
        assert_eq!(refused.retry_after(), 1);
    }
}

#[tokio::test]
async fn existing_pastes_are_readable_after_too_many_misses() {
    let site = Site::start_with(&["--rate-limit=on"]).await;
    let visitor = site.visitor();
    let link = visitor.paste("there").await;
    for _ in 0..=100 {
        visitor.get("/111111111111").await;
    }
    assert_eq!(visitor.get("/111111111111").await.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(visitor.get(&link).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_client_saves_only_so_many_bytes_in_a_day() {
    let settings = ["--rate-limit=on", "--max-client-bytes=1000"];
    let site = Site::start_with(&settings).await;
    let (client, api) = (site.visitor(), site.curl());
    let text = "x".repeat(400);
    client.paste(&text).await;
    client.paste(&text).await;
    let refused = client.post("/", &[("text", text.as_str())]).await;
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
    let wait = refused.retry_after();
    assert!((4 * 3600..5 * 3600).contains(&wait), "200 bytes of 1000 take {wait} s");
    let refused = api.post_bytes("/api/v1/pastes", Some("text/plain"), &*text).await;
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS, "the API counts with it");
    client.paste("a small text still fits").await;
    site.advance(Duration::from_secs(wait + 3600));
    client.paste(&text).await;
}

#[tokio::test]
async fn the_site_keeps_only_so_many_bytes_in_all() {
    let site = Site::start_with(&["--max-total-bytes=1000"]).await;
    let (ada, reader) = (site.user("ada").await, site.visitor());
    let link = ada.paste(&"x".repeat(600)).await;
    let refused = reader.post("/", &[("text", "y".repeat(600).as_str())]).await;
    assert_eq!(refused.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(refused.text().contains("There is no room for new texts"), "{}", refused.text());
    assert!(refused.retry_after() > 0);
    reader.paste("a small text still fits").await;
    assert_eq!(reader.get(&link).await.status, StatusCode::OK);
    assert_eq!(ada.delete(&link).await.status.as_u16() / 100, 2);
    site.store.reap().await.unwrap();
    site.advance(Duration::from_mins(1));
    reader.paste(&"y".repeat(600)).await;
}
