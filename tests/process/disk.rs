use std::process::Command;

use reqwest::{Client, StatusCode};

use crate::program::{Home, Program};

/// A text that no compression makes small, so that the database must grow for each.
fn noise() -> String {
    let mut bytes = vec![0; 32 * 1024];
    getrandom::fill(&mut bytes).unwrap();
    hex::encode(bytes)
}

/// How large a file of the program may become, in bytes: beyond it, writes fail.
fn limit_files(program: &Program, most: &str) {
    let limit = format!("--fsize={most}");
    let set = Command::new("prlimit").args(["--pid", &program.id().to_string(), &limit]).status();
    assert!(set.unwrap().success());
}

#[tokio::test]
async fn on_a_full_disk_reads_go_on_and_it_recovers_by_itself() {
    let home = Home::new();
    // The signal that comes with a refused write would end the program; a full disk sends none.
    let program = home.start_by(&["sh", "-c", "trap '' XFSZ; exec \"$@\"", "sh"], &[]);
    let client = Client::new();
    let mut acknowledged = Vec::new();
    for _ in 0..5 {
        let text = noise();
        acknowledged.push((program.paste(&client, text.clone()).await.unwrap(), text));
    }

    limit_files(&program, "262144:");
    let mut refused = 0;
    while refused < 10 {
        let text = noise();
        let response = client.post(&program.url).body(text.clone()).send().await.unwrap();
        match response.status() {
            StatusCode::CREATED => {
                let link = response.text().await.unwrap().trim().to_owned();
                acknowledged.push((link, text));
            }
            status => {
                assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
                assert!(response.headers().contains_key("retry-after"));
                refused += 1;
            }
        }
    }
    check(&client, &acknowledged).await;

    limit_files(&program, "unlimited:");
    let text = noise();
    acknowledged.push((program.paste(&client, text.clone()).await.unwrap(), text));
    check(&client, &acknowledged).await;
    drop(program);
    let _again = home.start();
    check(&Client::new(), &acknowledged).await;
}

async fn check(client: &Client, acknowledged: &[(String, String)]) {
    for (link, text) in acknowledged {
        let read = client.get(format!("{link}/raw")).send().await.unwrap();
        assert_eq!(read.status(), StatusCode::OK);
        assert!(read.text().await.unwrap() == *text, "{link} reads back otherwise");
    }
}
