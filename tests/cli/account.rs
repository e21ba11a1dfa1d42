//! With an account and its token.

use std::collections::BTreeSet;
use std::os::unix::fs::PermissionsExt as _;
use std::time::Duration;

use store::{NewToken, NewUser, Scopes, Secret};

use crate::scripted::{PASTE, Scripted, answer, header};
use crate::support::Site;
use crate::terminal::Terminal;

const TOKEN: &str = "pastebin_pat_0";
const USER: &str = r#"{"email": "ada@example.org", "pastes": {"count": 0, "bytes": 0},
    "token": {"name": "laptop", "scopes": ["read"], "expires_at": null}}"#;

fn user() -> String {
    answer("200 OK", "", USER)
}

fn sent(server: &Scripted) -> Option<String> {
    header(server.asked().last().unwrap(), "authorization")
}

/// Without `PB_SERVER`, as most people have it.
fn anywhere() -> Terminal {
    Terminal::at("")
}

#[tokio::test]
async fn a_login_is_checked_saved_and_used() {
    let created = answer("201 Created", "", PASTE);
    let server = Scripted::start([user(), created, answer("200 OK", "", PASTE)]).await;
    let terminal = anywhere();
    let said = terminal.pipe(format!("{TOKEN}\n"), &["login", &server.url, "--with-token"]).await;
    assert_eq!(said.line(), format!("Logged in to {} as ada@example.org", server.url));
    assert!(server.asked()[0].starts_with("GET /api/v1/user "));
    assert_eq!(sent(&server).as_deref(), Some("Bearer pastebin_pat_0"));

    let file = terminal.home().join(".config/pb/login.json");
    assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600);

    // The server is that of the login from now on.
    terminal.pipe("hello", &[]).await.line();
    assert_eq!(sent(&server).as_deref(), Some("Bearer pastebin_pat_0"));

    terminal.pb(&["logout"]).await.line();
    terminal.pb(&["info", "abcDEF123456"]).await.text();
    assert_eq!(sent(&server), None);
    assert!(!std::fs::read_to_string(file).unwrap().contains(TOKEN));
}

#[tokio::test]
async fn a_token_that_the_server_does_not_know_is_not_saved() {
    let refused = answer("401 Unauthorized", "", r#"{"detail": "This token is not valid."}"#);
    let server = Scripted::start([refused]).await;
    let terminal = anywhere();
    let said = terminal.pipe(TOKEN, &["login", &server.url, "--with-token"]).await.failed(4);
    assert_eq!(said, "pb: This token is not valid.");
    assert!(!terminal.home().join(".config/pb/login.json").exists());
    for no_token in ["", "two words", "naïve"] {
        terminal.pipe(no_token, &["login", &server.url, "--with-token"]).await.failed(2);
    }
}

#[tokio::test]
async fn a_token_that_may_only_write_is_one_too() {
    let refused = answer("403 Forbidden", "", r#"{"detail": "The scope read is missing."}"#);
    let server = Scripted::start([refused]).await;
    let terminal = anywhere();
    terminal.pipe(TOKEN, &["login", &server.url, "--with-token"]).await.line();
    let saved = std::fs::read_to_string(terminal.home().join(".config/pb/login.json")).unwrap();
    assert!(saved.contains(TOKEN), "{saved}");
}

#[tokio::test]
async fn the_list_goes_on_to_the_end_where_all_is_asked_for() {
    let paste = PASTE.replace(r#""delete_token": "pastebin_del_0""#, r#""more": 1"#);
    let page = |next: &str| {
        let body = format!(r#"{{"pastes": [{paste}], "next_cursor": {next}}}"#);
        answer("200 OK", "", &body)
    };
    let server = Scripted::start([page(r#""a+b""#), page("null"), page(r#""a+b""#)]).await;
    let terminal = Terminal::at(&server.url).with("PB_TOKEN", TOKEN);
    let list = terminal.pb(&["ls", "--all", "--json"]).await.text();
    assert_eq!(list.lines().count(), 2);
    assert!(list.lines().all(|line| line.contains(r#""more":1"#)), "{list}");
    assert!(server.asked()[0].starts_with("GET /api/v1/pastes?limit=100 "));
    assert!(server.asked()[1].starts_with("GET /api/v1/pastes?limit=100&cursor=a%2Bb "));

    let row = terminal.pb(&["ls", "-n", "1"]).await.line();
    assert!(row.starts_with("http://paste.example.org/abcDEF123456"), "{row}");
    assert!(server.asked()[2].starts_with("GET /api/v1/pastes?limit=1 "));
}

#[tokio::test]
async fn what_was_made_without_an_account_is_changed_with_what_came_with_it() {
    let created = answer("201 Created", "", PASTE);
    let server = Scripted::start([created, answer("204 No Content", "", "")]).await;
    let terminal = Terminal::at(&server.url);
    terminal.pipe("hello", &[]).await.line();
    let terminal = terminal.with("PB_TOKEN", TOKEN);
    terminal.pb(&["rm", "abcDEF123456"]).await.text();
    assert_eq!(header(&server.asked()[1], "delete-token").as_deref(), Some("pastebin_del_0"));
    assert_eq!(sent(&server), None);
}

#[tokio::test]
async fn own_pastes_are_listed_read_changed_and_deleted_with_a_token() {
    let site = Site::start().await;
    let terminal = anywhere();
    let token = token(&site, "ada@example.org").await;
    let said = terminal.pipe(token, &["login", &site.url, "--with-token"]).await.line();
    assert!(said.ends_with("as ada@example.org"), "{said}");

    let secret = terminal.pipe("my own", &["-v", "private", "-t", "diary"]).await.line();
    site.advance(Duration::from_secs(1));
    let other = terminal.paste("for all").await;
    assert!(terminal.state().is_empty(), "an account needs no delete tokens");
    let list = terminal.pb(&["ls"]).await.text();
    let links: Vec<_> = list.lines().filter_map(|row| row.split(' ').next()).collect();
    assert_eq!(links, [other.as_str(), secret.as_str()]);
    assert_eq!(terminal.pb(&["get", &secret]).await.text(), "my own");
    Terminal::at(&site.url).pb(&["get", &secret]).await.failed(3);

    let known = terminal.pb(&["edit", &secret, "-v", "unlisted", "--json"]).await.json();
    assert_eq!(known["visibility"], "unlisted");
    assert_eq!(Terminal::at(&site.url).pb(&["get", &secret]).await.text(), "my own");
    terminal.pb(&["rm", &secret, &other]).await.text();
    assert_eq!(terminal.pb(&["ls", "--all"]).await.text(), "");
}

#[tokio::test]
async fn a_long_list_is_read_page_by_page() {
    let site = Site::start().await;
    let token = token(&site, "ada@example.org").await;
    let terminal = Terminal::at(&site.url).with("PB_TOKEN", &token);
    let files: Vec<String> = (0..105).map(|n| format!("{n}.txt")).collect();
    for file in &files {
        terminal.file(file, file);
    }
    let files: Vec<&str> = files.iter().map(String::as_str).collect();
    assert_eq!(terminal.pb(&files).await.text().lines().count(), 105);
    for (line, count) in [(&["ls"][..], 20), (&["ls", "-n", "103"], 103), (&["ls", "-a"], 105)] {
        let list = terminal.pb(line).await.text();
        assert_eq!(list.lines().collect::<BTreeSet<_>>().len(), count, "{line:?}");
    }
}

#[tokio::test]
async fn a_token_that_is_none_is_refused() {
    let site = Site::start().await;
    let none = format!("pastebin_pat_{}", "0".repeat(64));
    let terminal = Terminal::at(&site.url).with("PB_TOKEN", &none);
    terminal.pb(&["ls"]).await.failed(4);
    terminal.pipe("hello", &[]).await.failed(4);
}

async fn token(site: &Site, email: &str) -> String {
    let (secret, now) = (Secret::random().unwrap(), site.clock.now());
    let user = site.store.create_user(NewUser { email, password_hash: "" }, now).await.unwrap();
    let scopes = Scopes { read: true, write: true, delete: true };
    let new = NewToken { user: user.id, name: "laptop", scopes, expires_at: None };
    site.store.create_token(&secret, new, now).await.unwrap();
    format!("pastebin_pat_{}", secret.to_hex())
}
