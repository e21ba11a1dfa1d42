use std::process::{Child, Stdio};

use reqwest::{Client, redirect};
use store::{Db, NewPaste, Store, Timestamp, Visibility};
use testbed::{ACCESS_KEY, BUCKET, Database, Line, Proxy, S3Server, SECRET_KEY};

use crate::program::Home;

const PASSWORD: &str = "a horse that staples 77 batteries";

fn bucket(endpoint: &str) -> [(&'static str, String); 5] {
    [
        ("S3_BUCKET", BUCKET.to_owned()),
        ("S3_ENDPOINT", endpoint.to_owned()),
        ("S3_ACCESS_KEY_ID", ACCESS_KEY.to_owned()),
        ("S3_SECRET_ACCESS_KEY", SECRET_KEY.to_owned()),
        ("S3_FORCE_PATH_STYLE", "true".to_owned()),
    ]
}

fn borrowed<'a>(environment: &'a [(&str, String)]) -> Vec<(&'a str, &'a str)> {
    environment.iter().map(|(name, value)| (*name, value.as_str())).collect()
}

/// What it says; it must end well.
fn copy(home: &Home, arguments: &[&str], environment: &[(&str, String)]) -> String {
    let output = home.run(&[&["copy"], arguments].concat(), &borrowed(environment));
    let complaint = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{complaint}");
    String::from_utf8(output.stdout).unwrap()
}

fn start_copy(home: &Home, arguments: &[&str], environment: &[(&str, String)]) -> Child {
    let mut command = home.command(&[&["copy"], arguments].concat());
    command.envs(borrowed(environment));
    command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
}

fn visitor() -> Client {
    Client::builder().cookie_store(true).redirect(redirect::Policy::none()).build().unwrap()
}

async fn post(client: &Client, url: &str, form: &[(&str, &str)]) -> reqwest::Response {
    let response = client.post(url).header("accept", "text/html").form(form).send().await.unwrap();
    assert_eq!(response.status(), 303, "{url}");
    response
}

async fn read(client: &Client, url: &str) -> (u16, String) {
    let response = client.get(url).send().await.unwrap();
    (response.status().as_u16(), response.text().await.unwrap())
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs TEST_DATABASE_URL"]
async fn a_grown_site_moves_to_the_fleet() {
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
    let said = copy(&home, &arguments, &environment);
    assert!(said.contains("copied: 1 users, 1 sessions, 0 tokens, 31 pastes"), "{said}");
    assert!(said.contains("nothing left to do"), "{said}");
    assert!(!said.contains(&database.url), "{said}");
    drop(old);
    let said = copy(&home, &[&arguments[..], &["--delete", "--verify"]].concat(), &environment);
    assert!(
        said.contains("all was there already: 1 users, 1 sessions, 0 tokens, 31 pastes"),
        "{said}"
    );

    environment.push(("DATABASE_URL", database.url.clone()));
    let new = home.start_with(&borrowed(&environment));
    for (link, text) in &texts {
        assert_eq!(read(&anna, &format!("{link}/raw")).await, (200, text.clone()), "{link}");
    }
    let secret = format!("{}/{secret}/raw", new.url);
    assert_eq!(read(&anna, &secret).await, (200, "hers alone".to_owned()), "still logged in");
    let stranger = visitor();
    assert_eq!(read(&stranger, &secret).await.0, 404);
    post(&stranger, &format!("{}/login", new.url), &account).await;
    assert_eq!(read(&stranger, &secret).await, (200, "hers alone".to_owned()), "logged in anew");
    drop(new);
    database.remove().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_in_the_middle_it_goes_on() {
    const PASTES: usize = 700;
    let home = Home::new();
    std::fs::create_dir(home.path().join("data")).unwrap();
    let old = Store::new(Db::sqlite(&home.database()).await.unwrap());
    for n in 0..PASTES {
        let id = format!("paste{n:7}").replace(' ', "x").replace('0', "z").parse().unwrap();
        let text = format!("text {n}").repeat(1 + n % 40).into();
        let new = NewPaste {
            id,
            owner: None,
            title: String::new(),
            syntax: "text".to_owned(),
            syntax_guessed: false,
            visibility: Visibility::Unlisted,
            expires_at: None,
            delete_token_hash: None,
            text,
        };
        old.create(new, Timestamp(1_700_000_000_000)).await.unwrap();
    }
    let server = S3Server::start().await;
    let line = Proxy::to(&server.address.to_string()).await;
    let environment = bucket(&format!("http://{}", line.address));
    let arguments =
        ["--from", "sqlite:data/pastebin.db", "--to", "sqlite:new.db", "--to-texts", "bucket"];

    // Once in the first page, once behind it.
    for texts in [100, 600] {
        let mut copying = start_copy(&home, &arguments, &environment);
        while server.keys().len() < texts {
            assert!(copying.try_wait().unwrap().is_none(), "it ended before it was killed");
            tokio::task::yield_now().await;
        }
        line.set(Line::Stalled);
        copying.kill().unwrap();
        copying.wait().unwrap();
        line.set(Line::Open);
    }
    let said = copy(&home, &arguments, &environment);
    assert!(said.contains(" 200 pastes") && said.contains("nothing left to do"), "{said}");
    let said = copy(&home, &[&arguments[..], &["--verify"]].concat(), &environment);
    assert!(
        said.contains("all was there already: 0 users, 0 sessions, 0 tokens, 700 pastes"),
        "{said}"
    );
}

#[test]
fn what_cannot_be_copied_is_one_clear_line() {
    let home = Home::new();
    std::fs::write(home.path().join("empty.db"), "").unwrap();
    for (from, to, part) in [
        ("sqlite:typo.db", "sqlite:new.db", "--from: there is no database at typo.db"),
        ("sqlite:empty.db", "sqlite:new.db", "holds no Pastebin"),
        ("mysql://me:geheim@db/x", "sqlite:new.db", "--from: it must begin with"),
        ("postgres://me:geheim@127.0.0.1:1/x", "sqlite:new.db", "--from: postgres://… cannot"),
    ] {
        let output = home.run(&["copy", "--from", from, "--to", to], &[]);
        assert!(!output.status.success());
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(said.lines().count(), 1, "{said}");
        assert!(said.contains(part) && !said.contains("geheim"), "{said}");
        assert!(!home.path().join("typo.db").exists() && !home.path().join("new.db").exists());
    }
}
