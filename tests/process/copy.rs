//! `pastebin copy`.

use std::process::{Child, Stdio};

use reqwest::{Client, redirect};
use store::{Db, NewPaste, Store, Timestamp, Visibility};
use testbed::{ACCESS_KEY, BUCKET, Database, Line, Proxy, S3Server, SECRET_KEY};

use crate::program::{Home, error_line};

const PASSWORD: &str = "a horse that staples 77 batteries";

/// The settings of the test bucket behind this endpoint.
fn bucket(endpoint: &str) -> [(&'static str, String); 5] {
    [
        ("S3_BUCKET", BUCKET.to_owned()),
        ("S3_ENDPOINT", endpoint.to_owned()),
        ("S3_ACCESS_KEY_ID", ACCESS_KEY.to_owned()),
        ("S3_SECRET_ACCESS_KEY", SECRET_KEY.to_owned()),
        ("S3_FORCE_PATH_STYLE", "true".to_owned()),
    ]
}

fn as_strs<'a>(environment: &'a [(&str, String)]) -> Vec<(&'a str, &'a str)> {
    environment.iter().map(|(name, value)| (*name, value.as_str())).collect()
}

/// Runs `copy` to its end and returns what it prints. It must succeed.
fn copy(home: &Home, arguments: &[&str], environment: &[(&str, String)]) -> String {
    let output = home.run(&[&["copy"], arguments].concat(), &as_strs(environment));
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn start_copy(home: &Home, arguments: &[&str], environment: &[(&str, String)]) -> Child {
    let mut command = home.command(&[&["copy"], arguments].concat());
    command.envs(as_strs(environment));
    command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
}

fn visitor() -> Client {
    Client::builder().cookie_store(true).redirect(redirect::Policy::none()).build().unwrap()
}

/// Posts a form as a browser and checks that it succeeds with a redirect.
async fn post(client: &Client, url: &str, form: &[(&str, &str)]) -> reqwest::Response {
    let response = client.post(url).header("accept", "text/html").form(form).send().await.unwrap();
    assert_eq!(response.status(), 303, "{url}");
    response
}

/// The status and the text of a response.
async fn get(client: &Client, url: &str) -> (u16, String) {
    let response = client.get(url).send().await.unwrap();
    (response.status().as_u16(), response.text().await.unwrap())
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs TEST_DATABASE_URL"]
async fn copy_migrates_users_sessions_and_pastes_to_the_fleet() {
    let home = Home::new();
    let old = home.start();
    let anna = visitor();
    let account = [("email", "anna@example.org"), ("password", PASSWORD)];
    post(&anna, &format!("{}/register", old.url), &account).await;
    let secret = post(&anna, &old.url, &[("text", "hers alone"), ("visibility", "private")]).await;
    let secret = secret.headers()["location"].to_str().unwrap().rsplit('/').next().unwrap();
    let mut texts = Vec::new();
    for n in 0..30 {
        let text = format!("text {n} \u{1f980}\r\n").repeat(1 + n * 50);
        let link = old.paste(&anna, text.clone()).await.unwrap();
        texts.push((link, text));
    }

    let (database, server) = (Database::create().await, S3Server::start().await);
    let mut environment = bucket(&server.endpoint()).to_vec();
    let arguments = ["--from", "sqlite:data/pastebin.db", "--to", &database.url];
    let output = copy(&home, &arguments, &environment);
    assert!(output.contains("copied: 1 users, 1 sessions, 0 tokens, 31 pastes"), "{output}");
    assert!(output.contains("nothing left to do"), "{output}");
    assert!(!output.contains(&database.url), "{output}");
    drop(old);
    let output = copy(&home, &[&arguments[..], &["--delete", "--verify"]].concat(), &environment);
    let nothing_new = "all was there already: 1 users, 1 sessions, 0 tokens, 31 pastes";
    assert!(output.contains(nothing_new), "{output}");

    environment.push(("DATABASE_URL", database.url.clone()));
    let new = home.start_with(&as_strs(&environment));
    for (link, text) in &texts {
        assert_eq!(get(&anna, &format!("{link}/raw")).await, (200, text.clone()), "{link}");
    }
    let secret = format!("{}/{secret}/raw", new.url);
    assert_eq!(get(&anna, &secret).await, (200, "hers alone".to_owned()), "still logged in");
    let other_browser = visitor();
    assert_eq!(get(&other_browser, &secret).await.0, 404);
    post(&other_browser, &format!("{}/login", new.url), &account).await;
    assert_eq!(
        get(&other_browser, &secret).await,
        (200, "hers alone".to_owned()),
        "logged in again"
    );
    drop(new);
    database.remove().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_copy_resumes_where_it_stopped() {
    const PASTES: usize = 700;
    let home = Home::new();
    std::fs::create_dir(home.path().join("data")).unwrap();
    let old = Store::new(Db::sqlite(&home.database()).await.unwrap());
    for n in 0..PASTES {
        old.create(new_paste(n), Timestamp(1_700_000_000_000)).await.unwrap();
    }
    let server = S3Server::start().await;
    let proxy = Proxy::to(&server.address.to_string()).await;
    let environment = bucket(&format!("http://{}", proxy.address));
    let arguments =
        ["--from", "sqlite:data/pastebin.db", "--to", "sqlite:new.db", "--to-texts", "bucket"];

    // Killed once in the first batch of rows, and once after it.
    for texts in [100, 600] {
        let mut copying = start_copy(&home, &arguments, &environment);
        while server.keys().len() < texts {
            assert!(copying.try_wait().unwrap().is_none(), "the copy ended before it was killed");
            tokio::task::yield_now().await;
        }
        proxy.set(Line::Stalled);
        copying.kill().unwrap();
        copying.wait().unwrap();
        proxy.set(Line::Open);
    }
    let output = copy(&home, &arguments, &environment);
    assert!(output.contains(" 200 pastes") && output.contains("nothing left to do"), "{output}");
    let output = copy(&home, &[&arguments[..], &["--verify"]].concat(), &environment);
    let nothing_new = "all was there already: 0 users, 0 sessions, 0 tokens, 700 pastes";
    assert!(output.contains(nothing_new), "{output}");
}

fn new_paste(n: usize) -> NewPaste {
    NewPaste {
        id: format!("paste{n:7}").replace(' ', "x").replace('0', "z").parse().unwrap(),
        owner: None,
        title: String::new(),
        syntax: "text".to_owned(),
        syntax_guessed: false,
        visibility: Visibility::Unlisted,
        expires_at: None,
        delete_token_hash: None,
        text: format!("text {n}").repeat(1 + n % 40).into(),
    }
}

#[test]
fn a_source_that_cannot_be_copied_is_reported_in_one_line() {
    let home = Home::new();
    std::fs::write(home.path().join("empty.db"), "").unwrap();
    for (from, to, part) in [
        ("sqlite:typo.db", "sqlite:new.db", "--from: there is no database at typo.db"),
        ("sqlite:empty.db", "sqlite:new.db", "holds no Pastebin"),
        ("mysql://me:geheim@db/x", "sqlite:new.db", "--from: it must begin with"),
        ("postgres://me:geheim@127.0.0.1:1/x", "sqlite:new.db", "--from: postgres://… cannot"),
    ] {
        let error = error_line(&home.run(&["copy", "--from", from, "--to", to], &[]));
        assert!(error.contains(part) && !error.contains("geheim"), "{error}");
        assert!(!home.path().join("typo.db").exists() && !home.path().join("new.db").exists());
    }
}
