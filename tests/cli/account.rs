//! Commands with an account and its token.

use std::collections::BTreeSet;
use std::os::unix::fs::PermissionsExt as _;
use std::time::Duration;

use store::{NewToken, NewUser, Scopes, Token};

use crate::scripted_server::{PASTE, ScriptedServer, header, response};
use crate::support::Site;
use crate::terminal::Terminal;

const TOKEN: &str = "pastebin_pat_0";
const USER: &str = r#"{"email": "ada@example.org", "pastes": {"count": 0, "bytes": 0},
    "token": {"name": "laptop", "scopes": ["read"], "expires_at": null}}"#;

fn user_response() -> String {
    response("200 OK", "", USER)
}

fn last_authorization(server: &ScriptedServer) -> Option<String> {
    header(server.requests().last().unwrap(), "authorization")
}

/// A terminal without `PB_SERVER`, as most users have it. An empty variable counts as unset.
fn without_server() -> Terminal {
    Terminal::at("")
}

#[tokio::test]
async fn a_login_checks_and_saves_the_token_and_later_commands_use_it() {
    let created = response("201 Created", "", PASTE);
    let server =
        ScriptedServer::start([user_response(), created, response("200 OK", "", PASTE)]).await;
    let terminal = without_server();
    let outcome =
        terminal.pipe(format!("{TOKEN}\n"), &["login", &server.url, "--with-token"]).await;
    assert_eq!(outcome.line(), format!("Logged in to {} as ada@example.org", server.url));
    assert!(server.requests()[0].starts_with("GET /api/v1/user "));
    assert_eq!(last_authorization(&server).as_deref(), Some("Bearer pastebin_pat_0"));

    let file = terminal.home().join(".config/pb/login.json");
    assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600);

    // Later commands use the server of the login.
    terminal.pipe("hello", &[]).await.line();
    assert_eq!(last_authorization(&server).as_deref(), Some("Bearer pastebin_pat_0"));

    terminal.pb(&["logout"]).await.line();
    terminal.pb(&["info", "abcDEF123456"]).await.text();
    assert_eq!(last_authorization(&server), None);
    assert!(!std::fs::read_to_string(file).unwrap().contains(TOKEN));
}

#[tokio::test]
async fn a_token_rejected_by_the_server_is_not_saved() {
    let rejection = response("401 Unauthorized", "", r#"{"detail": "This token is not valid."}"#);
    let server = ScriptedServer::start([rejection]).await;
    let terminal = without_server();
    let message = terminal.pipe(TOKEN, &["login", &server.url, "--with-token"]).await.failed(4);
    assert_eq!(message, "pb: This token is not valid.");
    assert!(!terminal.home().join(".config/pb/login.json").exists());
    for invalid in ["", "two words", "naïve"] {
        terminal.pipe(invalid, &["login", &server.url, "--with-token"]).await.failed(2);
    }
}

#[tokio::test]
async fn a_token_without_the_read_scope_is_saved() {
    let rejection = response("403 Forbidden", "", r#"{"detail": "The scope read is missing."}"#);
    let server = ScriptedServer::start([rejection]).await;
    let terminal = without_server();
    terminal.pipe(TOKEN, &["login", &server.url, "--with-token"]).await.line();
    let saved = std::fs::read_to_string(terminal.home().join(".config/pb/login.json")).unwrap();
    assert!(saved.contains(TOKEN), "{saved}");
}

#[tokio::test]
async fn ls_all_follows_the_cursor_to_the_last_page() {
    let paste = PASTE.replace(r#""delete_token": "pastebin_del_0""#, r#""more": 1"#);
    let page = |next: &str| {
        let body = format!(r#"{{"pastes": [{paste}], "next_cursor": {next}}}"#);
        response("200 OK", "", &body)
    };
    let server = ScriptedServer::start([page(r#""a+b""#), page("null"), page(r#""a+b""#)]).await;
    let terminal = Terminal::at(&server.url).with("PB_TOKEN", TOKEN);
    let list = terminal.pb(&["ls", "--all", "--json"]).await.text();
    assert_eq!(list.lines().count(), 2);
    assert!(list.lines().all(|line| line.contains(r#""more":1"#)), "{list}");
    assert!(server.requests()[0].starts_with("GET /api/v1/pastes?limit=100 "));
    assert!(server.requests()[1].starts_with("GET /api/v1/pastes?limit=100&cursor=a%2Bb "));

    let row = terminal.pb(&["ls", "-n", "1"]).await.line();
    assert!(row.starts_with("http://paste.example.org/abcDEF123456"), "{row}");
    assert!(server.requests()[2].starts_with("GET /api/v1/pastes?limit=1 "));
}

#[tokio::test]
async fn an_anonymous_paste_is_deleted_with_its_delete_token_not_the_account_token() {
    let created = response("201 Created", "", PASTE);
    let server = ScriptedServer::start([created, response("204 No Content", "", "")]).await;
    let terminal = Terminal::at(&server.url);
    terminal.pipe("hello", &[]).await.line();
    let terminal = terminal.with("PB_TOKEN", TOKEN);
    terminal.pb(&["rm", "abcDEF123456"]).await.text();
    assert_eq!(header(&server.requests()[1], "delete-token").as_deref(), Some("pastebin_del_0"));
    assert_eq!(last_authorization(&server), None);
}

#[tokio::test]
async fn a_token_lets_the_user_list_read_edit_and_delete_own_pastes() {
    let site = Site::start().await;
    let terminal = without_server();
    let token = token(&site, "ada@example.org").await;
    let line = terminal.pipe(token, &["login", &site.url, "--with-token"]).await.line();
    assert!(line.ends_with("as ada@example.org"), "{line}");

    let private = terminal.pipe("my own", &["-v", "private", "-t", "diary"]).await.line();
    site.advance(Duration::from_secs(1));
    let unlisted = terminal.paste("for all").await;
    assert!(terminal.state().is_empty(), "no delete token is saved for a paste of an account");
    let list = terminal.pb(&["ls"]).await.text();
    let links: Vec<_> = list.lines().filter_map(|row| row.split(' ').next()).collect();
    assert_eq!(links, [unlisted.as_str(), private.as_str()]);
    assert_eq!(terminal.pb(&["get", &private]).await.text(), "my own");
    Terminal::at(&site.url).pb(&["get", &private]).await.failed(3);

    let info = terminal.pb(&["edit", &private, "-v", "unlisted", "--json"]).await.json();
    assert_eq!(info["visibility"], "unlisted");
    assert_eq!(Terminal::at(&site.url).pb(&["get", &private]).await.text(), "my own");
    terminal.pb(&["rm", &private, &unlisted]).await.text();
    assert_eq!(terminal.pb(&["ls", "--all"]).await.text(), "");
}

#[tokio::test]
async fn a_long_list_is_fetched_page_by_page() {
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
async fn an_unknown_token_is_rejected() {
    let site = Site::start().await;
    let unknown = format!("pastebin_pat_{}", "0".repeat(64));
    let terminal = Terminal::at(&site.url).with("PB_TOKEN", &unknown);
    terminal.pb(&["ls"]).await.failed(4);
    terminal.pipe("hello", &[]).await.failed(4);
}

async fn token(site: &Site, email: &str) -> String {
    let (secret, now) = (Token::random().unwrap(), site.clock.now());
    let user = site.store.create_user(NewUser { email, password_hash: "" }, now).await.unwrap();
    let scopes = Scopes { read: true, write: true, delete: true };
    let new = NewToken { user: user.id, name: "laptop", scopes, expires_at: None };
    site.store.create_token(&secret, new, now).await.unwrap();
    format!("pastebin_pat_{}", secret.to_hex())
}
