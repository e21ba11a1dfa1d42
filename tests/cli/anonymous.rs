//! Commands without an account, where this computer keeps the delete tokens.

use std::time::Duration;

use crate::support::Site;
use crate::terminal::{Terminal, id};

#[tokio::test]
async fn a_text_is_saved_and_read_back_unchanged() {
    let site = Site::start().await;
    let terminal = Terminal::at(&site.url);
    let text = "two\r\nlines, naïve 🦀, and no end";
    let link = terminal.paste(text).await;
    assert!(link.starts_with(&site.url), "{link}");
    for name in [link.as_str(), id(&link), &format!("{link}.rs"), &format!("{link}/raw")] {
        assert_eq!(terminal.pb(&["get", name]).await.stdout, text.as_bytes(), "{name}");
    }
    assert_eq!(site.curl().get(&format!("/{}/raw", id(&link))).await.text(), text);
}

#[tokio::test]
async fn the_options_set_the_details_of_a_new_paste() {
    let site = Site::start().await;
    let terminal = Terminal::at(&site.url);
    let line = ["-t", "a & b", "-s", "json", "-e", "1h", "-v", "public", "--json"];
    let created = terminal.pipe("{}", &line).await.json();
    assert_eq!(created["title"], "a & b");
    assert_eq!(created["syntax"], "json");
    assert_eq!(created["visibility"], "public");
    assert_eq!(created["expires_at"], "2030-01-01T13:00:00Z");
    let info = terminal.pb(&["info", "--json", created["id"].as_str().unwrap()]).await.json();
    assert_eq!(info["sha256"], created["sha256"]);
    assert_eq!(info["delete_token"], serde_json::Value::Null);
    let text = terminal.pb(&["info", created["id"].as_str().unwrap()]).await.text();
    assert!(text.contains("2030-01-01 13:00 UTC") && text.contains("2 B, 1 line"), "{text}");
}

#[tokio::test]
async fn only_the_computer_that_created_a_paste_can_delete_it() {
    let site = Site::start().await;
    let (terminal, other) = (Terminal::at(&site.url), Terminal::at(&site.url));
    let link = terminal.paste("hello").await;
    assert!(terminal.state().contains(id(&link)));
    other.pb(&["rm", &link]).await.failed(4);
    assert_eq!(terminal.pb(&["get", &link]).await.text(), "hello");
    assert_eq!(terminal.pb(&["rm", id(&link)]).await.text(), "");
    terminal.pb(&["get", &link]).await.failed(3);
    terminal.pb(&["rm", &link]).await.failed(3);
    assert!(!terminal.state().contains(id(&link)));
}

#[tokio::test]
async fn deleting_an_expired_paste_removes_its_delete_token() {
    let site = Site::start().await;
    let terminal = Terminal::at(&site.url);
    let link = terminal.pipe("hello", &["-e", "10m"]).await.line();
    site.advance(Duration::from_hours(1));
    let outcome = terminal.pb(&["rm", &link, &link]).await;
    assert_eq!(outcome.code, Some(3));
    assert!(!terminal.state().contains(id(&link)));
}

#[tokio::test]
async fn title_syntax_and_expiry_can_be_edited() {
    let site = Site::start().await;
    let terminal = Terminal::at(&site.url);
    let link = terminal.paste("hello").await;
    let changes = ["edit", id(&link), "--title", "new", "--syntax", "rust", "--expires", "never"];
    assert_eq!(terminal.pb(&changes).await.line(), link);
    let info = terminal.pb(&["info", "--json", &link]).await.json();
    assert_eq!(info["title"], "new");
    assert_eq!(info["syntax"], "rust");
    assert_eq!(info["expires_at"], serde_json::Value::Null);
    let row = terminal.pb(&["ls"]).await.line();
    assert!(row.starts_with(&link) && row.ends_with("never                 new"), "{row}");
    terminal.pb(&["edit", id(&link), "--expires", "soon"]).await.failed(5);
}

#[tokio::test]
async fn the_list_has_the_pastes_of_this_computer_newest_first() {
    let site = Site::start().await;
    let (terminal, other) = (Terminal::at(&site.url), Terminal::at(&site.url));
    other.paste("not mine").await;
    let (first, second) = (terminal.paste("one").await, terminal.paste("two").await);
    let list = terminal.pb(&["ls", "--json"]).await.text();
    let rows: Vec<serde_json::Value> =
        list.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(rows.len(), 2);
    assert_eq!((&rows[0]["url"], &rows[1]["url"]), (&second.into(), &first.into()));
    assert!(!list.contains("pastebin_del_"), "{list}");
    assert_eq!(terminal.pb(&["ls", "-n", "1"]).await.text().lines().count(), 1);
}

#[tokio::test]
async fn control_characters_in_a_title_are_not_printed() {
    let site = Site::start().await;
    let terminal = Terminal::at(&site.url);
    terminal.pipe("x", &["-t", "\u{9b}31m\u{202e}evil"]).await.line();
    let row = terminal.pb(&["ls"]).await.line();
    assert!(row.contains("evil") && !row.contains(['\u{9b}', '\u{202e}', '\u{1b}']), "{row}");
}

#[tokio::test]
async fn concurrent_commands_save_all_delete_tokens() {
    let site = Site::start().await;
    let terminal = Terminal::at(&site.url);
    let (a, b, c, d) = tokio::join!(
        terminal.paste("a"),
        terminal.paste("b"),
        terminal.paste("c"),
        terminal.paste("d"),
    );
    let state = terminal.state();
    assert!([a, b, c, d].iter().all(|link| state.contains(id(link))), "{state}");
}

#[tokio::test]
async fn the_servers_rejections_are_shown() {
    let site = Site::start_with(&["--max-paste-bytes=100"]).await;
    let terminal = Terminal::at(&site.url);
    for (text, code) in [(&b""[..], 5), (b"\xff\xfe", 5), (b"nul\0", 5), (&[b'x'; 101], 5)] {
        terminal.pipe(text, &[]).await.failed(code);
    }
    // Far too large: the server closes the connection during the upload.
    let large = terminal.file("large.txt", vec![b'x'; 32 << 20]);
    let message = terminal.pb(&[large.to_str().unwrap()]).await.failed(5);
    assert!(!message.contains("413"), "{message}");
    terminal.pipe("x", &["-s", "nonsense"]).await.failed(5);
    terminal.pipe("x", &["-v", "private"]).await;
    assert!(terminal.state().is_empty());
}

#[tokio::test]
async fn a_server_below_a_path_is_used_like_any_other() {
    let site = Site::start_with(&["--public-url=http://ADDRESS/paste"]).await;
    for server in [format!("{}/paste", site.url), format!("{}/paste/", site.url)] {
        let terminal = Terminal::at(&server);
        let link = terminal.paste("hello").await;
        assert!(link.starts_with(&format!("{}/paste/", site.url)), "{link}");
        for name in [link.as_str(), id(&link), &format!("{link}/raw")] {
            assert_eq!(terminal.pb(&["get", name]).await.text(), "hello", "{name}");
        }
        assert_eq!(terminal.pb(&["rm", &link]).await.text(), "");
        terminal.pb(&["get", &link]).await.failed(3);
    }
}

#[tokio::test]
async fn blank_variables_are_unset_and_passwords_are_not_printed() {
    let site = Site::start().await;
    let blank = ["PB_TOKEN", "ALL_PROXY", "HTTP_PROXY", "NO_PROXY", "XDG_STATE_HOME", "RUST_LOG"];
    let terminal =
        blank.iter().fold(Terminal::at(&site.url), |terminal, name| terminal.with(name, " "));
    assert!(terminal.paste("hello").await.starts_with(&site.url));
    for arguments in [["--server=https://me:geheim@host", "ls"], ["get", "me:geheim@host"]] {
        let outcome = terminal.pb(&arguments).await;
        assert!(outcome.code != Some(0) && !outcome.stderr.contains("geheim"), "{outcome:?}");
    }
    let outcome = terminal.with("PB_SERVER", "https://me:geheim@host").pb(&["ls"]).await;
    assert!(outcome.code != Some(0) && !outcome.stderr.contains("geheim"), "{outcome:?}");
}
