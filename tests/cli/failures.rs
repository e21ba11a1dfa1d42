//! What scripts rely on where something goes wrong.

use std::process::Stdio;

use crate::scripted::{PASTE, Scripted, answer, header};
use crate::terminal::{Ended, Terminal};

const ID: &str = "abcDEF123456";

#[tokio::test]
async fn wrong_usage_is_two() {
    let terminal = Terminal::at("http://127.0.0.1:1");
    for line in [&["get", "../../x"][..], &["--nonsense"], &["rm"], &["edit", ID]] {
        assert_eq!(terminal.pb(line).await.code, Some(2), "{line:?}");
    }
    let terminal = Terminal::at("ftp://127.0.0.1");
    assert!(terminal.pb(&["ls"]).await.failed(2).contains("PB_SERVER"));
}

#[tokio::test]
async fn no_connection_is_seven() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let said = Terminal::at(&url).pipe("hello", &[]).await.failed(7);
    assert!(said.contains(&url), "{said}");
}

#[tokio::test]
async fn a_proxy_is_not_asked_for_this_computer() {
    let server = Scripted::start([answer("201 Created", "", PASTE)]).await;
    let terminal = Terminal::at(&server.url).with("HTTP_PROXY", "http://127.0.0.1:1");
    assert_eq!(terminal.pipe("hello", &[]).await.line(), "http://paste.example.org/abcDEF123456");
}

#[tokio::test]
async fn a_lost_answer_makes_no_second_paste() {
    let server = Scripted::start([String::new(), answer("201 Created", "", PASTE)]).await;
    let terminal = Terminal::at(&server.url);
    let file = terminal.file("a.txt", "hello");
    terminal.pb(&[file.to_str().unwrap()]).await.line();
    let asked = server.asked();
    assert_eq!(asked.len(), 2);
    assert!(asked.iter().all(|request| request.ends_with("\r\n\r\nhello")), "{asked:?}");
    let key = header(&asked[0], "idempotency-key").unwrap();
    assert!(key.len() >= 32, "{key}");
    assert_eq!(header(&asked[1], "idempotency-key").unwrap(), key);
}

#[tokio::test]
async fn two_pastes_have_two_keys() {
    let created = || answer("201 Created", "", PASTE);
    let server = Scripted::start([created(), created()]).await;
    let terminal = Terminal::at(&server.url);
    for _ in 0..2 {
        terminal.pipe("hello", &[]).await.line();
    }
    let keys: Vec<_> =
        server.asked().iter().map(|request| header(request, "idempotency-key").unwrap()).collect();
    assert_ne!(keys[0], keys[1]);
}

#[tokio::test]
async fn a_busy_server_is_asked_again_and_then_left_alone() {
    let busy = || answer("503 Service Unavailable", "retry-after: 0\r\n", r#"{"detail": "Busy."}"#);
    let server = Scripted::start([busy(), answer("201 Created", "", PASTE)]).await;
    Terminal::at(&server.url).pipe("hello", &[]).await.line();

    let server = Scripted::start([busy(), busy(), busy()]).await;
    let said = Terminal::at(&server.url).pipe("hello", &[]).await.failed(6);
    assert_eq!(said, "pb: Busy. (try again in 0 s)");
    assert_eq!(server.asked().len(), 3);

    let long = answer("503 Service Unavailable", "retry-after: 3600\r\n", r#"{"detail": "Busy."}"#);
    let server = Scripted::start([long]).await;
    Terminal::at(&server.url).pipe("hello", &[]).await.failed(6);
}

#[tokio::test]
async fn a_change_whose_answer_is_lost_is_not_sent_again() {
    let server = Scripted::start([String::new(), answer("204 No Content", "", "")]).await;
    let terminal = Terminal::at(&server.url).with("PB_TOKEN", "any");
    terminal.pb(&["rm", ID]).await.failed(7);
    assert_eq!(server.asked().len(), 1);
}

#[tokio::test]
async fn each_status_has_its_exit_code() {
    for (status, code) in [
        ("400 Bad Request", 5),
        ("401 Unauthorized", 4),
        ("403 Forbidden", 4),
        ("404 Not Found", 3),
        ("413 Payload Too Large", 5),
        ("422 Unprocessable Content", 5),
        ("429 Too Many Requests", 6),
        ("500 Internal Server Error", 1),
    ] {
        let server = Scripted::start([answer(status, "", r#"{"detail": "Just no."}"#)]).await;
        let said = Terminal::at(&server.url).pb(&["info", ID]).await.failed(code);
        assert_eq!(said, "pb: Just no.", "{status}");
    }
}

#[tokio::test]
async fn no_token_follows_a_redirect() {
    let elsewhere = Scripted::start([answer("200 OK", "", PASTE)]).await;
    let place = format!("location: {}/api/v1/pastes/{ID}\r\n", elsewhere.url);
    let server = Scripted::start([answer("308 Permanent Redirect", &place, "")]).await;
    let terminal = Terminal::at(&server.url).with("PB_TOKEN", "pastebin_pat_0");
    let said = terminal.pb(&["info", ID]).await.failed(1);
    assert!(said.contains(&elsewhere.url), "{said}");
    assert_eq!(header(&server.asked()[0], "authorization").unwrap(), "Bearer pastebin_pat_0");
    assert!(elsewhere.asked().is_empty());
}

#[tokio::test]
async fn a_link_to_another_server_leads_there_without_the_token() {
    let other = Scripted::start([answer("200 OK", "", PASTE)]).await;
    let terminal = Terminal::at("http://127.0.0.1:1").with("PB_TOKEN", "pastebin_pat_0");
    terminal.pb(&["info", &format!("{}/{ID}", other.url)]).await.text();
    assert_eq!(header(&other.asked()[0], "authorization"), None);
}

#[tokio::test]
async fn half_a_text_never_has_the_name_of_the_whole() {
    let half = || "HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf".to_owned();
    let server = Scripted::start([half(), half()]).await;
    let terminal = Terminal::at(&server.url);
    let file = terminal.file("a.txt", "before");
    terminal.pb(&["get", ID, "-o", "a.txt"]).await.failed(7);
    assert_eq!(std::fs::read(&file).unwrap(), b"before");
    terminal.pb(&["get", ID, "-o", "new.txt"]).await.failed(7);
    let left: Vec<_> = std::fs::read_dir(terminal.home()).unwrap().collect();
    assert_eq!(left.len(), 1, "{left:?}");
}

#[tokio::test]
async fn who_stops_reading_is_no_panic() {
    let text = "x\n".repeat(1 << 20);
    let server = Scripted::start([answer("200 OK", "", &text)]).await;
    let terminal = Terminal::at(&server.url);
    let mut child = terminal.command(&["get", ID]).stdout(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let ended = Ended::of(child.wait_with_output().await.unwrap());
    assert_eq!((ended.code, ended.err.as_str()), (Some(0), ""));
}

#[tokio::test]
async fn what_a_server_says_moves_no_cursor() {
    let problem = r#"{"detail": "\u001b[2Jgone\nand a second line"}"#;
    let server = Scripted::start([answer("404 Not Found", "", problem)]).await;
    let said = Terminal::at(&server.url).pb(&["info", ID]).await.failed(3);
    assert_eq!(said, "pb: \u{fffd}[2Jgone and a second line");
}

#[tokio::test]
async fn what_cannot_be_remembered_is_said_beside_the_link() {
    let server = Scripted::start([answer("201 Created", "", PASTE)]).await;
    let terminal = Terminal::at(&server.url).with("XDG_STATE_HOME", "/dev/null");
    let ended = terminal.pipe("hello", &[]).await;
    assert!(ended.err.contains("Delete-Token: pastebin_del_0"), "{}", ended.err);
    assert_eq!(ended.line(), "http://paste.example.org/abcDEF123456");
}

#[tokio::test]
async fn the_help_says_what_each_exit_code_means() {
    let help = Terminal::at("http://127.0.0.1:1").pb(&["--help"]).await.text();
    for line in ["0  fine", "3  no such paste", "7  no connection"] {
        assert!(help.contains(line), "{help}");
    }
    for shell in ["bash", "zsh", "fish"] {
        let script = Terminal::at("http://127.0.0.1:1").pb(&["completions", shell]).await.text();
        assert!(script.contains("logout"), "{shell}");
    }
}
