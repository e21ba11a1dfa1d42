//! `pastebin purge` and `pastebin sweep`.

use reqwest::Client;

use crate::program::{Home, read};

#[tokio::test]
async fn purge_and_sweep_run_beside_a_site_and_print_their_counts() {
    let home = Home::new();
    let program = home.start();
    let client = Client::new();
    let keep = program.paste(&client, "keep".to_owned()).await.unwrap();
    let brief = client
        .post(&program.url)
        .form(&[("text", "brief"), ("expires", "1")])
        .send()
        .await
        .unwrap();
    let brief = brief.text().await.unwrap();
    while client.get(format!("{}/raw", brief.trim())).send().await.unwrap().status() != 404 {
        tokio::task::yield_now().await;
    }
    let purged = home.run(&["purge"], &[]);
    assert!(purged.status.success());
    assert_eq!(
        String::from_utf8(purged.stdout).unwrap(),
        "purged: 1 expired and 0 deleted pastes removed, 0 old sessions ended\n"
    );
    let swept = home.run(&["sweep"], &[]);
    assert!(swept.status.success());
    assert_eq!(
        String::from_utf8(swept.stdout).unwrap(),
        "swept: 1 texts found, 0 orphans removed\n"
    );
    let verified = home.run(&["sweep", "--verify"], &[]);
    assert!(verified.status.success());
    let report = String::from_utf8(verified.stdout).unwrap();
    assert!(
        report.contains("verified: 1 texts are as they were saved (4 bytes), 0 are damaged"),
        "{report}"
    );
    assert_eq!(read(&client, &keep).await, "keep");
}
