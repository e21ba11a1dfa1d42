//! Exit codes, messages and retries when something fails. Scripts rely on them.

use std::process::Stdio;

use crate::scripted_server::{PASTE, ScriptedServer, header, response};
use crate::terminal::{Outcome, Terminal};

const ID: &str = "abcDEF123456";

#[tokio::test]
async fn wrong_usage_exits_with_2() {
    let terminal = Terminal::at("http://127.0.0.1:1");
    for line in [&["get", "../../x"][..], &["--nonsense"], &["rm"], &["edit", ID]] {
        assert_eq!(terminal.pb(line).await.code, Some(2), "{line:?}");
    }
    let terminal = Terminal::at("ftp://127.0.0.1");
    assert!(terminal.pb(&["ls"]).await.failed(2).contains("PB_SERVER"));
}

#[tokio::test]
async fn no_connection_exits_with_7() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let message = Terminal::at(&url).pipe("hello", &[]).await.failed(7);
    assert!(message.contains(&url), "{message}");
}

#[tokio::test]
async fn no_proxy_is_used_for_a_server_on_this_computer() {
    let server = ScriptedServer::start([response("201 Created", "", PASTE)]).await;
    let terminal = Terminal::at(&server.url).with("HTTP_PROXY", "http://127.0.0.1:1");
    assert_eq!(terminal.pipe("hello", &[]).await.line(), "http://paste.example.org/abcDEF123456");
}

#[tokio::test]
async fn a_retry_after_a_lost_response_has_the_same_idempotency_key() {
    let server = ScriptedServer::start([String::new(), response("201 Created", "", PASTE)]).await;
    let terminal = Terminal::at(&server.url);
    let file = terminal.file("a.txt", "hello");
    terminal.pb(&[file.to_str().unwrap()]).await.line();
    let requests = server.requests();
    assert_eq!(requests.len(), 2);
    assert!(requests.iter().all(|request| request.ends_with("\r\n\r\nhello")), "{requests:?}");
    let key = header(&requests[0], "idempotency-key").unwrap();
    assert!(key.len() >= 32, "{key}");
    assert_eq!(header(&requests[1], "idempotency-key").unwrap(), key);
}

#[tokio::test]
async fn two_pastes_have_different_idempotency_keys() {
    let created = || response("201 Created", "", PASTE);
    let server = ScriptedServer::start([created(), created()]).await;
    let terminal = Terminal::at(&server.url);
    for _ in 0..2 {
        terminal.pipe("hello", &[]).await.line();
    }
    let keys: Vec<_> = server
        .requests()
        .iter()
        .map(|request| header(request, "idempotency-key").unwrap())
        .collect();
    assert_ne!(keys[0], keys[1]);
}

#[tokio::test]
async fn a_503_is_retried_twice_unless_the_delay_is_too_long() {
    let busy =
        || response("503 Service Unavailable", "retry-after: 0\r\n", r#"{"detail": "Busy."}"#);
    let server = ScriptedServer::start([busy(), response("201 Created", "", PASTE)]).await;
    Terminal::at(&server.url).pipe("hello", &[]).await.line();

    let server = ScriptedServer::start([busy(), busy(), busy()]).await;
    let message = Terminal::at(&server.url).pipe("hello", &[]).await.failed(6);
    assert_eq!(message, "pb: Busy. (try again in 0 s)");
    assert_eq!(server.requests().len(), 3);

    let long =
        response("503 Service Unavailable", "retry-after: 3600\r\n", r#"{"detail": "Busy."}"#);
    let server = ScriptedServer::start([long]).await;
    Terminal::at(&server.url).pipe("hello", &[]).await.failed(6);
}

#[tokio::test]
async fn a_deletion_is_not_retried_after_a_lost_response() {
    let server = ScriptedServer::start([String::new(), response("204 No Content", "", "")]).await;
    let terminal = Terminal::at(&server.url).with("PB_TOKEN", "any");
    terminal.pb(&["rm", ID]).await.failed(7);
    assert_eq!(server.requests().len(), 1);
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
        let server =
            ScriptedServer::start([response(status, "", r#"{"detail": "Just no."}"#)]).await;
        let message = Terminal::at(&server.url).pb(&["info", ID]).await.failed(code);
        assert_eq!(message, "pb: Just no.", "{status}");
    }
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let redirect_target = ScriptedServer::start([response("200 OK", "", PASTE)]).await;
    let location = format!("location: {}/api/v1/pastes/{ID}\r\n", redirect_target.url);
    let server = ScriptedServer::start([response("308 Permanent Redirect", &location, "")]).await;
    let terminal = Terminal::at(&server.url).with("PB_TOKEN", "pastebin_pat_0");
    let message = terminal.pb(&["info", ID]).await.failed(1);
    assert!(message.contains(&redirect_target.url), "{message}");
    assert_eq!(header(&server.requests()[0], "authorization").unwrap(), "Bearer pastebin_pat_0");
    assert!(redirect_target.requests().is_empty());
}

#[tokio::test]
async fn a_link_to_another_server_is_read_without_the_token() {
    let other = ScriptedServer::start([response("200 OK", "", PASTE)]).await;
    let terminal = Terminal::at("http://127.0.0.1:1").with("PB_TOKEN", "pastebin_pat_0");
    terminal.pb(&["info", &format!("{}/{ID}", other.url)]).await.text();
    assert_eq!(header(&other.requests()[0], "authorization"), None);
}

#[tokio::test]
async fn an_interrupted_download_leaves_the_output_file_as_it_was() {
    let truncated = || "HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf".to_owned();
    let server = ScriptedServer::start([truncated(), truncated()]).await;
    let terminal = Terminal::at(&server.url);
    let file = terminal.file("a.txt", "before");
    terminal.pb(&["get", ID, "-o", "a.txt"]).await.failed(7);
    assert_eq!(std::fs::read(&file).unwrap(), b"before");
    terminal.pb(&["get", ID, "-o", "new.txt"]).await.failed(7);
    let files: Vec<_> = std::fs::read_dir(terminal.home()).unwrap().collect();
    assert_eq!(files.len(), 1, "{files:?}");
}

#[tokio::test]
async fn closed_standard_output_is_no_error() {
    let text = "x\n".repeat(1 << 20);
    let server = ScriptedServer::start([response("200 OK", "", &text)]).await;
    let terminal = Terminal::at(&server.url);
    let mut child = terminal.command(&["get", ID]).stdout(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let outcome = Outcome::of(child.wait_with_output().await.unwrap());
    assert_eq!((outcome.code, outcome.stderr.as_str()), (Some(0), ""));
}

#[tokio::test]
async fn control_characters_in_a_server_message_are_replaced() {
    let problem = r#"{"detail": "\u001b[2Jgone\nand a second line"}"#;
    let server = ScriptedServer::start([response("404 Not Found", "", problem)]).await;
    let message = Terminal::at(&server.url).pb(&["info", ID]).await.failed(3);
    assert_eq!(message, "pb: \u{fffd}[2Jgone and a second line");
}

#[tokio::test]
async fn a_delete_token_that_cannot_be_saved_is_printed() {
    let server = ScriptedServer::start([response("201 Created", "", PASTE)]).await;
    let terminal = Terminal::at(&server.url).with("XDG_STATE_HOME", "/dev/null");
    let outcome = terminal.pipe("hello", &[]).await;
    assert!(outcome.stderr.contains("Delete-Token: pastebin_del_0"), "{}", outcome.stderr);
    assert_eq!(outcome.line(), "http://paste.example.org/abcDEF123456");
}

#[tokio::test]
async fn the_help_explains_the_exit_codes() {
    let help = Terminal::at("http://127.0.0.1:1").pb(&["--help"]).await.text();
    for line in ["0  fine", "3  no such paste", "7  no connection"] {
        assert!(help.contains(line), "{help}");
    }
}

#[tokio::test]
async fn completions_are_printed_for_each_shell() {
    for shell in ["bash", "zsh", "fish"] {
        let script = Terminal::at("http://127.0.0.1:1").pb(&["completions", shell]).await.text();
        assert!(script.contains("logout"), "{shell}");
    }
}
