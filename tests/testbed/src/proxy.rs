use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// What a line does to what goes over it, on connections that stand and on those to come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Line {
    Open,
    /// Connections are reset, new ones at once.
    Cut,
    /// Nothing goes through in either direction; what was sent arrives when the line opens.
    Stalled,
    /// Requests go through, answers wait.
    Mute,
    /// Everything comes so much later.
    Slow(Duration),
    /// The client is told that no more answers will come, and may go on to send.
    HalfClosed,
    /// A connection is reset after its client has sent so many bytes.
    CutAfter(usize),
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Direction {
    ToServer,
    ToClient,
}

/// A TCP line to a server that a test can cut, stall and delay. Gone when dropped.
#[derive(Debug)]
pub struct Proxy {
    pub address: SocketAddr,
    line: Arc<Mutex<watch::Sender<Line>>>,
    /// The lines of connections that are left alone for ever.
    stranded: Mutex<Vec<watch::Sender<Line>>>,
    server: JoinHandle<()>,
}

impl Proxy {
    /// An open line to `target`, a host and a port.
    ///
    /// # Panics
    /// Where no port can be had, or outside of a tokio runtime.
    pub async fn to(target: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let line = Arc::new(Mutex::new(watch::Sender::new(Line::Open)));
        let server = tokio::spawn(accept(listener, target.to_owned(), line.clone()));
        Self { address, line, stranded: Mutex::default(), server }
    }

    pub fn port(&self) -> u16 {
        self.address.port()
    }

    pub fn set(&self, state: Line) {
        let mut line = lock(&self.line);
        line.send_replace(state);
        if state == Line::Cut {
            // For connections that stand it is the last word, however soon the line opens.
            *line = watch::Sender::new(state);
        }
    }

    /// The connections that stand carry nothing ever again and are never closed, as where the
    /// other machine lost its power. New ones are as the line says.
    pub fn strand(&self) {
        let mut line = lock(&self.line);
        let now = *line.borrow();
        let standing = std::mem::replace(&mut *line, watch::Sender::new(now));
        standing.send_replace(Line::Stalled);
        lock(&self.stranded).push(standing);
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.set(Line::Cut);
        self.server.abort();
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn accept(listener: TcpListener, target: String, line: Arc<Mutex<watch::Sender<Line>>>) {
    loop {
        let Ok((client, _)) = listener.accept().await else { continue };
        let line = lock(&line).subscribe();
        tokio::spawn(carry(client, target.clone(), line));
    }
}

async fn carry(client: TcpStream, target: String, mut line: watch::Receiver<Line>) {
    let _ = client.set_nodelay(true);
    // Whatever ends the connection below is a reset for both sides, unless each had closed before.
    let _ = client.set_zero_linger();
    if *line.borrow_and_update() == Line::Cut {
        return;
    }
    let Ok(server) = TcpStream::connect(&target).await else { return };
    let _ = server.set_nodelay(true);
    let _ = server.set_zero_linger();
    let (from_client, to_client) = client.into_split();
    let (from_server, to_server) = server.into_split();
    let watched = line.clone();
    tokio::select! {
        _ = line.wait_for(|line| *line == Line::Cut) => {}
        _ = async {
            tokio::try_join!(
                pump(from_client, to_server, watched.clone(), Direction::ToServer),
                pump(from_server, to_client, watched.clone(), Direction::ToClient),
            )
        } => {}
    }
}

/// The connection broke, or is to break now.
struct Broken;

/// Carries bytes in one direction until they end, and passes the end on. The halves come back, so
/// that neither side is reset while the other direction still goes.
async fn pump(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    mut line: watch::Receiver<Line>,
    direction: Direction,
) -> Result<(OwnedReadHalf, OwnedWriteHalf), Broken> {
    let mut buffer = vec![0; 16 * 1024];
    let mut carried = 0;
    loop {
        let count = tokio::select! {
            _ = line.wait_for(|line| ends(*line, direction)) => 0,
            read = from.read(&mut buffer) => read.map_err(|_| Broken)?,
        };
        let state =
            *line.wait_for(|line| lets_through(*line, direction)).await.map_err(|_| Broken)?;
        if count == 0 {
            let _ = to.shutdown().await;
            return Ok((from, to));
        }
        if let Line::Slow(delay) = state {
            tokio::time::sleep(delay).await;
        }
        carried += count;
        if matches!(state, Line::CutAfter(most) if direction == Direction::ToServer && carried > most)
        {
            return Err(Broken);
        }
        to.write_all(&buffer[..count]).await.map_err(|_| Broken)?;
    }
}

fn ends(line: Line, direction: Direction) -> bool {
    line == Line::HalfClosed && direction == Direction::ToClient
}

fn lets_through(line: Line, direction: Direction) -> bool {
    match line {
        Line::Stalled | Line::Cut => false,
        Line::Mute => direction == Direction::ToServer,
        _ => true,
    }
}
