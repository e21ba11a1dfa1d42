//! A server that sends prepared responses and records the requests.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

pub struct ScriptedServer {
    pub url: String,
    requests: Arc<Mutex<Vec<String>>>,
}

pub const PASTE: &str = r#"{"id": "abcDEF123456", "url": "http://paste.example.org/abcDEF123456",
    "title": "", "syntax": "text", "syntax_guessed": true, "visibility": "unlisted", "bytes": 5,
    "lines": 1, "sha256": "", "created_at": "2030-01-01T12:00:00Z", "expires_at": null,
    "delete_token": "pastebin_del_0"}"#;

/// A complete HTTP response.
pub fn response(status: &str, headers: &str, body: &str) -> String {
    format!(
        "HTTP/1.1 {status}\r\ncontent-length: {}\r\nconnection: close\r\n{headers}\r\n{body}",
        body.len()
    )
}

impl ScriptedServer {
    /// Serves one response a connection. An empty response closes the connection after the request.
    pub async fn start(responses: impl IntoIterator<Item = String>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let requests = Arc::new(Mutex::new(Vec::new()));
        let mut responses: VecDeque<String> = responses.into_iter().collect();
        let recorded = requests.clone();
        tokio::spawn(async move {
            while let Some(response) = responses.pop_front() {
                let (mut stream, _) = listener.accept().await.unwrap();
                let request = read_request(&mut stream).await;
                recorded.lock().unwrap().push(request);
                stream.write_all(response.as_bytes()).await.unwrap();
            }
        });
        Self { url, requests }
    }

    /// The recorded requests, each with its headers and body.
    pub fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }
}

async fn read_request(stream: &mut TcpStream) -> String {
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

/// The value of a header in a recorded request.
pub fn header(request: &str, name: &str) -> Option<String> {
    let matching = |line: &str| {
        let (key, value) = line.split_once(':')?;
        key.eq_ignore_ascii_case(name).then(|| value.trim().to_owned())
    };
    request.lines().take_while(|line| !line.is_empty()).find_map(matching)
}
