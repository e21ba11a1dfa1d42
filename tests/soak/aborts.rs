//! Clients that go away in the middle, are slow, or say nothing more.

use std::collections::BTreeMap;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpSocket, TcpStream};
use tokio::task::JoinHandle;

use crate::dice::Dice;
use crate::load::World;
use crate::records::lock;

/// Clients of each temper at a time.
const HASTY: usize = 3;
const SLOW: usize = 5;

/// How long a slow client goes on, in steps of a fifth of a second.
const STEPS: usize = 120;
const STEP: Duration = Duration::from_millis(200);

pub type Counts = Arc<Mutex<BTreeMap<&'static str, usize>>>;

struct Rude {
    world: Arc<World>,
    /// The path of a text that is larger than all buffers.
    large: String,
    dice: Dice,
    counts: Counts,
}

/// Starts them; they end with the load.
pub fn start(world: &Arc<World>, large: &str, counts: &Counts) -> Vec<JoinHandle<()>> {
    (0..HASTY + SLOW)
        .map(|number| {
            let dice = Dice::new(world.seed, 10_000 + number as u64);
            let large = format!("/{large}/raw");
            let rude = Rude { world: world.clone(), large, dice, counts: counts.clone() };
            tokio::spawn(rude.stay(number < HASTY))
        })
        .collect()
}

impl Rude {
    async fn stay(mut self, hasty: bool) {
        while !self.world.is_over() {
            let pause = self.dice.between(100, 900);
            tokio::time::sleep(Duration::from_millis(pause as u64)).await;
            let which = self.dice.below(5);
            let outcome =
                if hasty { self.break_off(which).await } else { self.dawdle(which).await };
            // A site that is down takes nobody in; one that has enough of a client may say so.
            if let Ok(what) = outcome {
                *lock(&self.counts).entry(what).or_default() += 1;
            }
        }
    }

    fn address(&mut self) -> io::Result<SocketAddr> {
        let site = self.world.client.any_site(&mut self.dice);
        let url = self.world.client.sites.urls[site].trim_start_matches("http://");
        url.parse().map_err(io::Error::other)
    }

    async fn connect(&mut self) -> io::Result<TcpStream> {
        let stream = TcpStream::connect(self.address()?).await?;
        if self.dice.once_in(2) {
            // Its end is a reset.
            stream.set_zero_linger()?;
        }
        Ok(stream)
    }

    fn head(&mut self, line: &str) -> String {
        let (two, one) = (self.dice.below(256), self.dice.below(256));
        format!("{line} HTTP/1.1\r\nhost: x\r\nx-forwarded-for: 10.2.{two}.{one}\r\n")
    }

    async fn break_off(&mut self, which: usize) -> io::Result<&'static str> {
        let mut stream = self.connect().await?;
        let post = self.head("POST /?expires=10m");
        let get = self.head(&format!("GET {}", self.large));
        match which {
            0 => {
                stream.write_all(&get.as_bytes()[..self.dice.between(1, get.len() - 1)]).await?;
                Ok("half a head")
            }
            1 => {
                let half = "half of it ".repeat(self.dice.below(2_000));
                stream
                    .write_all(format!("{post}content-length: 50000\r\n\r\n{half}").as_bytes())
                    .await?;
                Ok("half a body")
            }
            2 => {
                stream.write_all(format!("{get}\r\n").as_bytes()).await?;
                let mut some = vec![0; self.dice.between(1, 100_000)];
                stream.read_exact(&mut some).await?;
                Ok("gone in the middle of the answer")
            }
            3 => {
                stream
                    .write_all(format!("{post}content-length: 5\r\n\r\nwhole").as_bytes())
                    .await?;
                let moment = self.dice.below(20) as u64;
                tokio::time::sleep(Duration::from_millis(moment)).await;
                Ok("a create whose answer nobody waits for")
            }
            _ => {
                let many = format!("{get}\r\n").repeat(5);
                stream.write_all(many.as_bytes()).await?;
                stream.shutdown().await?;
                Ok("many requests, and half closed")
            }
        }
    }

    async fn dawdle(&mut self, which: usize) -> io::Result<&'static str> {
        match which {
            0 | 1 => self.read_slowly(which == 0).await,
            2 => {
                let head = self.head("POST /?expires=10m");
                let mut stream = self.connect().await?;
                stream.write_all(format!("{head}content-length: 9000\r\n\r\n").as_bytes()).await?;
                self.drip(stream, b"a few words of a text that never ends ").await;
                Ok("a body by the drop")
            }
            3 => {
                let stream = self.connect().await?;
                self.drip(stream, b"G").await;
                Ok("a head by the drop")
            }
            _ => {
                let mut stream = self.connect().await?;
                stream.write_all(b"GET / HTTP/1.1\r\nhost: x\r\n").await?;
                self.wait(STEPS).await;
                Ok("half open")
            }
        }
    }

    /// Of the large text: a little at a time, or nothing at all.
    async fn read_slowly(&mut self, at_all: bool) -> io::Result<&'static str> {
        let socket = TcpSocket::new_v4()?;
        socket.set_recv_buffer_size(4096)?;
        let head = self.head(&format!("GET {}", self.large));
        let mut stream = socket.connect(self.address()?).await?;
        stream.write_all(format!("{head}\r\n").as_bytes()).await?;
        if !at_all {
            self.wait(STEPS).await;
            return Ok("reads nothing of the answer");
        }
        let mut some = vec![0; 4096];
        for _ in 0..STEPS {
            stream.read_exact(&mut some).await?;
            self.wait(1).await;
        }
        Ok("reads slowly")
    }

    async fn drip(&self, mut stream: TcpStream, drop: &[u8]) {
        for _ in 0..STEPS {
            // It may have been told to go.
            if self.world.is_over() || stream.write_all(drop).await.is_err() {
                break;
            }
            self.wait(1).await;
        }
    }

    async fn wait(&self, steps: usize) {
        for _ in 0..steps {
            if self.world.is_over() {
                break;
            }
            tokio::time::sleep(STEP).await;
        }
    }
}
