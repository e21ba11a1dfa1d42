//! Accepts and serves connections. Unlike `axum::serve` it bounds how many there are and how long a
//! client may take for its request headers.

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
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tokio::io::AsyncWriteExt as _;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tower::ServiceExt as _;
use tracing::{debug, info, warn};

use crate::http::client_ip::{ClientKey, TrustedProxies};
use crate::http::connection::Connection;
use crate::http::log_throttle::LogThrottle;
use crate::http::quota::{Quota, QuotaExceeded, QuotaGuard};

/// From the first byte of a request, or the end of the last answer, to the end of the headers.
const HEADER_TIMEOUT: Duration = Duration::from_secs(15);

/// The largest request head in bytes. hyper's default is 400 KiB, for each connection.
const MAX_HEAD_BYTES: usize = 64 * 1024;

/// How long requests under way may take after the signal to stop.
pub const DRAIN_TIMEOUT: Duration = Duration::from_secs(30);

/// Connections per client subnet. A browser opens six; an office behind one address some dozens.
const MAX_PER_CLIENT: usize = 512;

/// At most this many over-limit connections get a 429 at a time; the rest are closed.
const MAX_REJECTING: usize = 64;

/// Open files beside the connections: databases, Redis, the bucket, standard streams.
const OTHER_FILES: u64 = 256;

/// How often a recurring problem is logged.
const LOG_INTERVAL: Duration = Duration::from_mins(1);

/// Sent before any request is read, so it is in no particular language or format.
const TOO_MANY_CONNECTIONS: &str = "HTTP/1.1 429 Too Many Requests\r\n\
    content-type: text/plain; charset=utf-8\r\n\
    x-content-type-options: nosniff\r\n\
    retry-after: 1\r\n\
    connection: close\r\n\r\n\
    Too many connections at once. Try again when some of them have ended.\n";

/// Raises the limit on open files as far as the system allows, and returns how many of `wanted`
/// connections fit into it.
pub fn available_connections(wanted: usize) -> usize {
    let files = wanted as u64 + OTHER_FILES;
    let limit = getrlimit(Resource::Nofile);
    let target = limit.maximum.map_or(files, |maximum| maximum.min(files));
    let mut allowed = limit.current.unwrap_or(u64::MAX);
    if allowed < target {
        match setrlimit(Resource::Nofile, Rlimit { current: Some(target), ..limit }) {
            Ok(()) => allowed = target,
            Err(error) => debug!(%error, "the limit on open files cannot be raised"),
        }
    }
    // With a very low limit, half of it is for connections.
    let available = allowed.saturating_sub(OTHER_FILES).max(allowed / 2);
    let available = usize::try_from(available).unwrap_or(usize::MAX);
    if available < wanted {
        warn!(wanted, available, "the system allows too few open files for MAX_CONNECTIONS");
    }
    available.min(wanted)
}

/// The limits on connections.
#[derive(Debug)]
pub struct ConnectionLimits {
    pub total: usize,
    pub per_client: usize,
    /// A proxy's connections carry many clients, so they are not counted per client.
    pub proxies: Arc<TrustedProxies>,
}

impl ConnectionLimits {
    /// `limits_clients` is false where one client may use all connections.
    pub fn new(total: usize, limits_clients: bool, proxies: Arc<TrustedProxies>) -> Self {
        let per_client = if limits_clients { MAX_PER_CLIENT.min(total.div_ceil(2)) } else { total };
        Self { total, per_client, proxies }
    }
}

/// Serves until `stop` resolves, then lets the requests under way finish.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    limits: ConnectionLimits,
    stop: impl Future<Output = ()>,
) {
    let mut limiter = ConnectionLimiter::new(limits);
    let graceful = GracefulShutdown::new();
    let mut stop = pin!(stop);
    loop {
        let (stream, peer, slot) = tokio::select! {
            accepted = limiter.accept(&listener) => accepted,
            () = &mut stop => break,
        };
        match limiter.reserve(peer) {
            Ok(guard) => {
                let connection = graceful.watch(connection(stream, peer, router.clone()));
                tokio::spawn(async move {
                    // Clients that disconnect during a request are no fault of the site.
                    if let Err(error) = connection.await {
                        debug!(%error, "connection ended early");
                    }
                    drop((slot, guard));
                });
            }
            Err(_) => limiter.reject(stream, peer, slot),
        }
    }
    drop(listener);
    if tokio::time::timeout(DRAIN_TIMEOUT, graceful.shutdown()).await.is_err() {
        warn!("requests were still under way after {DRAIN_TIMEOUT:?}; they are cut");
    }
}

/// Bounds the open connections, per client and in total.
struct ConnectionLimiter {
    total: usize,
    slots: Arc<Semaphore>,
    per_client: Arc<Quota>,
    proxies: Arc<TrustedProxies>,
    rejecting: Arc<Semaphore>,
    full: LogThrottle,
    rejected: LogThrottle,
    failing: LogThrottle,
}

/// A slot for one connection.
type Slot = OwnedSemaphorePermit;

impl ConnectionLimiter {
    fn new(ConnectionLimits { total, per_client, proxies }: ConnectionLimits) -> Self {
        Self {
            total,
            slots: Arc::new(Semaphore::new(total)),
            per_client: Quota::new(total, per_client),
            proxies,
            rejecting: Arc::new(Semaphore::new(MAX_REJECTING)),
            full: LogThrottle::new(LOG_INTERVAL),
            rejected: LogThrottle::new(LOG_INTERVAL),
            failing: LogThrottle::new(LOG_INTERVAL),
        }
    }

    /// The next connection. While all slots are taken, new connections wait in the system's queue.
    async fn accept(&mut self, listener: &TcpListener) -> (TcpStream, SocketAddr, Slot) {
        loop {
            if self.slots.available_permits() == 0 && self.full.should_log() {
                warn!(total = self.total, "all connection slots are taken; new connections wait");
            }
            let Ok(slot) = self.slots.clone().acquire_owned().await else {
                // The semaphore is never closed.
                return std::future::pending().await;
            };
            match listener.accept().await {
                Ok((stream, peer)) => return (stream, peer, slot),
                Err(error) => {
                    // Probably out of file descriptors, which ending connections release.
                    if self.failing.should_log() {
                        warn!(%error, "connections cannot be accepted");
                    }
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
            }
        }
    }

    fn reserve(&self, peer: SocketAddr) -> Result<QuotaGuard, QuotaExceeded> {
        let is_proxy = self.proxies.contains(peer.ip());
        self.per_client.reserve(peer.ip().into(), usize::from(!is_proxy))
    }

    fn reject(&mut self, stream: TcpStream, peer: SocketAddr, slot: Slot) {
        if let Some(skipped) = self.rejected.admit() {
            let client = ClientKey::from(peer.ip());
            info!(%client, skipped, "a client has too many connections; more are refused");
        }
        let Ok(rejecting) = self.rejecting.clone().try_acquire_owned() else { return };
        tokio::spawn(async move {
            let mut connection = Connection::new(stream);
            let _ = connection.write_all(TOO_MANY_CONNECTIONS.as_bytes()).await;
            let _ = connection.shutdown().await;
            drop((slot, rejecting));
        });
    }
}

fn connection(
    stream: TcpStream,
    peer: SocketAddr,
    router: Router,
) -> http1::Connection<
    TokioIo<Connection>,
    impl hyper::service::HttpService<Incoming, ResBody = Body, Error = Infallible, Future: Send>,
> {
    let service = service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(ConnectInfo(peer));
        router.clone().oneshot(request.map(Body::new))
    });
    http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADER_TIMEOUT)
        .max_buf_size(MAX_HEAD_BYTES)
        .serve_connection(TokioIo::new(Connection::new(stream)), service)
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use axum::routing::get;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpSocket;
    use tokio::time::Instant;

    use super::*;
    use crate::http::connection::WRITE_STALL;

    /// A server on loopback with these limits on connections.
    async fn start(router: Router, total: usize, per_client: usize) -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let proxies = TrustedProxies::new(vec![IpAddr::from([127, 0, 0, 9]).into()]);
        let limits = ConnectionLimits { total, per_client, proxies: Arc::new(proxies) };
        tokio::spawn(serve(listener, router, limits, std::future::pending()));
        address
    }

    async fn hello() -> &'static str {
        "hello"
    }

    /// Connects from one of the many loopback addresses.
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

    /// The clock is paused: time advances by itself when every task waits.
    #[tokio::test(start_paused = true)]
    async fn headers_that_never_end_are_cut() {
        let address = start(Router::new().route("/", get(hello)), 10, 10).await;
        let started = Instant::now();
        let mut slow = TcpStream::connect(address).await.unwrap();
        slow.write_all(b"GET / HTTP/1.1\r\nhost: x\r\n").await.unwrap();
        let mut answer = Vec::new();
        slow.read_to_end(&mut answer).await.unwrap();
        assert!(!answer.starts_with(b"HTTP/1.1 200"));
        assert!(
            (HEADER_TIMEOUT..2 * HEADER_TIMEOUT).contains(&started.elapsed()),
            "{:?}",
            started.elapsed()
        );
    }

    #[tokio::test(start_paused = true)]
    async fn an_idle_connection_is_closed() {
        let address = start(Router::new().route("/", get(hello)), 10, 10).await;
        let mut idle = TcpStream::connect(address).await.unwrap();
        assert!(ask(&mut idle).await.ends_with("hello"));
        let started = Instant::now();
        assert_eq!(idle.read(&mut [0]).await.unwrap(), 0);
        assert!(
            (HEADER_TIMEOUT..2 * HEADER_TIMEOUT).contains(&started.elapsed()),
            "{:?}",
            started.elapsed()
        );
    }

    #[tokio::test]
    async fn a_request_head_over_the_limit_is_refused() {
        let address = start(Router::new().route("/", get(hello)), 10, 10).await;
        for (bytes, status) in
            [(MAX_HEAD_BYTES / 2, "HTTP/1.1 200 "), (2 * MAX_HEAD_BYTES, "HTTP/1.1 431 ")]
        {
            let mut client = TcpStream::connect(address).await.unwrap();
            let head = format!("GET / HTTP/1.1\r\nhost: x\r\nx: {}", "x".repeat(bytes));
            client.write_all(head.as_bytes()).await.unwrap();
            if bytes < MAX_HEAD_BYTES {
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
    async fn a_client_that_reads_nothing_is_cut() {
        let address = start(Router::new().route("/", get(large)), 10, 10).await;
        let mut slow = TcpStream::connect(address).await.unwrap();
        slow.write_all(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
        tokio::time::sleep(2 * WRITE_STALL).await;
        let mut answer = Vec::new();
        let _ = slow.read_to_end(&mut answer).await;
        assert!(answer.len() < LARGE, "{} bytes", answer.len());
    }

    #[tokio::test(start_paused = true)]
    async fn a_client_that_reads_very_slowly_is_cut() {
        let address = start(Router::new().route("/", get(large)), 10, 10).await;
        let mut slow = TcpStream::connect(address).await.unwrap();
        slow.write_all(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
        // More than the sockets buffer, and slower than a modem.
        let mut taken = 0;
        let started = Instant::now();
        while let Ok(read @ 1..) = slow.read(&mut [0; 16 * 1024]).await {
            taken += read;
            assert!(taken < LARGE && started.elapsed() < 1000 * WRITE_STALL, "{taken}");
            tokio::time::sleep(WRITE_STALL / 2).await;
        }
    }

    #[tokio::test]
    async fn a_client_over_its_limit_gets_a_429_and_others_are_served() {
        let address = start(Router::new().route("/", get(hello)), 10, 2).await;
        let (mut one, mut two) = (connect(1, address).await, connect(1, address).await);
        assert!(ask(&mut one).await.ends_with("hello") && ask(&mut two).await.ends_with("hello"));
        let refused = ask(&mut connect(1, address).await).await;
        assert!(
            refused.starts_with("HTTP/1.1 429 ") && refused.contains("retry-after"),
            "{refused}"
        );
        assert!(ask(&mut connect(2, address).await).await.ends_with("hello"));
        // Connections through a trusted proxy are not counted as one client's.
        let mut proxied = Vec::new();
        for _ in 0..4 {
            proxied.push(connect(9, address).await);
            assert!(ask(proxied.last_mut().unwrap()).await.ends_with("hello"));
        }

        drop(one);
        // The server notices the closed connection a moment later.
        tokio::time::timeout(Duration::from_mins(1), async {
            while !ask(&mut connect(1, address).await).await.ends_with("hello") {}
        })
        .await
        .unwrap();
    }

    #[tokio::test]
    async fn a_connection_waits_for_a_free_slot() {
        let address = start(Router::new().route("/", get(hello)), 2, 2).await;
        let (mut one, mut two) = (connect(1, address).await, connect(2, address).await);
        assert!(ask(&mut one).await.ends_with("hello") && ask(&mut two).await.ends_with("hello"));
        let mut waiting = connect(3, address).await;
        let mut asking = tokio::spawn(async move { ask(&mut waiting).await });
        let early = tokio::time::timeout(Duration::from_millis(300), &mut asking).await;
        assert!(early.is_err(), "{early:?}");
        drop(one);
        assert!(asking.await.unwrap().ends_with("hello"));
    }
}
