//! Two programs of each kind under a mixed load, while one after another is killed at random.

mod user;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use reqwest::StatusCode;
use tokio::task::JoinHandle;

use crate::harness::{Fleet, Ledger, Program, TIMEOUT, client};
use user::{Deletes, User};

/// The number of answered creates, reads and deletes, of all users together.
const ANSWERS: usize = 10_000;
const USERS: usize = 8;
/// Answers between two kills, which gives three kills of each kind of program.
const ANSWERS_BETWEEN_KILLS: usize = 1_000;

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
        users.push(tokio::spawn(user.run(answers.clone(), ANSWERS)));
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
        assert!(!site.log().contains("an id was in use"), "{}", site.log());
    }
    for id in &deletes.unanswered {
        let statuses = (status_of(&sites[0], id).await, status_of(&sites[1], id).await);
        assert_eq!(statuses.0, statuses.1, "the sites disagree about {id}");
    }
}

async fn status_of(site: &Program, id: &str) -> StatusCode {
    client().get(format!("{}/{id}/raw", site.url)).send().await.unwrap().status()
}
