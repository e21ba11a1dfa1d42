//! A user of the mixed load, who checks every answer.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use reqwest::{Client, Method, StatusCode};
use testbed::Rng;

use crate::harness::{Ledger, Visitor, client, id_of};

const SEED: u64 = 0x9E37_79B9_7F4A_7C15;

/// A user with an account, who uses both sites and checks each answer.
pub(super) struct User {
    client: Client,
    cookie: String,
    sites: [String; 2],
    ledger: Arc<Ledger>,
    rng: Rng,
    /// Ids and texts.
    pastes: Vec<(String, String)>,
    results: Deletes,
}

/// Ids of pastes, by what became of their delete.
#[derive(Default)]
pub(super) struct Deletes {
    pub(super) acknowledged: Vec<String>,
    pub(super) unanswered: Vec<String>,
}

impl User {
    pub(super) async fn register(number: usize, sites: [String; 2], ledger: Arc<Ledger>) -> Self {
        let visitor = Visitor::new(&sites[0]);
        visitor.register(&format!("user{number}@example.org")).await;
        Self {
            client: client(),
            cookie: visitor.cookies(),
            sites,
            ledger,
            rng: Rng::new(SEED, number as u64),
            pastes: Vec::new(),
            results: Deletes::default(),
        }
    }

    /// Sends a request; `None` if the site was killed meanwhile.
    async fn send(
        &self,
        method: Method,
        url: String,
        body: String,
    ) -> Option<(StatusCode, String)> {
        let request = self.client.request(method, url).header("cookie", &self.cookie).body(body);
        let answer = request.send().await.ok()?;
        let status = answer.status();
        Some((status, answer.text().await.ok()?))
    }

    /// Sends one create, read or delete. Returns whether it was answered.
    async fn act(&mut self) -> bool {
        let site = self.rng.choose(&self.sites).clone();
        match self.rng.below(10) {
            _ if self.pastes.is_empty() => self.create(site).await,
            0..4 => self.create(site).await,
            4..8 => self.read(site).await,
            _ => self.delete(site).await,
        }
    }

    async fn create(&mut self, site: String) -> bool {
        let lines = 1 + self.rng.below(60);
        let text = format!("{} of {}\n", self.rng.below(1_000_000), self.cookie).repeat(lines);
        let Some((status, link)) = self.send(Method::POST, site, text.clone()).await else {
            return false;
        };
        assert_eq!(status, StatusCode::CREATED, "{link}");
        self.ledger.record(&link, &text);
        self.pastes.push((id_of(&link), text));
        true
    }

    async fn read(&mut self, site: String) -> bool {
        let index = self.rng.below(self.pastes.len());
        let (id, text) = &self.pastes[index];
        let url = format!("{site}/{id}/raw");
        let Some((status, body)) = self.send(Method::GET, url, String::new()).await else {
            return false;
        };
        assert_eq!(status, StatusCode::OK, "{id}");
        assert_eq!(&body, text, "{id}");
        true
    }

    /// Deletes a paste. Once it is acknowledged, both sites must answer 404.
    async fn delete(&mut self, site: String) -> bool {
        let index = self.rng.below(self.pastes.len());
        let (id, _) = self.pastes.swap_remove(index);
        self.ledger.remove(&id);
        let url = format!("{site}/{id}/delete");
        let Some((status, page)) = self.send(Method::POST, url, String::new()).await else {
            self.results.unanswered.push(id);
            return false;
        };
        assert_eq!(status, StatusCode::SEE_OTHER, "{page}");
        for site in &self.sites {
            let url = format!("{site}/{id}/raw");
            if let Some((status, _)) = self.send(Method::GET, url, String::new()).await {
                assert_eq!(status, StatusCode::NOT_FOUND, "{id} after its delete");
            }
        }
        self.results.acknowledged.push(id);
        true
    }

    /// Acts until all users together have `target` answers.
    pub(super) async fn run(mut self, answers: Arc<AtomicUsize>, target: usize) -> Deletes {
        while answers.load(Ordering::SeqCst) < target {
            if self.act().await {
                answers.fetch_add(1, Ordering::SeqCst);
            } else {
                // The other site may answer, and this one restarts soon.
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        }
        self.results
    }
}
