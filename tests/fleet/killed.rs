use std::process::Stdio;

use reqwest::StatusCode;

use crate::harness::{Fleet, Line, Oracle, client, until};

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs TEST_DATABASE_URL"]
async fn killed_between_text_and_row_it_leaves_a_text_that_is_swept() {
    let fleet = Fleet::start().await;
    let mut site = fleet.site().await;
    let oracle = Oracle::default();
    oracle.keep(&site, "before").await;

    fleet.lines.postgres.set(Line::Stalled);
    let lost = tokio::spawn(client().post(&site.url).body("never acknowledged").send());
    fleet.texts(2).await;
    site.kill();
    assert!(lost.await.unwrap().is_err());
    // What still was on its way to the database is lost with it.
    fleet.lines.postgres.set(Line::Cut);
    fleet.lines.postgres.set(Line::Open);

    site.start().await;
    oracle.check(&site).await;
    oracle.keep(&site, "after").await;
    assert_eq!(fleet.settle().await.orphans_removed, 1);
    oracle.check(&site).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs TEST_DATABASE_URL"]
async fn killed_between_row_and_answer_it_leaves_a_paste_that_is_whole() {
    let fleet = Fleet::start().await;
    let mut site = fleet.site().await;
    let oracle = Oracle::default();
    oracle.keep(&site, "before").await;

    let hold = fleet.hold_rows().await;
    let lost = tokio::spawn(client().post(&site.url).body("never acknowledged").send());
    fleet.held(1).await;
    fleet.lines.postgres.set(Line::Mute);
    drop(hold);
    until("the row is there", async || (fleet.named_keys().await.len() == 2).then_some(())).await;
    site.kill();
    assert!(lost.await.unwrap().is_err());
    fleet.lines.postgres.set(Line::Cut);
    fleet.lines.postgres.set(Line::Open);

    site.start().await;
    let sql = "select id from pastes order by created_at desc limit 1";
    let id: String = sqlx::query_scalar(sql).fetch_one(&fleet.sql).await.unwrap();
    oracle.note(&id, "never acknowledged");
    oracle.check(&site).await;
    assert_eq!(fleet.settle().await.orphans_removed, 0);
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs TEST_DATABASE_URL"]
async fn what_users_delete_is_gone_at_once_and_its_text_within_a_minute_of_a_worker() {
    let fleet = Fleet::start().await;
    let mut site = fleet.site().await;
    let oracle = Oracle::default();
    let ada = site.visitor();
    ada.register("ada@example.org").await;
    let mut links = Vec::new();
    for n in 0..5 {
        let text = format!("text {n}");
        links.push(ada.paste(&text).await);
        oracle.note(&links[n], &text);
    }
    for link in &links[..3] {
        assert!(ada.delete(link).await.status.is_success());
        oracle.forget(link);
    }
    site.kill();
    site.start().await;
    for link in &links[..3] {
        for path in [link.clone(), format!("{link}/raw"), format!("{link}/download")] {
            assert_eq!(site.curl().get(&path).await.status, StatusCode::NOT_FOUND, "{path}");
        }
    }
    assert_eq!(fleet.bucket.keys().len(), 5, "without a worker the texts wait");

    let _worker = fleet.worker().await;
    fleet.texts(2).await;
    oracle.check(&site).await;
    fleet.settle().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs TEST_DATABASE_URL"]
async fn a_purge_that_is_killed_half_way_is_finished_by_the_next() {
    let fleet = Fleet::start().await;
    let site = fleet.site().await;
    let oracle = Oracle::default();
    oracle.keep(&site, "stays").await;
    for n in 0..20 {
        let brief = [("text", format!("brief {n}")), ("expires", "1".to_owned())];
        let answer = client().post(&site.url).form(&brief).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::CREATED);
    }
    until("they expired", async || {
        let sql = "select count(*) from pastes
                   where expires_at <= extract(epoch from clock_timestamp()) * 1000";
        (fleet.number(sql).await == 20).then_some(())
    })
    .await;

    // The bucket does as it is asked, and the purge never hears of it.
    let hold = fleet.hold_rows().await;
    let mut purge = site.command(&["purge"]).stderr(Stdio::null()).spawn().unwrap();
    fleet.held(1).await;
    fleet.lines.s3.set(Line::Mute);
    drop(hold);
    fleet.texts(1).await;
    purge.kill().unwrap();
    purge.wait().unwrap();
    assert_eq!(fleet.named_keys().await.len(), 21, "killed before it removed the rows");
    fleet.lines.s3.set(Line::Open);

    let again = site.run(&["purge"]);
    assert!(again.status.success());
    assert_eq!(fleet.named_keys().await.len(), 1);
    oracle.check(&site).await;
    fleet.settle().await;
}
