//! Serving connections: axum's own `serve` sets no time for a client to send its headers, and no
//! bound on how many there are.

mod client;

use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use hyper::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use ipnet::IpNet;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tokio::io::AsyncWriteExt as _;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tower::ServiceExt as _;
use tracing::{debug, warn};

use crate::App;
use crate::limits::budget::{Budget, Full, Held};
use crate::limits::household;
use crate::news::News;
use client::Client;

/// From the first byte (or the end of the last answer) to the end of the headers.
const HEADERS: Duration = Duration::from_secs(15);

/// Of one request, in bytes; hyper's own measure is 400 KiB, for each of all connections.
const HEAD: usize = 64 * 1024;

/// How long requests under way may still take after the signal to stop.
pub const DRAIN: Duration = Duration::from_secs(30);

/// Of one household. A browser opens six; an office behind one address has some dozens of them.
const HOUSEHOLD: usize = 512;

/// Who is over his share and told so, at once; others of them are only cut.
const TURNED_AWAY: usize = 64;

/// Open files beside the connections: databases, engines, standard streams.
const OTHER_FILES: u64 = 256;

/// How often one and the same trouble is logged.
const NEWS: Duration = Duration::from_mins(1);

/// What comes before any request is read, so it knows no language and no format.
const TOO_MANY: &str = "HTTP/1.1 429 Too Many Requests\r\n\
    content-type: text/plain; charset=utf-8\r\n\
    x-content-type-options: nosniff\r\n\
    retry-after: 1\r\n\
    connection: close\r\n\r\n\
    Too many connections at once. Try again when some of them have ended.\n";

/// Raises the limit on open files as far as the system lets it, and says how many of `wanted`
/// connections there is room for.
pub fn room_for(wanted: usize) -> usize {
    let files = wanted as u64 + OTHER_FILES;
    let limit = getrlimit(Resource::Nofile);
    let most = limit.maximum.map_or(files, |maximum| maximum.min(files));
    let mut allowed = limit.current.unwrap_or(u64::MAX);
    if allowed < most {
        match setrlimit(Resource::Nofile, Rlimit { current: Some(most), ..limit }) {
            Ok(()) => allowed = most,
            Err(error) => debug!(%error, "the limit on open files stays"),
        }
    }
    // Where there is little, half of it.
    let room = allowed.saturating_sub(OTHER_FILES).max(allowed / 2);
    let room = usize::try_from(room).unwrap_or(usize::MAX);
    if room < wanted {
        warn!(wanted, room, "the system allows too few open files for MAX_CONNECTIONS");
    }
    room.min(wanted)
}

/// Serves until `stop` resolves, then lets the requests under way finish.
pub async fn serve(listener: TcpListener, app: App, stop: impl Future<Output = ()>) {
    let all = app.max_connections;
    let share = if app.limits.are_on() { HOUSEHOLD.min(all.div_ceil(2)) } else { all };
    let door = Door::new(all, share, app.limits.proxies().to_vec());
    serve_at(listener, app.router(), door, stop).await;
}

async fn serve_at(
    listener: TcpListener,
    site: Router,
    mut door: Door,
    stop: impl Future<Output = ()>,
) {
    let graceful = GracefulShutdown::new();
    let mut stop = pin!(stop);
    loop {
        let (stream, peer, place) = tokio::select! {
            accepted = door.accept(&listener) => accepted,
            () = &mut stop => break,
        };
        match door.share(peer) {
            Ok(share) => {
                let connection = graceful.watch(connection(stream, peer, site.clone()));
                tokio::spawn(async move {
                    // A client that goes away in mid-request is its own business.
                    if let Err(error) = connection.await {
                        debug!(%error, "connection ended early");
                    }
                    drop((place, share));
                });
            }
            Err(_) => door.turn_away(stream, place),
        }
    }
    drop(listener);
    if tokio::time::timeout(DRAIN, graceful.shutdown()).await.is_err() {
        warn!("requests were still under way after {DRAIN:?}; they are cut");
    }
}

/// Who is let in.
struct Door {
    all: usize,
    proxies: Vec<IpNet>,
    places: Arc<Semaphore>,
    shares: Arc<Budget>,
    turned_away: Arc<Semaphore>,
    full: News,
    broken: News,
}

/// A place for one connection.
type Place = OwnedSemaphorePermit;

impl Door {
    fn new(all: usize, share: usize, proxies: Vec<IpNet>) -> Self {
        Self {
            all,
            proxies,
            places: Arc::new(Semaphore::new(all)),
            shares: Budget::new(all, share),
            turned_away: Arc::new(Semaphore::new(TURNED_AWAY)),
            full: News::new(NEWS),
            broken: News::new(NEWS),
        }
    }

    /// The next connection. While there is no place for it, it waits where the system keeps those
    /// that are not accepted.
    async fn accept(&mut self, listener: &TcpListener) -> (TcpStream, SocketAddr, Place) {
        loop {
            if self.places.available_permits() == 0 && self.full.is_due() {
                warn!(all = self.all, "all places for connections are taken; who comes now waits");
            }
            let Ok(place) = self.places.clone().acquire_owned().await else {
                // Nobody closes it.
                return std::future::pending().await;
            };
            match listener.accept().await {
                Ok((stream, peer)) => return (stream, peer, place),
                Err(error) => {
                    // Out of file descriptors, most likely: connections that end give them back.
                    if self.broken.is_due() {
                        warn!(%error, "connections cannot be accepted");
                    }
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
            }
        }
    }

    /// A proxy speaks for many households, and has no share.
    fn share(&self, peer: SocketAddr) -> Result<Held, Full> {
        let peer = peer.ip().to_canonical();
        let is_proxy = self.proxies.iter().any(|proxy| proxy.contains(&peer));
        self.shares.take(household(peer), usize::from(!is_proxy))
    }

    fn turn_away(&self, stream: TcpStream, place: Place) {
        let Ok(turn) = self.turned_away.clone().try_acquire_owned() else { return };
        tokio::spawn(async move {
            let mut client = Client::new(stream);
            let _ = client.write_all(TOO_MANY.as_bytes()).await;
            let _ = client.shutdown().await;
            drop((place, turn));
        });
    }
}

fn connection(
    stream: TcpStream,
    peer: SocketAddr,
    site: Router,
) -> http1::Connection<
    TokioIo<Client>,
    impl hyper::service::HttpService<Incoming, ResBody = Body, Error = Infallible, Future: Send>,
> {
    let answer = service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(ConnectInfo(peer));
        site.clone().oneshot(request.map(Body::new))
    });
    http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADERS)
        .max_buf_size(HEAD)
        .serve_connection(TokioIo::new(Client::new(stream)), answer)
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use axum::routing::get;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpSocket;
    use tokio::time::Instant;

    use super::client::TAKING;
    use super::*;

    /// A site on loopback, with so many places and such a share of them.
    async fn start(site: Router, all: usize, share: usize) -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let door = Door::new(all, share, vec![IpAddr::from([127, 0, 0, 9]).into()]);
        tokio::spawn(serve_at(listener, site, door, std::future::pending()));
        address
    }

    async fn hello() -> &'static str {
        "hello"
    }

    /// From one of loopback's many addresses.
    async fn connect(from: u8, address: SocketAddr) -> TcpStream {
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind(SocketAddr::from(([127, 0, 0, from], 0))).unwrap();
        socket.connect(address).await.unwrap()
    }

    async fn ask(stream: &mut TcpStream) -> String {
        stream.write_all(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
        let mut answer = vec![0; 1024];
        let read = stream.read(&mut answer).await.unwrap_or_default();
        String::from_utf8_lossy(&answer[..read]).into_owned()
    }

    /// Time passes by itself here whenever everybody waits.
    #[tokio::test(start_paused = true)]
    async fn a_client_that_never_ends_its_headers_is_cut() {
        let address = start(Router::new().route("/", get(hello)), 10, 10).await;
        let started = Instant::now();
        let mut slow = TcpStream::connect(address).await.unwrap();
        slow.write_all(b"GET / HTTP/1.1\r\nhost: x\r\n").await.unwrap();
        let mut answer = Vec::new();
        slow.read_to_end(&mut answer).await.unwrap();
        assert!(!answer.starts_with(b"HTTP/1.1 200"));
        assert!((HEADERS..2 * HEADERS).contains(&started.elapsed()), "{:?}", started.elapsed());
    }

    #[tokio::test(start_paused = true)]
    async fn a_client_that_is_done_and_stays_is_cut() {
        let address = start(Router::new().route("/", get(hello)), 10, 10).await;
        let mut idle = TcpStream::connect(address).await.unwrap();
        assert!(ask(&mut idle).await.ends_with("hello"));
        let started = Instant::now();
        assert_eq!(idle.read(&mut [0]).await.unwrap(), 0);
        assert!((HEADERS..2 * HEADERS).contains(&started.elapsed()), "{:?}", started.elapsed());
    }

    #[tokio::test]
    async fn a_head_that_does_not_end_is_refused_before_it_is_large() {
        let address = start(Router::new().route("/", get(hello)), 10, 10).await;
        for (bytes, status) in [(HEAD / 2, "HTTP/1.1 200 "), (2 * HEAD, "HTTP/1.1 431 ")] {
            let mut client = TcpStream::connect(address).await.unwrap();
            let head = format!("GET / HTTP/1.1\r\nhost: x\r\nx: {}", "x".repeat(bytes));
            client.write_all(head.as_bytes()).await.unwrap();
            if bytes < HEAD {
                client.write_all(b"\r\n\r\n").await.unwrap();
            }
            let mut answer = [0; 13];
            client.read_exact(&mut answer).await.unwrap();
            assert_eq!(String::from_utf8_lossy(&answer), status);
        }
    }

    const LARGE: usize = 64 << 20;

    async fn large() -> Vec<u8> {
        vec![b'x'; LARGE]
    }

    #[tokio::test(start_paused = true)]
    async fn a_client_that_takes_nothing_of_its_answer_is_cut() {
        let address = start(Router::new().route("/", get(large)), 10, 10).await;
        let mut sleepy = TcpStream::connect(address).await.unwrap();
        sleepy.write_all(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
        tokio::time::sleep(2 * TAKING).await;
        let mut answer = Vec::new();
        let _ = sleepy.read_to_end(&mut answer).await;
        assert!(answer.len() < LARGE, "{} bytes", answer.len());
    }

    #[tokio::test(start_paused = true)]
    async fn a_client_that_takes_a_byte_now_and_then_is_cut_too() {
        let address = start(Router::new().route("/", get(large)), 10, 10).await;
        let mut sleepy = TcpStream::connect(address).await.unwrap();
        sleepy.write_all(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
        // More than lies in sockets already, and less than a modem takes.
        let mut taken = 0;
        let started = Instant::now();
        while let Ok(read @ 1..) = sleepy.read(&mut [0; 16 * 1024]).await {
            taken += read;
            assert!(taken < LARGE && started.elapsed() < 1000 * TAKING, "{taken}");
            tokio::time::sleep(TAKING / 2).await;
        }
    }

    #[tokio::test]
    async fn who_has_his_share_is_told_so_and_others_come_in() {
        let address = start(Router::new().route("/", get(hello)), 10, 2).await;
        let (mut one, mut two) = (connect(1, address).await, connect(1, address).await);
        assert!(ask(&mut one).await.ends_with("hello") && ask(&mut two).await.ends_with("hello"));
        let refused = ask(&mut connect(1, address).await).await;
        assert!(
            refused.starts_with("HTTP/1.1 429 ") && refused.contains("retry-after"),
            "{refused}"
        );
        assert!(ask(&mut connect(2, address).await).await.ends_with("hello"));
        // Nobody counts what comes through a trusted proxy as the proxy's.
        let mut proxied = Vec::new();
        for _ in 0..4 {
            proxied.push(connect(9, address).await);
            assert!(ask(proxied.last_mut().unwrap()).await.ends_with("hello"));
        }

        drop(one);
        // The server sees it a moment later.
        tokio::time::timeout(Duration::from_mins(1), async {
            while !ask(&mut connect(1, address).await).await.ends_with("hello") {}
        })
        .await
        .unwrap();
    }

    #[tokio::test]
    async fn who_finds_no_place_waits_for_one() {
        let address = start(Router::new().route("/", get(hello)), 2, 2).await;
        let (mut one, mut two) = (connect(1, address).await, connect(2, address).await);
        assert!(ask(&mut one).await.ends_with("hello") && ask(&mut two).await.ends_with("hello"));
        let mut waiting = connect(3, address).await;
        let mut asking = tokio::spawn(async move { ask(&mut waiting).await });
        let soon = tokio::time::timeout(Duration::from_millis(300), &mut asking).await;
        assert!(soon.is_err(), "{soon:?}");
        drop(one);
        assert!(asking.await.unwrap().ends_with("hello"));
    }
}
