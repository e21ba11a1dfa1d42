//! Programs killed in the middle of a create, a delete or a purge.

use std::process::Stdio;

use reqwest::StatusCode;

use crate::harness::{Fleet, Ledger, Line, client, wait_until};

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs TEST_DATABASE_URL"]
async fn a_site_killed_between_text_and_row_leaves_a_text_that_is_swept() {
    let fleet = Fleet::start().await;
    let mut site = fleet.site().await;
    let ledger = Ledger::default();
    ledger.create(&site, "before").await;

    fleet.proxies.postgres.set(Line::Stalled);
    let unanswered = tokio::spawn(client().post(&site.url).body("never acknowledged").send());
    fleet.wait_for_bucket_size(2).await;
    site.kill();
    assert!(unanswered.await.unwrap().is_err());
    // Statements that had not reached the database yet are lost.
    fleet.proxies.postgres.set(Line::Cut);
    fleet.proxies.postgres.set(Line::Open);

    site.restart().await;
    ledger.verify(&site).await;
    ledger.create(&site, "after").await;
    assert_eq!(fleet.sweep_and_verify().await.orphans_removed, 1);
    ledger.verify(&site).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs TEST_DATABASE_URL"]
async fn a_site_killed_between_row_and_answer_leaves_a_complete_paste() {
    let fleet = Fleet::start().await;
    let mut site = fleet.site().await;
    let ledger = Ledger::default();
    ledger.create(&site, "before").await;

    let lock = fleet.block_paste_writes().await;
    let unanswered = tokio::spawn(client().post(&site.url).body("never acknowledged").send());
    fleet.wait_for_blocked_writes(1).await;
    fleet.proxies.postgres.set(Line::Mute);
    drop(lock);
    wait_until("the row is written", async || {
        (fleet.keys_of_rows().await.len() == 2).then_some(())
    })
    .await;
    site.kill();
    assert!(unanswered.await.unwrap().is_err());
    fleet.proxies.postgres.set(Line::Cut);
    fleet.proxies.postgres.set(Line::Open);

    site.restart().await;
    let sql = "select id from pastes order by created_at desc limit 1";
    let id: String = sqlx::query_scalar(sql).fetch_one(&fleet.sql).await.unwrap();
    ledger.record(&id, "never acknowledged");
    ledger.verify(&site).await;
    assert_eq!(fleet.sweep_and_verify().await.orphans_removed, 0);
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs TEST_DATABASE_URL"]
async fn a_deleted_paste_is_404_at_once_and_a_worker_removes_its_text_within_a_minute() {
    let fleet = Fleet::start().await;
    let mut site = fleet.site().await;
    let ledger = Ledger::default();
    let ada = site.visitor();
    ada.register("ada@example.org").await;
    let mut links = Vec::new();
    for n in 0..5 {
        let text = format!("text {n}");
        links.push(ada.paste(&text).await);
        ledger.record(&links[n], &text);
    }
    for link in &links[..3] {
        assert!(ada.delete(link).await.status.is_success());
        ledger.remove(link);
    }
    site.kill();
    site.restart().await;
    for link in &links[..3] {
        for path in [link.clone(), format!("{link}/raw"), format!("{link}/download")] {
            assert_eq!(site.curl().get(&path).await.status, StatusCode::NOT_FOUND, "{path}");
        }
    }
    assert_eq!(fleet.bucket.keys().len(), 5, "without a worker the texts stay");

    let _worker = fleet.worker().await;
    fleet.wait_for_bucket_size(2).await;
    ledger.verify(&site).await;
    fleet.sweep_and_verify().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs TEST_DATABASE_URL"]
async fn a_killed_purge_is_finished_by_the_next_purge() {
    let fleet = Fleet::start().await;
    let site = fleet.site().await;
    let ledger = Ledger::default();
    ledger.create(&site, "stays").await;
    for n in 0..20 {
        let brief = [("text", format!("brief {n}")), ("expires", "1".to_owned())];
        let answer = client().post(&site.url).form(&brief).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::CREATED);
    }
    wait_until("the pastes expire", async || {
        let sql = "select count(*) from pastes
                   where expires_at <= extract(epoch from clock_timestamp()) * 1000";
        (fleet.query_number(sql).await == 20).then_some(())
    })
    .await;

    // The bucket removes the texts, but the purge does not get its answers.
    let lock = fleet.block_paste_writes().await;
    let mut purge = site.command(&["purge"]).stderr(Stdio::null()).spawn().unwrap();
    fleet.wait_for_blocked_writes(1).await;
    fleet.proxies.s3.set(Line::Mute);
    drop(lock);
    fleet.wait_for_bucket_size(1).await;
    purge.kill().unwrap();
    purge.wait().unwrap();
    assert_eq!(
        fleet.keys_of_rows().await.len(),
        21,
        "the purge must be killed before it removes the rows"
    );
    fleet.proxies.s3.set(Line::Open);

    let next = site.run(&["purge"]);
    assert!(next.status.success());
    assert_eq!(fleet.keys_of_rows().await.len(), 1);
    ledger.verify(&site).await;
    fleet.sweep_and_verify().await;
}
