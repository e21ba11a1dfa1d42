//! What one site has answered holds on all of them from that moment, also where all of them are
//! busy with that very paste.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use reqwest::{Client, StatusCode};
use tokio::task::JoinSet;

use crate::harness::{Fleet, Program, client};

const ROUNDS: usize = 40;
const READERS: usize = 8;

/// A public paste, and the token that deletes it.
async fn paste(client: &Client, site: &Program, round: usize) -> (String, String) {
    let url = format!("{}/?visibility=public&title=quagmire", site.url);
    let answer = client.post(url).body(format!("text {round}")).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::CREATED);
    let token = answer.headers()["delete-token"].to_str().unwrap().to_owned();
    let link = answer.text().await.unwrap();
    (link.trim().rsplit_once('/').unwrap().1.to_owned(), token)
}

/// Readers of one paste at both sites, who notice what they get after something has happened.
struct Crowd {
    /// It is being asked for, and may have happened.
    happening: Arc<AtomicBool>,
    /// It was answered.
    happened: Arc<AtomicBool>,
    stop: Arc<AtomicBool>,
    reads: Arc<AtomicU64>,
    readers: JoinSet<()>,
}

impl Crowd {
    /// `before` is on the page or in the text until it has happened, and never after.
    fn gather(client: &Client, urls: &[String], before: &'static str) -> Self {
        let [happening, happened, stop] = [(); 3].map(|()| Arc::<AtomicBool>::default());
        let (reads, mut readers) = (Arc::<AtomicU64>::default(), JoinSet::new());
        for n in 0..READERS {
            let (client, url) = (client.clone(), urls[n % urls.len()].clone());
            let (happening, happened) = (happening.clone(), happened.clone());
            let (stop, reads) = (stop.clone(), reads.clone());
            readers.spawn(async move {
                while !stop.load(Ordering::SeqCst) {
                    let late = happened.load(Ordering::SeqCst);
                    let answer =
                        client.get(&url).header("accept", "text/html").send().await.unwrap();
                    let status = answer.status();
                    let said = answer.text().await.unwrap();
                    let as_before = status == StatusCode::OK && said.contains(before);
                    assert!(!(late && as_before), "{url} is as before, after it was answered");
                    assert!(as_before || happening.load(Ordering::SeqCst), "{url}: {status}");
                    reads.fetch_add(1, Ordering::SeqCst);
                }
            });
        }
        Self { happening, happened, stop, reads, readers }
    }

    /// Waits until everybody has read a few times, so that it is kept wherever it may be kept.
    async fn read_on(&mut self) {
        let until = self.reads.load(Ordering::SeqCst) + 4 * READERS as u64;
        while self.reads.load(Ordering::SeqCst) < until {
            if let Some(reader) = self.readers.try_join_next() {
                reader.unwrap();
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }

    async fn leave(mut self) {
        self.stop.store(true, Ordering::SeqCst);
        while let Some(reader) = self.readers.join_next().await {
            reader.unwrap();
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs TEST_DATABASE_URL"]
async fn a_delete_and_a_change_hold_at_once_on_every_site_under_load() {
    let fleet = Fleet::start().await;
    let sites = [fleet.site().await, fleet.site().await];
    let client = client();
    for round in 0..ROUNDS {
        let (id, token) = paste(&client, &sites[round % 2], round).await;
        let pages = ["", "/raw"].map(|view| {
            sites.iter().map(|site| format!("{}/{id}{view}", site.url)).collect::<Vec<_>>()
        });

        let mut crowd = Crowd::gather(&client, &pages[0], "quagmire");
        crowd.read_on().await;
        let change = client
            .patch(format!("{}/api/v1/pastes/{id}", sites[0].url))
            .header("delete-token", &token)
            .header("content-type", "application/json")
            .body(r#"{"title":"afterwards"}"#);
        crowd.happening.store(true, Ordering::SeqCst);
        assert_eq!(change.send().await.unwrap().status(), StatusCode::OK);
        crowd.happened.store(true, Ordering::SeqCst);
        crowd.read_on().await;
        crowd.leave().await;

        let mut crowd = Crowd::gather(&client, &pages.concat(), "text");
        crowd.read_on().await;
        let delete = client
            .delete(format!("{}/{id}", sites[(round + 1) % 2].url))
            .header("delete-token", &token);
        crowd.happening.store(true, Ordering::SeqCst);
        assert!(delete.send().await.unwrap().status().is_success());
        crowd.happened.store(true, Ordering::SeqCst);
        crowd.read_on().await;
        crowd.leave().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs TEST_DATABASE_URL"]
async fn an_expiry_holds_at_once_on_every_site_under_load() {
    let fleet = Fleet::start().await;
    let sites = [fleet.site().await, fleet.site().await];
    let client = client();
    let answer =
        client.post(format!("{}/?expires=3s&visibility=public", sites[0].url)).body("brief");
    let answer = answer.send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::CREATED);
    // Kept before this moment, so over by three seconds after it: all go by one clock.
    let over = Instant::now() + Duration::from_secs(3);
    let link = answer.text().await.unwrap();
    let id = link.trim().rsplit_once('/').unwrap().1;

    let mut readers = JoinSet::new();
    for n in 0..READERS {
        let (client, url) = (client.clone(), format!("{}/{id}/raw", sites[n % 2].url));
        readers.spawn(async move {
            let (mut found, mut late) = (0, 0);
            while late < 20 {
                let began = Instant::now();
                let status = client.get(&url).send().await.unwrap().status();
                if began >= over {
                    assert_eq!(status, StatusCode::NOT_FOUND, "{url} after its end");
                    late += 1;
                } else if status == StatusCode::OK {
                    found += 1;
                }
            }
            assert!(found > 0, "{url} was never there");
        });
    }
    while let Some(reader) = readers.join_next().await {
        reader.unwrap();
    }
}
