//! Faults of the bucket, and damaged texts in it.

use reqwest::StatusCode;
use store::{BlobKey, Clock};

use crate::harness::{Fleet, Ledger, Line, Program, Response};

/// The largest number of requests that a site sends to the bucket for one text.
const MAX_ATTEMPTS: usize = 3;

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs TEST_DATABASE_URL"]
async fn while_the_bucket_fails_every_page_without_a_text_works() {
    let fleet = Fleet::start().await;
    let mut site = fleet.site().await;
    let ledger = Ledger::default();
    let (ada, guest) = (site.visitor(), site.visitor());
    ada.register("ada@example.org").await;
    let link = ada.paste_with("before", &[("visibility", "public")]).await;
    ledger.record(&link, "before");
    // A restart empties the cache, which holds texts that were just saved or read.
    site.restart().await;

    let check_outage = async |fault: &str| {
        let before = fleet.bucket.requests();
        assert_eq!(
            ledger.try_create(&site.url, fault).await.unwrap(),
            StatusCode::SERVICE_UNAVAILABLE,
            "{fault}"
        );
        assert!(fleet.bucket.requests() - before <= MAX_ATTEMPTS, "{fault}");
        for path in [link.clone(), format!("{link}/raw")] {
            let answer = guest.get(&path).await;
            assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE, "{fault}: {path}");
            assert_eq!(answer.header("retry-after"), "5", "{fault}: {path}");
        }
        for path in ["/", "/login", "/register", "/recent", "/healthz"] {
            assert_eq!(guest.get(path).await.status, StatusCode::OK, "{fault}: {path}");
        }
        assert!(guest.get("/recent").await.text().contains(&link), "{fault}");
        assert!(ada.get("/profile").await.text().contains(&link), "{fault}");
        assert_eq!(guest.get("/readyz").await.status, StatusCode::SERVICE_UNAVAILABLE);
    };
    fleet.bucket.fail(true);
    check_outage("the bucket answers 503").await;
    fleet.bucket.fail(false);
    fleet.proxies.s3.set(Line::Cut);
    check_outage("the bucket resets connections").await;
    fleet.proxies.s3.set(Line::Open);

    ledger.create(&site, "after").await;
    ledger.verify(&site).await;
    fleet.sweep_and_verify().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs TEST_DATABASE_URL"]
async fn a_text_stored_after_its_create_was_refused_is_swept() {
    let fleet = Fleet::start().await;
    let site = fleet.site().await;
    let ledger = Ledger::default();
    ledger.create(&site, "before").await;
    fleet.proxies.s3.set(Line::Stalled);
    let status = ledger.try_create(&site.url, "too late").await.unwrap();
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(fleet.bucket.keys().len(), 1);
    fleet.proxies.s3.set(Line::Open);
    fleet.wait_for_bucket_size(2).await;
    ledger.create(&site, "after").await;
    assert_eq!(fleet.sweep_and_verify().await.orphans_removed, 1);
    ledger.verify(&site).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs TEST_DATABASE_URL"]
async fn a_text_stored_without_an_answer_of_the_bucket_is_swept() {
    let fleet = Fleet::start().await;
    let site = fleet.site().await;
    let ledger = Ledger::default();
    ledger.create(&site, "before").await;
    fleet.proxies.s3.set(Line::Mute);
    let status = ledger.try_create(&site.url, "stored without an answer").await.unwrap();
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
    fleet.proxies.s3.set(Line::Open);
    assert_eq!(fleet.bucket.keys().len(), 2);
    assert_eq!(fleet.sweep_and_verify().await.orphans_removed, 1);
    ledger.verify(&site).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs TEST_DATABASE_URL"]
async fn a_damaged_or_missing_text_is_an_error_with_an_id_and_never_a_partial_text() {
    let fleet = Fleet::start().await;
    let mut site = fleet.site().await;
    let ledger = Ledger::default();
    let long = "a line of a long text\n".repeat(10_000);
    let half = ledger.create(&site, &long[..long.len() / 2]).await;
    let other = ledger.create(&site, "yet an other").await;
    let mut damaged = Vec::new();
    for (text, damage) in [
        ("another text", Damage::ReplacedBy(&other)),
        (&long, Damage::ReplacedBy(&half)),
        ("gone", Damage::Missing),
        ("cut off", Damage::Truncated),
        ("flipped", Damage::Flipped),
    ] {
        let path = Ledger::default().create(&site, text).await;
        damage.apply(&fleet, &path).await;
        damaged.push(path);
    }
    site.restart().await;

    let (browser, curl) = (site.visitor(), site.curl());
    for path in &damaged {
        for path in [path.clone(), format!("{path}/raw"), format!("{path}/download")] {
            for visitor in [&browser, &curl] {
                let answer = visitor.get(&path).await;
                assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR, "{path}");
                assert!(!answer.text().contains("a line of"), "{path}");
                assert_shows_a_logged_error_id(&site, &answer);
            }
        }
    }
    ledger.verify(&site).await;
    assert_eq!(fleet.query_number("select count(*) from pastes").await, 7, "the rows must be kept");
    let swept = site.run(&["sweep"]);
    assert!(
        swept.status.success(),
        "the sweep must not fail: a row younger than a day may still get its text"
    );
    assert_eq!(fleet.query_number("select count(*) from pastes").await, 7, "the rows must be kept");
}

/// What happens to the stored text of a paste.
enum Damage<'a> {
    /// It becomes the stored text of the paste at this path.
    ReplacedBy(&'a str),
    Missing,
    /// It loses its last byte.
    Truncated,
    /// A bit of every byte is flipped.
    Flipped,
}

impl Damage<'_> {
    async fn apply(self, fleet: &Fleet, path: &str) {
        let store = fleet.store().await;
        let bucket = store.blobs();
        let key = key_of(fleet, path).await;
        let body = bucket.get(&key, usize::MAX).await.unwrap().unwrap();
        let damaged = match self {
            Self::ReplacedBy(other) => {
                Some(bucket.get(&key_of(fleet, other).await, usize::MAX).await.unwrap().unwrap())
            }
            Self::Missing => None,
            Self::Truncated => Some(body.slice(..body.len() - 1)),
            Self::Flipped => Some(body.iter().map(|byte| byte ^ 1).collect()),
        };
        match damaged {
            Some(damaged) => bucket.put(&key, damaged, Clock::System.now()).await.unwrap(),
            None => bucket.delete(&[key]).await.unwrap(),
        }
        store.db().close().await;
    }
}

/// The key of the text of the paste at this path.
async fn key_of(fleet: &Fleet, path: &str) -> BlobKey {
    let sql = "select blob_key from pastes where id = $1";
    let key: String = sqlx::query_scalar(sql).bind(&path[1..]).fetch_one(&fleet.sql).await.unwrap();
    key.into()
}

/// Asserts that the answer shows the eight hex digits of a request id that is in the log.
fn assert_shows_a_logged_error_id(site: &Program, answer: &Response) {
    let body = answer.text();
    let log = site.log();
    let mut ids = log
        .lines()
        .filter(|line| line.contains("ERROR") && line.contains("the text of paste"))
        .filter_map(|line| line.split("request{id=\"").nth(1)?.split('"').next());
    assert!(ids.any(|id| id.len() == 8 && body.contains(id)), "{body}\n{log}");
}
