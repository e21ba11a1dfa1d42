//! Serving connections: axum's own `serve` sets no time for a client to send its headers.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::{Pin, pin};
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
use tokio::net::{TcpListener, TcpStream};
use tokio_io_timeout::TimeoutStream;
use tower::ServiceExt as _;
use tracing::{debug, warn};

/// From the first byte (or the end of the last answer) to the end of the headers.
const HEADERS: Duration = Duration::from_secs(15);

/// A client that takes nothing of its answer for so long has gone to sleep, or means harm.
const TAKING: Duration = Duration::from_mins(1);

/// How long requests under way may still take after the signal to stop.
pub const DRAIN: Duration = Duration::from_secs(30);

type Io = TokioIo<Pin<Box<TimeoutStream<TcpStream>>>>;

/// Serves until `stop` resolves, then lets the requests under way finish.
pub async fn serve(listener: TcpListener, site: Router, stop: impl Future<Output = ()>) {
    let graceful = GracefulShutdown::new();
    let mut stop = pin!(stop);
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, peer)) => {
                    let connection = graceful.watch(connection(stream, peer, site.clone()));
                    tokio::spawn(async move {
                        // A client that goes away in mid-request is its own business.
                        if let Err(error) = connection.await {
                            debug!(%error, "connection ended early");
                        }
                    });
                }
                Err(error) => {
                    // Out of file descriptors, most likely: connections that end give them back.
                    warn!(%error, "a connection could not be accepted");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
            },
            () = &mut stop => break,
        }
    }
    drop(listener);
    if tokio::time::timeout(DRAIN, graceful.shutdown()).await.is_err() {
        warn!("requests were still under way after {DRAIN:?}; they are cut");
    }
}

fn connection(
    stream: TcpStream,
    peer: SocketAddr,
    site: Router,
) -> http1::Connection<
    Io,
    impl hyper::service::HttpService<Incoming, ResBody = Body, Error = Infallible, Future: Send>,
> {
    if let Err(error) = stream.set_nodelay(true) {
        debug!(%error, "a socket takes no options");
    }
    let answer = service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(ConnectInfo(peer));
        site.clone().oneshot(request.map(Body::new))
    });
    let mut stream = TimeoutStream::new(stream);
    stream.set_write_timeout(Some(TAKING));
    http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADERS)
        .serve_connection(TokioIo::new(Box::pin(stream)), answer)
}

#[cfg(test)]
mod tests {
    use axum::routing::get;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::time::Instant;

    use super::*;

    /// Time passes by itself here whenever everybody waits.
    #[tokio::test(start_paused = true)]
    async fn a_client_that_never_ends_its_headers_is_cut() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let site = Router::new().route("/", get(async || "hello"));
        tokio::spawn(serve(listener, site, std::future::pending()));

        let started = Instant::now();
        let mut slow = TcpStream::connect(address).await.unwrap();
        slow.write_all(b"GET / HTTP/1.1\r\nhost: x\r\n").await.unwrap();
        let mut answer = Vec::new();
        slow.read_to_end(&mut answer).await.unwrap();
        assert!(!answer.starts_with(b"HTTP/1.1 200"));
        assert!((HEADERS..2 * HEADERS).contains(&started.elapsed()), "{:?}", started.elapsed());
    }

    #[tokio::test(start_paused = true)]
    async fn a_client_that_takes_nothing_of_its_answer_is_cut() {
        const LARGE: usize = 64 << 20;
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let site = Router::new().route("/", get(async || vec![b'x'; LARGE]));
        tokio::spawn(serve(listener, site, std::future::pending()));

        let mut sleepy = TcpStream::connect(address).await.unwrap();
        sleepy.write_all(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
        tokio::time::sleep(2 * TAKING).await;
        let mut answer = Vec::new();
        let _ = sleepy.read_to_end(&mut answer).await;
        assert!(answer.len() < LARGE, "{} bytes", answer.len());
    }
}
