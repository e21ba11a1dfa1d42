//! Two programs of each kind under a mixed load, while one after another is killed at random.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use reqwest::{Client, Method, StatusCode};
use testbed::Rng;
use tokio::task::JoinHandle;

use crate::harness::{Fleet, Ledger, Program, TIMEOUT, Visitor, client, id_of};

/// The number of answered creates, reads and deletes, of all users together.
const ANSWERS: usize = 10_000;
const USERS: usize = 8;
/// Answers between two kills, which gives three kills of each kind of program.
const ANSWERS_BETWEEN_KILLS: usize = 1_000;

const SEED: u64 = 0x9E37_79B9_7F4A_7C15;

/// A user with an account, who uses both sites and checks each answer.
struct User {
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
struct Deletes {
    acknowledged: Vec<String>,
    unanswered: Vec<String>,
}

impl User {
    async fn register(number: usize, sites: [String; 2], ledger: Arc<Ledger>) -> Self {
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

    /// Acts until all users together have enough answers.
    async fn run(mut self, answers: Arc<AtomicUsize>) -> Deletes {
        while answers.load(Ordering::SeqCst) < ANSWERS {
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

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs TEST_DATABASE_URL"]
async fn random_kills_lose_no_paste_serve_no_deleted_paste_and_repeat_no_id() {
    let fleet = Fleet::start().await;
    let mut id_services = [fleet.id_service().await, fleet.id_service().await];
    let mut workers = [fleet.worker().await, fleet.worker().await];
    let mut sites = [
        fleet.site_with_id_service(&id_services[0].url).await,
        fleet.site_with_id_service(&id_services[1].url).await,
    ];
    let urls = [sites[0].url.clone(), sites[1].url.clone()];
    let (ledger, answers) = (Arc::new(Ledger::default()), Arc::new(AtomicUsize::new(0)));
    let mut users = Vec::new();
    for number in 0..USERS {
        let user = User::register(number, urls.clone(), ledger.clone()).await;
        users.push(tokio::spawn(user.run(answers.clone())));
    }

    for (kill, answered) in
        (ANSWERS_BETWEEN_KILLS..ANSWERS).step_by(ANSWERS_BETWEEN_KILLS).enumerate()
    {
        wait_for_answers(&answers, answered, &users).await;
        let pair: &mut [Program; 2] = match kill % 3 {
            0 => &mut sites,
            1 => &mut id_services,
            _ => &mut workers,
        };
        let index = usize::from(getrandom::u32().unwrap().is_multiple_of(2));
        pair[index].kill();
        pair[index].restart().await;
    }

    let mut deletes = Deletes::default();
    for user in users {
        let results = tokio::time::timeout(TIMEOUT * 5, user).await.unwrap().unwrap();
        deletes.acknowledged.extend(results.acknowledged);
        deletes.unanswered.extend(results.unanswered);
    }
    let is_mixed = ledger.len() > ANSWERS / 10 && deletes.acknowledged.len() > ANSWERS / 20;
    assert!(is_mixed, "the load must contain many creates and many deletes");
    verify(&sites, &ledger, &deletes).await;
    for worker in &workers {
        worker.wait_until_healthy().await;
    }
    fleet.sweep_and_verify().await;
}

/// Returns early when every user has finished, which may be because of a failure.
async fn wait_for_answers(answers: &AtomicUsize, count: usize, users: &[JoinHandle<Deletes>]) {
    while answers.load(Ordering::SeqCst) < count && !users.iter().all(JoinHandle::is_finished) {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

async fn verify(sites: &[Program; 2], ledger: &Ledger, deletes: &Deletes) {
    for site in sites {
        ledger.verify(site).await;
        for id in &deletes.acknowledged {
            assert_eq!(status_of(site, id).await, StatusCode::NOT_FOUND, "{id}");
        }
        assert!(!site.log().contains("an id was taken"), "{}", site.log());
    }
    for id in &deletes.unanswered {
        let statuses = (status_of(&sites[0], id).await, status_of(&sites[1], id).await);
        assert_eq!(statuses.0, statuses.1, "the sites disagree about {id}");
    }
}

async fn status_of(site: &Program, id: &str) -> StatusCode {
    client().get(format!("{}/{id}/raw", site.url)).send().await.unwrap().status()
}
