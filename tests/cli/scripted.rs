//! A server that answers what it is told to, and keeps what it was asked.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

pub struct Scripted {
    pub url: String,
    asked: Arc<Mutex<Vec<String>>>,
}

pub const PASTE: &str = r#"{"id": "abcDEF123456", "url": "http://paste.example.org/abcDEF123456",
    "title": "", "syntax": "text", "syntax_guessed": true, "visibility": "unlisted", "bytes": 5,
    "lines": 1, "sha256": "", "created_at": "2030-01-01T12:00:00Z", "expires_at": null,
    "delete_token": "pastebin_del_0"}"#;

pub fn answer(status: &str, headers: &str, body: &str) -> String {
    format!(
        "HTTP/1.1 {status}\r\ncontent-length: {}\r\nconnection: close\r\n{headers}\r\n{body}",
        body.len()
    )
}

impl Scripted {
    /// One connection is one answer; an empty one hangs up once the request is read.
    pub async fn start(answers: impl IntoIterator<Item = String>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let asked = Arc::new(Mutex::new(Vec::new()));
        let mut answers: VecDeque<String> = answers.into_iter().collect();
        let kept = asked.clone();
        tokio::spawn(async move {
            while let Some(answer) = answers.pop_front() {
                let (mut stream, _) = listener.accept().await.unwrap();
                let request = read(&mut stream).await;
                kept.lock().unwrap().push(request);
                stream.write_all(answer.as_bytes()).await.unwrap();
            }
        });
        Self { url, asked }
    }

    /// The requests, each with its body, header names in small letters.
    pub fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

async fn read(stream: &mut TcpStream) -> String {
    let mut request = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&request).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = header(head, "content-length").map_or(0, |value| value.parse().unwrap());
            if body.len() >= length {
                return text;
            }
        }
        if stream.read_buf(&mut request).await.unwrap() == 0 {
            return text;
        }
    }
}

pub fn header(request: &str, name: &str) -> Option<String> {
    let named = |line: &str| {
        let (found, value) = line.split_once(':')?;
        found.eq_ignore_ascii_case(name).then(|| value.trim().to_owned())
    };
    request.lines().take_while(|line| !line.is_empty()).find_map(named)
}
