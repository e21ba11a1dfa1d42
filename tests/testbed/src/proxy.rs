//! A TCP proxy that injects network faults.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// What a [`Proxy`] does to its connections, those that exist and new ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Line {
    /// Everything is forwarded.
    Open,
    /// Connections are reset; new ones are reset as soon as they are accepted.
    Cut,
    /// Nothing is forwarded in either direction. Bytes sent meanwhile arrive once it is open again.
    Stalled,
    /// Requests are forwarded; responses are held back.
    Mute,
    /// Every chunk is delayed by this long.
    Slow(Duration),
    /// The server's side is closed towards the client, which can still send.
    HalfClosed,
    /// A connection is reset once its client has sent more than this many bytes.
    CutAfter(usize),
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Direction {
    ToServer,
    ToClient,
}

/// A TCP proxy in front of a server, whose connections a test can cut, stall and delay. Stops when
/// dropped.
#[derive(Debug)]
pub struct Proxy {
    pub address: SocketAddr,
    line: Arc<Mutex<watch::Sender<Line>>>,
    /// The state of connections that stay stalled for ever. Dropping a sender would end them.
    blackholed: Mutex<Vec<watch::Sender<Line>>>,
    server: JoinHandle<()>,
}

impl Proxy {
    /// A proxy in the state [`Line::Open`]. `target` is a host and a port.
    ///
    /// # Panics
    /// No port is free, or there is no tokio runtime.
    pub async fn to(target: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let line = Arc::new(Mutex::new(watch::Sender::new(Line::Open)));
        let server = tokio::spawn(accept(listener, target.to_owned(), line.clone()));
        Self { address, line, blackholed: Mutex::default(), server }
    }

    pub fn port(&self) -> u16 {
        self.address.port()
    }

    pub fn set(&self, state: Line) {
        let mut line = lock(&self.line);
        line.send_replace(state);
        if state == Line::Cut {
            // Existing connections keep this state, however soon the proxy is opened again.
            *line = watch::Sender::new(state);
        }
    }

    /// Existing connections never carry a byte again and are never closed, as if the other machine
    /// had lost its power. New ones follow the proxy's state.
    pub fn blackhole(&self) {
        let mut line = lock(&self.line);
        let state = *line.borrow();
        let existing = std::mem::replace(&mut *line, watch::Sender::new(state));
        existing.send_replace(Line::Stalled);
        lock(&self.blackholed).push(existing);
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
        tokio::spawn(forward(client, target.clone(), line));
    }
}

async fn forward(client: TcpStream, target: String, mut line: watch::Receiver<Line>) {
    let _ = client.set_nodelay(true);
    // However the connection ends below, both sides get a reset unless they had closed before.
    let _ = client.set_zero_linger();
    if *line.borrow_and_update() == Line::Cut {
        return;
    }
    let Ok(server) = TcpStream::connect(&target).await else { return };
    let _ = server.set_nodelay(true);
    let _ = server.set_zero_linger();
    let (from_client, to_client) = client.into_split();
    let (from_server, to_server) = server.into_split();
    let state = line.clone();
    tokio::select! {
        _ = line.wait_for(|line| *line == Line::Cut) => {}
        _ = async {
            tokio::try_join!(
                forward_one_way(from_client, to_server, state.clone(), Direction::ToServer),
                forward_one_way(from_server, to_client, state.clone(), Direction::ToClient),
            )
        } => {}
    }
}

/// The connection failed, or must be reset now.
struct Broken;

/// Forwards bytes in one direction until the end of the stream, and forwards that end. Returns the
/// halves, so that neither side is reset while the other direction is still open.
async fn forward_one_way(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    mut line: watch::Receiver<Line>,
    direction: Direction,
) -> Result<(OwnedReadHalf, OwnedWriteHalf), Broken> {
    let mut buffer = vec![0; 16 * 1024];
    let mut forwarded = 0;
    loop {
        let count = tokio::select! {
            _ = line.wait_for(|line| is_closed(*line, direction)) => 0,
            read = from.read(&mut buffer) => read.map_err(|_| Broken)?,
        };
        let state =
            *line.wait_for(|line| is_forwarding(*line, direction)).await.map_err(|_| Broken)?;
        if count == 0 {
            let _ = to.shutdown().await;
            return Ok((from, to));
        }
        if let Line::Slow(delay) = state {
            tokio::time::sleep(delay).await;
        }
        forwarded += count;
        if matches!(state, Line::CutAfter(limit) if direction == Direction::ToServer && forwarded > limit)
        {
            return Err(Broken);
        }
        to.write_all(&buffer[..count]).await.map_err(|_| Broken)?;
    }
}

fn is_closed(line: Line, direction: Direction) -> bool {
    line == Line::HalfClosed && direction == Direction::ToClient
}

fn is_forwarding(line: Line, direction: Direction) -> bool {
    match line {
        Line::Stalled | Line::Cut => false,
        Line::Mute => direction == Direction::ToServer,
        _ => true,
    }
}
