//! A full disk.

use std::process::Command;

use reqwest::{Client, StatusCode};

use crate::program::{Home, Program, read};

/// A text that compression does not shrink much, so that each one makes the database grow.
fn incompressible_text() -> String {
    let mut bytes = vec![0; 32 * 1024];
    getrandom::fill(&mut bytes).unwrap();
    hex::encode(bytes)
}

/// Sets how large a file of the program may become. Writes beyond it fail, as on a full disk.
fn limit_files(program: &Program, max_bytes: &str) {
    let limit = format!("--fsize={max_bytes}");
    let set = Command::new("prlimit").args(["--pid", &program.id().to_string(), &limit]).status();
    assert!(set.unwrap().success());
}

#[tokio::test]
async fn on_a_full_disk_writes_are_503_reads_work_and_the_site_recovers() {
    let home = Home::new();
    // The signal SIGXFSZ, which comes with such a failed write, would end the program. A full disk
    // sends no signal, so that it is ignored here.
    let program = home.start_by(&["sh", "-c", "trap '' XFSZ; exec \"$@\"", "sh"], &[]);
    let client = Client::new();
    let mut acknowledged = Vec::new();
    for _ in 0..5 {
        let text = incompressible_text();
        acknowledged.push((program.paste(&client, text.clone()).await.unwrap(), text));
    }

    limit_files(&program, "262144:");
    let mut refused = 0;
    while refused < 10 {
        let text = incompressible_text();
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
    assert_readable(&client, &acknowledged).await;

    limit_files(&program, "unlimited:");
    let text = incompressible_text();
    acknowledged.push((program.paste(&client, text.clone()).await.unwrap(), text));
    assert_readable(&client, &acknowledged).await;
    drop(program);
    let _restarted = home.start();
    assert_readable(&Client::new(), &acknowledged).await;
}

async fn assert_readable(client: &Client, acknowledged: &[(String, String)]) {
    for (link, text) in acknowledged {
        assert!(read(client, link).await == *text, "{link} has another text");
    }
}
