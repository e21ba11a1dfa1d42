//! Expired pastes, and the time left.

use std::time::Duration;

use reqwest::StatusCode;

use crate::support::Site;

#[tokio::test]
async fn an_expired_paste_is_404_on_every_route() {
    let site = Site::start().await;
    let ada = site.user("ada").await;
    let link = ada
        .paste_with("brief", &[("expires", "1h"), ("title", "Brief"), ("visibility", "public")])
        .await;
    ada.get(&link).await; // so that the caches have it
    let routes =
        ["", ".txt", "/raw", "/download", "/qr", "/expiry"].map(|route| format!("{link}{route}"));

    site.advance(Duration::from_millis(3_599_999));
    for route in &routes {
        assert_eq!(ada.get(route).await.status, StatusCode::OK, "{route}");
    }
    assert!(ada.get("/profile").await.text().contains("Brief"));
    assert!(ada.get("/recent").await.text().contains("Brief"));

    site.advance(Duration::from_millis(1));
    for route in &routes {
        assert_eq!(ada.get(route).await.status, StatusCode::NOT_FOUND, "{route}");
    }
    assert_eq!(ada.get(&format!("/raw{link}")).await.status, StatusCode::NOT_FOUND);
    assert_eq!(ada.delete(&link).await.status, StatusCode::NOT_FOUND);
    assert_eq!(ada.post(&format!("{link}/delete"), &[]).await.status, StatusCode::NOT_FOUND);
    assert!(!ada.get("/profile").await.text().contains("Brief"));
    assert!(!ada.get("/recent").await.text().contains("Brief"));
}

#[tokio::test]
async fn the_countdown_sets_the_delay_of_its_next_refresh() {
    let site = Site::start().await;
    let link = site.visitor().paste_with("tick", &[("expires", "1d")]).await;
    let reader = site.visitor().with_htmx();
    let delay = async || {
        let fragment = reader.get(&format!("{link}/expiry")).await.text();
        let delay = fragment.split("load delay:").nth(1).unwrap_or_else(|| panic!("{fragment}"));
        delay.split("ms").next().unwrap().parse::<u64>().unwrap()
    };
    assert_eq!(delay().await, 3_600_000, "hourly");
    site.advance(Duration::from_hours(22));
    assert_eq!(delay().await, 60_000, "every minute in the last two hours");
    site.advance(Duration::from_mins(118));
    assert_eq!(delay().await, 1_000, "every second in the last two minutes");
    site.advance(Duration::from_millis(119_400));
    assert_eq!(delay().await, 600, "not later than the expiry");
}

#[tokio::test]
async fn a_paste_that_never_expires_has_no_timer() {
    let site = Site::start().await;
    let link = site.visitor().paste_with("stays", &[("expires", "never")]).await;
    let fragment = site.visitor().get(&format!("{link}/expiry")).await.text();
    assert!(!fragment.contains("hx-trigger"), "{fragment}");
    site.advance(Duration::from_hours(200 * 365 * 24));
    assert_eq!(site.visitor().get(&link).await.status, StatusCode::OK);
}

#[tokio::test]
async fn the_countdown_of_an_expired_paste_gets_the_404_of_a_missing_one() {
    let site = Site::start().await;
    let link = site.visitor().paste_with("tick", &[("expires", "10m")]).await;
    site.advance(Duration::from_mins(10));
    let reader = site.visitor().with_htmx();
    let expired = reader.get(&format!("{link}/expiry")).await;
    let unknown = reader.get("/1111111111aa/expiry").await;
    assert_eq!(expired.status, StatusCode::NOT_FOUND);
    assert_eq!(expired.text(), unknown.text());
    assert!(expired.text().starts_with("<section class=\"problem\""), "{}", expired.text());
}

#[tokio::test]
async fn without_an_account_a_text_may_live_for_less_long() {
    let settings = ["--max-expiry=1y", "--max-expiry-anonymous=1d", "--default-expiry=1w"];
    let site = Site::start_with(&settings).await;
    let (visitor, ada, program) = (site.visitor(), site.user("ada").await, site.curl());
    // As a value of the form, not as a word of the page.
    let form = visitor.get("/").await.text();
    assert!(form.contains("value=\"1d\"") && !form.contains("value=\"1w\""), "{form}");
    assert!(form.contains("Without an account a text is kept for at most 1 day"), "{form}");
    let form = ada.get("/").await.text();
    assert!(form.contains("value=\"1M\"") && !form.contains("Without an account"), "{form}");

    let refused = visitor.post("/", &[("text", "x"), ("expires", "1w")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text().contains("Without an account"), "{}", refused.text());
    let refused = visitor.post("/", &[("text", "x"), ("expires", "2y")]).await;
    assert!(refused.text().contains("longer than this site keeps"), "{}", refused.text());
    for path in ["/?expires=never", "/api/v1/pastes?expires=25h"] {
        let refused = program.post_bytes(path, Some("text/plain"), "x").await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{path}");
        assert!(refused.text().contains("at most 1 day"), "{path}: {}", refused.text());
    }
    assert!(program.get("/").await.text().contains("at most 1d; with an account at most 1y"));

    let (brief, long) =
        (visitor.paste("brief").await, ada.paste_with("x", &[("expires", "1M")]).await);
    site.advance(Duration::from_hours(24));
    assert_eq!(visitor.get(&brief).await.status, StatusCode::NOT_FOUND, "the default is cut");
    site.advance(Duration::from_hours(24 * 28));
    assert_eq!(visitor.get(&long).await.status, StatusCode::OK);
}
