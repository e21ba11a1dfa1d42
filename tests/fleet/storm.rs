use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use reqwest::{Client, Method, StatusCode};
use tokio::task::JoinHandle;

use crate::harness::{Fleet, Oracle, PATIENCE, Program, Visitor, client};

/// Creates, reads and deletes that are answered, by all visitors together.
const ANSWERS: usize = 10_000;
const VISITORS: usize = 8;
/// Answers between two kills: three times each kind of program.
const CALM: usize = 1_000;

/// Somebody with an account, who goes to either site and remembers what the answers were.
struct Guest {
    client: Client,
    cookie: String,
    sites: [String; 2],
    oracle: Arc<Oracle>,
    dice: Dice,
    kept: Vec<(String, String)>,
    deleted: Vec<String>,
    /// Whose delete had no answer.
    unsure: Vec<String>,
}

/// A small generator of numbers; they need not be good, only various.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap() % end
    }
}

impl Guest {
    async fn arrive(number: usize, sites: [String; 2], oracle: Arc<Oracle>) -> Self {
        let visitor = Visitor::new(&sites[0]);
        visitor.register(&format!("guest{number}@example.org")).await;
        let dice = Dice(0x9E37_79B9_7F4A_7C15 ^ number as u64);
        Self {
            client: client(),
            cookie: visitor.cookies(),
            sites,
            oracle,
            dice,
            kept: Vec::new(),
            deleted: Vec::new(),
            unsure: Vec::new(),
        }
    }

    /// `None` where the site was killed meanwhile.
    async fn ask(&self, method: Method, url: String, body: String) -> Option<(StatusCode, String)> {
        let request = self.client.request(method, url).header("cookie", &self.cookie).body(body);
        let answer = request.send().await.ok()?;
        let status = answer.status();
        Some((status, answer.text().await.ok()?))
    }

    fn site(&mut self) -> String {
        let site = self.dice.below(2);
        self.sites[site].clone()
    }

    /// One create, read or delete; whether it was answered.
    async fn act(&mut self) -> bool {
        let site = self.site();
        match self.dice.below(10) {
            _ if self.kept.is_empty() => self.create(site).await,
            0..4 => self.create(site).await,
            4..8 => self.read(site).await,
            _ => self.delete(site).await,
        }
    }

    async fn create(&mut self, site: String) -> bool {
        let lines = 1 + self.dice.below(60);
        let text = format!("{} of {}\n", self.dice.below(1_000_000), self.cookie).repeat(lines);
        let Some((status, link)) = self.ask(Method::POST, site, text.clone()).await else {
            return false;
        };
        assert_eq!(status, StatusCode::CREATED, "{link}");
        self.oracle.note(&link, &text);
        let id = link.trim().rsplit('/').next().unwrap().to_owned();
        self.kept.push((id, text));
        true
    }

    async fn read(&mut self, site: String) -> bool {
        let which = self.dice.below(self.kept.len());
        let (id, text) = &self.kept[which];
        let url = format!("{site}/{id}/raw");
        let Some((status, read)) = self.ask(Method::GET, url, String::new()).await else {
            return false;
        };
        assert_eq!(status, StatusCode::OK, "{id}");
        assert_eq!(&read, text, "{id}");
        true
    }

    /// From the answer on, neither site knows the paste.
    async fn delete(&mut self, site: String) -> bool {
        let which = self.dice.below(self.kept.len());
        let (id, _) = self.kept.swap_remove(which);
        self.oracle.forget(&id);
        let url = format!("{site}/{id}/delete");
        let Some((status, page)) = self.ask(Method::POST, url, String::new()).await else {
            self.unsure.push(id);
            return false;
        };
        assert_eq!(status, StatusCode::SEE_OTHER, "{page}");
        for site in &self.sites {
            let url = format!("{site}/{id}/raw");
            if let Some((status, _)) = self.ask(Method::GET, url, String::new()).await {
                assert_eq!(status, StatusCode::NOT_FOUND, "{id} after its delete");
            }
        }
        self.deleted.push(id);
        true
    }

    async fn stay(mut self, answers: Arc<AtomicUsize>) -> Self {
        while answers.load(Ordering::SeqCst) < ANSWERS {
            if self.act().await {
                answers.fetch_add(1, Ordering::SeqCst);
            } else {
                // The other site may answer; this one is back in a moment.
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        }
        self
    }
}

/// Two of each on one database, Redis and bucket.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs TEST_DATABASE_URL"]
async fn in_a_storm_of_kills_nothing_is_lost_nor_served_after_its_delete_and_no_id_comes_twice() {
    let fleet = Fleet::start().await;
    let mut id_services = [fleet.id_service().await, fleet.id_service().await];
    let mut workers = [fleet.worker().await, fleet.worker().await];
    let mut sites = [
        fleet.site_with_ids_of(&id_services[0].url).await,
        fleet.site_with_ids_of(&id_services[1].url).await,
    ];
    let urls = [sites[0].url.clone(), sites[1].url.clone()];
    let (oracle, answers) = (Arc::new(Oracle::default()), Arc::new(AtomicUsize::new(0)));
    let mut guests = Vec::new();
    for number in 0..VISITORS {
        let guest = Guest::arrive(number, urls.clone(), oracle.clone()).await;
        guests.push(tokio::spawn(guest.stay(answers.clone())));
    }

    for (kill, answered) in (CALM..ANSWERS).step_by(CALM).enumerate() {
        while answers.load(Ordering::SeqCst) < answered
            && !guests.iter().all(JoinHandle::is_finished)
        {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        let pair: &mut [Program; 2] = match kill % 3 {
            0 => &mut sites,
            1 => &mut id_services,
            _ => &mut workers,
        };
        let one = usize::from(getrandom::u32().unwrap().is_multiple_of(2));
        pair[one].kill();
        pair[one].start().await;
    }

    let mut deleted = Vec::new();
    let mut unsure = Vec::new();
    for guest in guests {
        let guest = tokio::time::timeout(PATIENCE * 5, guest).await.unwrap().unwrap();
        deleted.extend(guest.deleted);
        unsure.extend(guest.unsure);
    }
    assert!(oracle.len() > ANSWERS / 10 && deleted.len() > ANSWERS / 20, "a mixed load");
    for site in &sites {
        oracle.check(site).await;
        for id in &deleted {
            let answer = client().get(format!("{}/{id}/raw", site.url)).send().await.unwrap();
            assert_eq!(answer.status(), StatusCode::NOT_FOUND, "{id}");
        }
        assert!(!site.log().contains("an id was taken"), "{}", site.log());
    }
    for id in &unsure {
        let mut seen = Vec::new();
        for site in &sites {
            let answer = client().get(format!("{}/{id}/raw", site.url)).send().await.unwrap();
            seen.push(answer.status());
        }
        assert_eq!(seen[0], seen[1], "the sites do not agree on {id}");
    }
    for worker in &workers {
        worker.healthy().await;
    }
    fleet.settle().await;
}
