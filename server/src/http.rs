//! Accepts connections and serves HTTP/1 and HTTP/2 on them. Unlike `axum::serve` it bounds how many
//! there are, what they hold and how long a client may take.

use std::convert::Infallible;
use std::error::Error;
use std::net::{IpAddr, SocketAddr};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::uri::{Parts, PathAndQuery};
use axum::http::{HeaderValue, Uri, Version, header};
use axum::response::Response;
use hyper::Request;
use hyper::body::Incoming;
use hyper::server::conn::{http1, http2};
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use tokio::io::AsyncWriteExt as _;
use tokio::sync::watch;
use tokio::time::timeout;
use tower::ServiceExt as _;
use tracing::{debug, warn};

use crate::activity::{Activity, Exchange};
use crate::connection::{Connection, Protocol};
use crate::http2_watch::{Http2Watch, Verdict};
use crate::limiter::{ConnectionLimiter, ConnectionLimits, Http2Slot};
use crate::listener::Listener;
use crate::rejection::TOO_MANY_HTTP2_CONNECTIONS;

/// From the first byte of a request, or the end of the last answer, to the end of the headers. Also
/// from the start of a connection to its first bytes.
const HEADER_TIMEOUT: Duration = Duration::from_secs(15);

/// The largest request head in bytes. hyper's default is 400 KiB, for each connection.
const MAX_HEAD_BYTES: usize = 64 * 1024;

/// Requests at a time on one HTTP/2 connection. Further ones wait at the client.
const MAX_STREAMS: u32 = 32;

/// How much of request bodies an HTTP/2 client may send ahead of their reader, in bytes: for one
/// request, and for all of a connection.
const STREAM_WINDOW: u32 = 128 * 1024;
const CONNECTION_WINDOW: u32 = 512 * 1024;

/// How long requests under way may take after the signal to stop.
pub const DRAIN_TIMEOUT: Duration = Duration::from_secs(30);

type Outcome = Result<(), Box<dyn Error + Send + Sync>>;

/// Becomes true when the program stops.
type Stopping = watch::Receiver<bool>;

/// Serves until `stop` resolves, then lets the requests under way finish.
pub async fn serve(
    mut listener: Listener,
    router: Router,
    limits: ConnectionLimits,
    stop: impl Future<Output = ()>,
) {
    let mut limiter = ConnectionLimiter::new(limits);
    let (stopping, stopped) = watch::channel(false);
    let mut stop = pin!(stop);
    loop {
        let (stream, peer, slot) = tokio::select! {
            accepted = limiter.accept(&mut listener) => accepted,
            () = &mut stop => break,
        };
        match limiter.reserve(peer) {
            Ok(guard) => {
                let connection = Connection::new(stream, limiter.heads(peer));
                let http2 = limiter.http2(peer);
                let (router, stopped) = (router.clone(), stopped.clone());
                tokio::spawn(async move {
                    // Clients that disconnect during a request are no fault of the site.
                    if let Err(error) = serve_one(connection, peer, http2, router, stopped).await {
                        debug!(%error, "connection ended early");
                    }
                    drop((slot, guard));
                });
            }
            Err(_) => limiter.reject(stream, peer, slot),
        }
    }
    drop((listener, stopped));
    stopping.send_replace(true);
    // Each connection has a receiver as long as it is open.
    if timeout(DRAIN_TIMEOUT, stopping.closed()).await.is_err() {
        warn!("requests were still under way after {DRAIN_TIMEOUT:?}; they are cut");
    }
}

async fn serve_one(
    mut connection: Connection,
    peer: IpAddr,
    http2: Http2Slot,
    router: Router,
    mut stopped: Stopping,
) -> Outcome {
    let protocol = tokio::select! {
        protocol = timeout(HEADER_TIMEOUT, connection.detect_protocol()) => protocol??,
        _ = stopped.wait_for(|stopped| *stopped) => return Ok(()),
    };
    match protocol {
        Protocol::Http1 => serve_http1(connection, peer, router, stopped).await,
        Protocol::Http2 => {
            let Ok(guard) = http2.reserve() else {
                connection.write_all(TOO_MANY_HTTP2_CONNECTIONS).await?;
                return Ok(connection.shutdown().await?);
            };
            let outcome = serve_http2(connection, peer, router, stopped).await;
            drop(guard);
            outcome
        }
    }
}

async fn serve_http1(
    connection: Connection,
    peer: IpAddr,
    router: Router,
    mut stopped: Stopping,
) -> Outcome {
    let activity = connection.activity().clone();
    let service = service_fn(move |request| answer(request, peer, router.clone(), &activity));
    let serving = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADER_TIMEOUT)
        // The connection finds out by itself whether the client is gone.
        .half_close(true)
        .max_buf_size(MAX_HEAD_BYTES)
        .serve_connection(TokioIo::new(connection), service);
    let mut serving = pin!(serving);
    tokio::select! {
        outcome = serving.as_mut() => return Ok(outcome?),
        _ = stopped.wait_for(|stopped| *stopped) => serving.as_mut().graceful_shutdown(),
    }
    Ok(serving.await?)
}

async fn serve_http2(
    connection: Connection,
    peer: IpAddr,
    router: Router,
    mut stopped: Stopping,
) -> Outcome {
    let activity = connection.activity().clone();
    let mut watch = Http2Watch::new(activity.clone());
    let service = service_fn(move |request| answer(request, peer, router.clone(), &activity));
    let serving = http2::Builder::new(TokioExecutor::new())
        .timer(TokioTimer::new())
        .max_concurrent_streams(MAX_STREAMS)
        .max_header_list_size(u32::try_from(MAX_HEAD_BYTES)?)
        .initial_stream_window_size(STREAM_WINDOW)
        .initial_connection_window_size(CONNECTION_WINDOW)
        .serve_connection(TokioIo::new(connection), service);
    let mut serving = pin!(serving);
    let mut is_stopping = false;
    loop {
        tokio::select! {
            outcome = serving.as_mut() => return Ok(outcome?),
            _ = stopped.wait_for(|stopped| *stopped), if !is_stopping => {
                is_stopping = true;
                serving.as_mut().graceful_shutdown();
            }
            verdict = watch.next() => match verdict {
                Verdict::Idle => serving.as_mut().graceful_shutdown(),
                Verdict::Abusive(reason) => return Err(reason.into()),
            },
        }
    }
}

fn answer(
    request: Request<Incoming>,
    peer: IpAddr,
    router: Router,
    activity: &Arc<Activity>,
) -> impl Future<Output = Result<Response, Infallible>> + use<> {
    let exchange = Exchange::begin(activity);
    let mut request = request.map(|body| exchange.request_body(body));
    request.extensions_mut().insert(ConnectInfo(SocketAddr::new(peer, 0)));
    if request.version() == Version::HTTP_2 {
        authority_to_host(&mut request);
    }
    async move {
        let response = router.oneshot(request).await?;
        Ok(response.map(|body| exchange.response_body(body)))
    }
}

/// Writes the authority of an HTTP/2 request into `Host`, so that the site sees one form of requests.
fn authority_to_host(request: &mut Request<Body>) {
    let Parts { authority, path_and_query, .. } = request.uri().clone().into_parts();
    if let Some(authority) = authority
        && let Ok(host) = HeaderValue::from_str(authority.as_str())
    {
        // A `Host` that says something else stays beside it, and makes the request invalid.
        if request.headers().get(header::HOST) != Some(&host) {
            request.headers_mut().append(header::HOST, host);
        }
    }
    let path = path_and_query.unwrap_or_else(|| PathAndQuery::from_static("/"));
    *request.uri_mut() = Uri::from(path);
}

#[cfg(test)]
mod tests;
