//! A full disk.

use std::process::{Command, Output};

use reqwest::{Client, StatusCode, redirect};

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

/// Starts a command with a file system of 24 MiB at `data/`, which only its own processes see.
const SMALL_DISK: [&str; 8] = [
    "unshare",
    "--user",
    "--map-root-user",
    "--mount",
    "sh",
    "-c",
    "mkdir -p data && mount -t tmpfs -o size=24m tmpfs data && exec \"$@\"",
    "sh",
];

/// Runs a shell command where the program runs, on its file system.
fn beside(home: &Home, program: &Program, script: &str) -> Output {
    let target = program.id().to_string();
    let script = format!("cd '{}' && {script}", home.path().display());
    let mut command = Command::new("nsenter");
    command.args(["--target", &target, "--user", "--mount", "--preserve-credentials", "sh", "-c"]);
    command.arg(script).output().unwrap()
}

fn size_of_database(home: &Home, program: &Program) -> u64 {
    let size = beside(home, program, "stat -c %s data/pastebin.db").stdout;
    String::from_utf8(size).unwrap().trim().parse().unwrap()
}

async fn post(client: &Client, url: &str, form: &[(&str, &str)]) -> StatusCode {
    client.post(url).header("accept", "text/html").form(form).send().await.unwrap().status()
}

async fn ready(client: &Client, program: &Program) -> StatusCode {
    client.get(format!("{}/readyz", program.url)).send().await.unwrap().status()
}

/// Saves texts that expire after a second, until one is refused for want of room.
async fn fill(client: &Client, program: &Program) -> String {
    let mut last = String::new();
    loop {
        let url = format!("{}/?expires=1", program.url);
        let response = client.post(url).body(incompressible_text()).send().await.unwrap();
        if response.status() == StatusCode::SERVICE_UNAVAILABLE {
            return last;
        }
        assert_eq!(response.status(), StatusCode::CREATED);
        response.text().await.unwrap().trim().clone_into(&mut last);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn on_a_full_disk_everything_that_frees_room_works_and_then_creates_do() {
    let may =
        Command::new("sh").args(["-c", "unshare --user --map-root-user --mount true"]).status();
    if !may.unwrap().success() {
        println!("skipped: this system permits no user namespaces");
        return;
    }
    let home = Home::new();
    let program = home.start_by(&SMALL_DISK, &[]);
    let client = Client::new();
    let browser =
        Client::builder().cookie_store(true).redirect(redirect::Policy::none()).build().unwrap();
    let account = [("email", "ada@example.org"), ("password", "a horse that staples 77 batteries")];
    let url = |path: &str| format!("{}{path}", program.url);
    assert_eq!(post(&browser, &url("/register"), &account).await, 303);
    let kept = client.post(url("/")).body("kept").send().await.unwrap();
    let token = kept.headers()["delete-token"].clone();
    let kept = kept.text().await.unwrap();

    let last = fill(&client, &program).await;
    assert_eq!(ready(&client, &program).await, 503, "no room for creates");
    // Another program takes the rest.
    beside(&home, &program, "cat /dev/zero > data/other");
    assert_eq!(post(&browser, &url("/logout"), &[]).await, 303, "log out");
    assert_eq!(post(&browser, &url("/login"), &account).await, 303, "log in");
    let delete = client.delete(kept.trim()).header("delete-token", token).send().await.unwrap();
    assert!(delete.status().is_success(), "{}", delete.status());
    while client.get(format!("{last}/raw")).send().await.unwrap().status() != 404 {
        tokio::task::yield_now().await;
    }
    let full = size_of_database(&home, &program);
    let purge = format!("'{}' purge", env!("CARGO_BIN_EXE_pastebin"));
    let purged = beside(&home, &program, &purge);
    let report = String::from_utf8(purged.stdout).unwrap();
    assert!(purged.status.success(), "{}", String::from_utf8_lossy(&purged.stderr));
    assert!(report.starts_with("purged: ") && !report.starts_with("purged: 0"), "{report}");
    let empty = size_of_database(&home, &program);
    assert!(empty < full / 4, "the file shrank from {full} to {empty} bytes");

    beside(&home, &program, "rm data/other");
    let saved = program.paste(&client, incompressible_text()).await.unwrap();
    assert_eq!(ready(&client, &program).await, 200);
    assert_eq!(client.get(saved).send().await.unwrap().status(), 200);
}
