use reqwest::StatusCode;
use store::{BlobKey, Clock};

use crate::harness::{Fleet, Line, Oracle, Program, Response};

/// What the site asks of the bucket for one text, at most.
const ATTEMPTS: usize = 3;

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs TEST_DATABASE_URL"]
async fn with_the_bucket_out_of_order_all_that_needs_no_text_works() {
    let fleet = Fleet::start().await;
    let mut site = fleet.site().await;
    let oracle = Oracle::default();
    let (ada, guest) = (site.visitor(), site.visitor());
    ada.register("ada@example.org").await;
    let link = ada.paste_with("before", &[("visibility", "public")]).await;
    oracle.note(&link, "before");
    // A text that was just saved or read is still at hand; after a start it is not.
    site.start().await;

    let out_of_order = async |trouble: &str| {
        let before = fleet.bucket.requests();
        assert_eq!(
            oracle.try_keep(&site.url, trouble).await.unwrap(),
            StatusCode::SERVICE_UNAVAILABLE,
            "{trouble}"
        );
        assert!(fleet.bucket.requests() - before <= ATTEMPTS, "{trouble}");
        for path in [link.clone(), format!("{link}/raw")] {
            let answer = guest.get(&path).await;
            assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE, "{trouble}: {path}");
            assert_eq!(answer.header("retry-after"), "5", "{trouble}: {path}");
        }
        for path in ["/", "/login", "/register", "/recent", "/healthz"] {
            assert_eq!(guest.get(path).await.status, StatusCode::OK, "{trouble}: {path}");
        }
        assert!(guest.get("/recent").await.text().contains(&link), "{trouble}");
        assert!(ada.get("/profile").await.text().contains(&link), "{trouble}");
        assert_eq!(guest.get("/readyz").await.status, StatusCode::SERVICE_UNAVAILABLE);
    };
    fleet.bucket.fail(true);
    out_of_order("it answers 503").await;
    fleet.bucket.fail(false);
    fleet.lines.s3.set(Line::Cut);
    out_of_order("it resets").await;
    fleet.lines.s3.set(Line::Open);

    oracle.keep(&site, "after").await;
    oracle.check(&site).await;
    fleet.settle().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs TEST_DATABASE_URL"]
async fn a_text_that_lands_after_its_create_was_refused_is_swept() {
    let fleet = Fleet::start().await;
    let site = fleet.site().await;
    let oracle = Oracle::default();
    oracle.keep(&site, "before").await;
    fleet.lines.s3.set(Line::Stalled);
    let status = oracle.try_keep(&site.url, "too late").await.unwrap();
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(fleet.bucket.keys().len(), 1);
    fleet.lines.s3.set(Line::Open);
    fleet.texts(2).await;
    oracle.keep(&site, "after").await;
    assert_eq!(fleet.settle().await.orphans_removed, 1);
    oracle.check(&site).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs TEST_DATABASE_URL"]
async fn a_bucket_that_takes_a_text_and_does_not_say_so_leaves_nothing_behind() {
    let fleet = Fleet::start().await;
    let site = fleet.site().await;
    let oracle = Oracle::default();
    oracle.keep(&site, "before").await;
    fleet.lines.s3.set(Line::Mute);
    let status = oracle.try_keep(&site.url, "taken in silence").await.unwrap();
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
    fleet.lines.s3.set(Line::Open);
    assert_eq!(fleet.bucket.keys().len(), 2);
    assert_eq!(fleet.settle().await.orphans_removed, 1);
    oracle.check(&site).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs TEST_DATABASE_URL"]
async fn a_text_that_is_damaged_or_missing_is_an_error_to_quote_and_never_half_a_text() {
    let fleet = Fleet::start().await;
    let mut site = fleet.site().await;
    let oracle = Oracle::default();
    let long = "a line of a long text\n".repeat(10_000);
    let half = &long[..long.len() / 2];
    let (other, half) = (oracle.keep(&site, "yet an other").await, oracle.keep(&site, half).await);
    let mut damaged = Vec::new();
    for text in ["another text", &long, "gone", "cut off", "flipped"] {
        damaged.push(Oracle::default().keep(&site, text).await);
    }
    let store = fleet.store().await;
    let bucket = store.blobs();
    let (other, half) = (key_of(&fleet, &other).await, key_of(&fleet, &half).await);
    for (n, link) in damaged.iter().enumerate() {
        let key = key_of(&fleet, link).await;
        let body = bucket.get(&key).await.unwrap().unwrap();
        let body = match n {
            0 => bucket.get(&other).await.unwrap().unwrap(),
            1 => bucket.get(&half).await.unwrap().unwrap(),
            3 => body.slice(..body.len() - 1),
            _ => body.iter().map(|byte| byte ^ 1).collect(),
        };
        match n {
            2 => bucket.delete(&[key]).await.unwrap(),
            _ => bucket.put(&key, body, Clock::System.now()).await.unwrap(),
        }
    }
    store.db().close().await;
    site.start().await;

    let (browser, curl) = (site.visitor(), site.curl());
    for path in &damaged {
        for path in [path.clone(), format!("{path}/raw"), format!("{path}/download")] {
            for visitor in [&browser, &curl] {
                let answer = visitor.get(&path).await;
                assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR, "{path}");
                assert!(!answer.text().contains("a line of"), "{path}");
                assert_quotes_the_log(&site, &answer);
            }
        }
    }
    oracle.check(&site).await;
    assert_eq!(fleet.number("select count(*) from pastes").await, 7, "the rows are kept");
    let swept = site.run(&["sweep"]);
    assert!(swept.status.success(), "a row younger than a day may still get its text");
    assert_eq!(fleet.number("select count(*) from pastes").await, 7, "the rows are kept");
}

async fn key_of(fleet: &Fleet, path: &str) -> BlobKey {
    let sql = "select blob_key from pastes where id = $1";
    let key: String = sqlx::query_scalar(sql).bind(&path[1..]).fetch_one(&fleet.sql).await.unwrap();
    key.into()
}

/// Eight hex digits, the same in the answer and in an error of the log.
fn assert_quotes_the_log(site: &Program, answer: &Response) {
    let said = answer.text();
    let log = site.log();
    let mut ids = log
        .lines()
        .filter(|line| line.contains("ERROR") && line.contains("the text of paste"))
        .filter_map(|line| line.split("error.id=\"").nth(1)?.split('"').next());
    assert!(ids.any(|id| id.len() == 8 && said.contains(id)), "{said}\n{log}");
}
