//! A change that one site has acknowledged holds on every site from that moment, also while all of
//! them serve that paste under load.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use reqwest::{Client, RequestBuilder, StatusCode};
use tokio::task::JoinSet;

use crate::harness::{Fleet, Program, client, id_of};

const ROUNDS: usize = 40;
const READERS: usize = 8;

/// Creates a public paste. Returns its id and its delete token.
async fn create(client: &Client, site: &Program, round: usize) -> (String, String) {
    let url = format!("{}/?visibility=public&title=quagmire", site.url);
    let answer = client.post(url).body(format!("text {round}")).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::CREATED);
    let token = answer.headers()["delete-token"].to_str().unwrap().to_owned();
    (id_of(&answer.text().await.unwrap()), token)
}

/// Readers of one paste on every site, which fail on a stale answer after a change.
struct Readers {
    /// The change has been requested and may have taken effect.
    change_requested: Arc<AtomicBool>,
    change_acknowledged: Arc<AtomicBool>,
    stop: Arc<AtomicBool>,
    reads: Arc<AtomicU64>,
    tasks: JoinSet<()>,
}

impl Readers {
    /// `old` is in every answer until the change is requested, and in none after it is acknowledged.
    fn start(client: &Client, urls: &[String], old: &'static str) -> Self {
        let [change_requested, change_acknowledged, stop] =
            [(); 3].map(|()| Arc::<AtomicBool>::default());
        let (reads, mut tasks) = (Arc::<AtomicU64>::default(), JoinSet::new());
        for n in 0..READERS {
            let (client, url) = (client.clone(), urls[n % urls.len()].clone());
            let (requested, acknowledged) = (change_requested.clone(), change_acknowledged.clone());
            let (stop, reads) = (stop.clone(), reads.clone());
            tasks.spawn(async move {
                while !stop.load(Ordering::SeqCst) {
                    let must_be_new = acknowledged.load(Ordering::SeqCst);
                    let answer =
                        client.get(&url).header("accept", "text/html").send().await.unwrap();
                    let status = answer.status();
                    let body = answer.text().await.unwrap();
                    let is_old = status == StatusCode::OK && body.contains(old);
                    assert!(!(must_be_new && is_old), "{url} is stale after the change");
                    assert!(is_old || requested.load(Ordering::SeqCst), "{url}: {status}");
                    reads.fetch_add(1, Ordering::SeqCst);
                }
            });
        }
        Self { change_requested, change_acknowledged, stop, reads, tasks }
    }

    /// Waits until each reader has read a few times, so that every cache may hold the paste.
    async fn read_more(&mut self) {
        let target = self.reads.load(Ordering::SeqCst) + 4 * READERS as u64;
        while self.reads.load(Ordering::SeqCst) < target {
            if let Some(task) = self.tasks.try_join_next() {
                task.unwrap();
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }

    /// Makes the change while the readers read, lets them read its result, and stops them.
    /// Returns the status of the change, which must be a success.
    async fn change(mut self, request: RequestBuilder) -> StatusCode {
        self.read_more().await;
        self.change_requested.store(true, Ordering::SeqCst);
        let status = request.send().await.unwrap().status();
        assert!(status.is_success(), "the change is answered with {status}");
        self.change_acknowledged.store(true, Ordering::SeqCst);
        self.read_more().await;
        self.stop.store(true, Ordering::SeqCst);
        join(self.tasks).await;
        status
    }
}

async fn join(mut tasks: JoinSet<()>) {
    while let Some(task) = tasks.join_next().await {
        task.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs TEST_DATABASE_URL"]
async fn a_change_and_a_delete_hold_at_once_on_every_site_under_load() {
    let fleet = Fleet::start().await;
    let sites = [fleet.site().await, fleet.site().await];
    let client = client();
    for round in 0..ROUNDS {
        let (id, token) = create(&client, &sites[round % 2], round).await;
        let [pages, raws] = ["", "/raw"].map(|suffix| {
            sites.iter().map(|site| format!("{}/{id}{suffix}", site.url)).collect::<Vec<_>>()
        });

        let readers = Readers::start(&client, &pages, "quagmire");
        let change = client
            .patch(format!("{}/api/v1/pastes/{id}", sites[0].url))
            .header("delete-token", &token)
            .header("content-type", "application/json")
            .body(r#"{"title":"afterwards"}"#);
        assert_eq!(readers.change(change).await, StatusCode::OK);

        let readers = Readers::start(&client, &[pages, raws].concat(), "text");
        let delete = client
            .delete(format!("{}/{id}", sites[(round + 1) % 2].url))
            .header("delete-token", &token);
        assert!(readers.change(delete).await.is_success());
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs TEST_DATABASE_URL"]
async fn an_expiry_holds_at_once_on_every_site_under_load() {
    let fleet = Fleet::start().await;
    let sites = [fleet.site().await, fleet.site().await];
    let client = client();
    let create = client.post(format!("{}/?expires=3s&visibility=public", sites[0].url));
    let answer = create.body("brief").send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::CREATED);
    // The paste was saved before this moment, so three seconds after it the paste has expired. All
    // processes read the same clock.
    let expiry = Instant::now() + Duration::from_secs(3);
    let id = id_of(&answer.text().await.unwrap());

    let mut readers = JoinSet::new();
    for n in 0..READERS {
        let (client, url) = (client.clone(), format!("{}/{id}/raw", sites[n % 2].url));
        readers.spawn(async move {
            let (mut found, mut missing) = (0, 0);
            while missing < 20 {
                let started = Instant::now();
                let status = client.get(&url).send().await.unwrap().status();
                if started >= expiry {
                    assert_eq!(status, StatusCode::NOT_FOUND, "{url} after its expiry");
                    missing += 1;
                } else if status == StatusCode::OK {
                    found += 1;
                }
            }
            assert!(found > 0, "{url} was never found before its expiry");
        });
    }
    join(readers).await;
}
