//! Clients that misbehave: they close connections early, send or read slowly, or fall silent.

use std::collections::BTreeMap;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use testbed::Rng;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpSocket, TcpStream};
use tokio::task::JoinHandle;

use super::Workload;
use crate::recorder::lock;

/// The number of clients that abort requests, and of those that are slow.
const ABORTING: usize = 3;
const SLOW: usize = 5;

/// A slow client takes this many steps of this length.
const STEPS: usize = 120;
const STEP: Duration = Duration::from_millis(200);

/// The random streams of the visitors have lower numbers.
const FIRST_STREAM: u64 = 10_000;

/// How often each misbehaviour happened.
pub type Counts = Arc<Mutex<BTreeMap<&'static str, usize>>>;

struct AbusiveClient {
    workload: Arc<Workload>,
    /// The path of a text that is larger than all socket buffers.
    large_text: String,
    rng: Rng,
    counts: Counts,
}

/// Starts the clients, which end with the workload. `large_id` is a paste of several MiB.
pub fn start(workload: &Arc<Workload>, large_id: &str, counts: &Counts) -> Vec<JoinHandle<()>> {
    (0..ABORTING + SLOW)
        .map(|number| {
            let client = AbusiveClient {
                workload: workload.clone(),
                large_text: format!("/{large_id}/raw"),
                rng: Rng::new(workload.seed, FIRST_STREAM + number as u64),
                counts: counts.clone(),
            };
            tokio::spawn(client.run(number < ABORTING))
        })
        .collect()
}

impl AbusiveClient {
    async fn run(mut self, aborts: bool) {
        while !self.workload.is_stopped() {
            let pause = self.rng.between(100, 900);
            tokio::time::sleep(Duration::from_millis(pause as u64)).await;
            let result = if aborts { self.abort_request().await } else { self.be_slow().await };
            // An error is no failure: the site may be down, or reject this client.
            if let Ok(what) = result {
                *lock(&self.counts).entry(what).or_default() += 1;
            }
        }
    }

    fn random_site(&mut self) -> io::Result<SocketAddr> {
        let site = self.workload.client.any_site(&mut self.rng);
        let url = self.workload.client.sites.urls[site].trim_start_matches("http://");
        url.parse().map_err(io::Error::other)
    }

    async fn connect(&mut self) -> io::Result<TcpStream> {
        let stream = TcpStream::connect(self.random_site()?).await?;
        if self.rng.one_in(2) {
            // Closing it sends a reset.
            stream.set_zero_linger()?;
        }
        Ok(stream)
    }

    /// The head of a request from a random client address, without its last empty line.
    fn head(&mut self, request_line: &str) -> String {
        let (third, fourth) = (self.rng.below(256), self.rng.below(256));
        format!("{request_line} HTTP/1.1\r\nhost: x\r\nx-forwarded-for: 10.2.{third}.{fourth}\r\n")
    }

    fn create_head(&mut self, content_length: usize) -> String {
        let head = self.head("POST /?expires=10m");
        format!("{head}content-length: {content_length}\r\n\r\n")
    }

    /// Sends a request and closes the connection early, in one of five ways.
    async fn abort_request(&mut self) -> io::Result<&'static str> {
        let mut stream = self.connect().await?;
        let get = self.head(&format!("GET {}", self.large_text));
        match self.rng.below(5) {
            0 => {
                let part = self.rng.between(1, get.len() - 1);
                stream.write_all(&get.as_bytes()[..part]).await?;
                Ok("abort: within the request head")
            }
            1 => {
                let head = self.create_head(50_000);
                let part = "half of it ".repeat(self.rng.below(2_000));
                stream.write_all(format!("{head}{part}").as_bytes()).await?;
                Ok("abort: within the request body")
            }
            2 => {
                stream.write_all(format!("{get}\r\n").as_bytes()).await?;
                let mut part = vec![0; self.rng.between(1, 100_000)];
                stream.read_exact(&mut part).await?;
                Ok("abort: within the answer")
            }
            3 => {
                let head = self.create_head(5);
                stream.write_all(format!("{head}whole").as_bytes()).await?;
                let pause = self.rng.below(20) as u64;
                tokio::time::sleep(Duration::from_millis(pause)).await;
                Ok("abort: before the answer to a create")
            }
            _ => {
                let pipelined = format!("{get}\r\n").repeat(5);
                stream.write_all(pipelined.as_bytes()).await?;
                stream.shutdown().await?;
                Ok("abort: pipelined requests, then half-closed")
            }
        }
    }

    /// Sends or reads slowly, or falls silent, in one of five ways.
    async fn be_slow(&mut self) -> io::Result<&'static str> {
        match self.rng.below(5) {
            0 => self.read_slowly().await,
            1 => {
                let _stream = self.request_large_text().await?;
                self.wait(STEPS).await;
                Ok("slow: reads nothing of the answer")
            }
            2 => {
                let head = self.create_head(9_000);
                let mut stream = self.connect().await?;
                stream.write_all(head.as_bytes()).await?;
                self.send_slowly(stream, b"a few words of a text that never ends ").await;
                Ok("slow: sends the request body in pieces")
            }
            3 => {
                let stream = self.connect().await?;
                self.send_slowly(stream, b"G").await;
                Ok("slow: sends the request head in pieces")
            }
            _ => {
                let mut stream = self.connect().await?;
                stream.write_all(b"GET / HTTP/1.1\r\nhost: x\r\n").await?;
                self.wait(STEPS).await;
                Ok("slow: never ends the request head")
            }
        }
    }

    /// Requests the large text over a connection with a small receive buffer.
    async fn request_large_text(&mut self) -> io::Result<TcpStream> {
        let socket = TcpSocket::new_v4()?;
        socket.set_recv_buffer_size(4096)?;
        let head = self.head(&format!("GET {}", self.large_text));
        let mut stream = socket.connect(self.random_site()?).await?;
        stream.write_all(format!("{head}\r\n").as_bytes()).await?;
        Ok(stream)
    }

    async fn read_slowly(&mut self) -> io::Result<&'static str> {
        let mut stream = self.request_large_text().await?;
        let mut part = vec![0; 4096];
        for _ in 0..STEPS {
            stream.read_exact(&mut part).await?;
            self.wait(1).await;
        }
        Ok("slow: reads the answer in pieces")
    }

    async fn send_slowly(&self, mut stream: TcpStream, piece: &[u8]) {
        for _ in 0..STEPS {
            // The site may have closed the connection.
            if self.workload.is_stopped() || stream.write_all(piece).await.is_err() {
                break;
            }
            self.wait(1).await;
        }
    }

    async fn wait(&self, steps: usize) {
        for _ in 0..steps {
            if self.workload.is_stopped() {
                break;
            }
            tokio::time::sleep(STEP).await;
        }
    }
}
