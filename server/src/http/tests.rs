//! Clients of HTTP/1: slow ones, too many, half-closed, and gone.

use axum::body::Bytes;
use axum::extract::State;
use axum::routing::{get, post};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::{Semaphore, mpsc};
use tokio::time::Instant;

use super::*;
use crate::client_ip::TrustedProxies;
use crate::connection::WRITE_STALL;
use crate::listener::Socket;

/// A server on loopback with these limits on connections.
async fn start(router: Router, total: usize, per_client: usize) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let proxies = TrustedProxies::new(vec![IpAddr::from([127, 0, 0, 9]).into()]);
    let limits = ConnectionLimits {
        total,
        per_client,
        http2_per_client: 2,
        heads_per_client: HEADS_PER_CLIENT,
        proxies: Arc::new(proxies),
    };
    let listener = Listener::of_bound(vec![Socket::Tcp(listener)]).unwrap().unwrap();
    tokio::spawn(serve(listener, router, limits, std::future::pending()));
    address
}

/// Memory for the unfinished headers of one client.
const HEADS_PER_CLIENT: usize = 128 * 1024;

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
    assert!(refused.starts_with("HTTP/1.1 429 ") && refused.contains("retry-after"), "{refused}");
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

/// A handler that runs until its client is gone, and says so.
fn endless(gone: mpsc::Sender<()>) -> Router {
    let handler = async move |_: Bytes| {
        let _gone = SendOnDrop(gone);
        std::future::pending::<()>().await;
    };
    Router::new().route("/", post(handler).get(async || ()))
}

struct SendOnDrop(mpsc::Sender<()>);

impl Drop for SendOnDrop {
    fn drop(&mut self) {
        let _ = self.0.try_send(());
    }
}

const REQUEST: &str = "POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\n\r\nwhole";

/// A handler that answers when the test says so.
fn on_demand(demand: Arc<Semaphore>) -> Router {
    let handler = async move |text: Bytes| {
        drop(demand.acquire().await);
        text
    };
    Router::new().route("/", post(handler)).route("/large", get(large))
}

#[tokio::test]
async fn a_client_that_closes_its_side_gets_the_whole_answer() {
    for version in ["1.1", "1.0"] {
        let demand = Arc::new(Semaphore::new(0));
        let address = start(on_demand(demand.clone()), 10, 10).await;
        let mut client = TcpStream::connect(address).await.unwrap();
        client.write_all(REQUEST.replace("1.1", version).as_bytes()).await.unwrap();
        client.shutdown().await.unwrap();
        // The first bytes come early. The rest waits for the handler.
        let mut first = [0; 2];
        client.read_exact(&mut first).await.unwrap();
        demand.add_permits(1);
        let mut rest = String::new();
        client.read_to_string(&mut rest).await.unwrap();
        let answer = format!("HT{rest}");
        assert!(answer.starts_with(&format!("HTTP/{version} 200 OK\r\n")), "{answer}");
        assert!(first == *b"HT" && answer.ends_with("\r\n\r\nwhole"), "{answer}");
    }
}

/// The end of the client's side may be there before the handler reads the body that came with it.
#[tokio::test]
async fn a_client_that_closes_its_side_is_answered_by_a_handler_that_reads_late() {
    let demand = Arc::new(Semaphore::new(0));
    let handler = async |State(demand): State<Arc<Semaphore>>, request: Request<Body>| {
        drop(demand.acquire().await);
        axum::body::to_bytes(request.into_body(), 100).await.unwrap()
    };
    let router = Router::new().route("/", post(handler)).with_state(demand.clone());
    let address = start(router, 10, 10).await;
    let mut client = TcpStream::connect(address).await.unwrap();
    client.write_all(REQUEST.as_bytes()).await.unwrap();
    client.shutdown().await.unwrap();
    tokio::time::sleep(Duration::from_millis(300)).await;
    demand.add_permits(1);
    let mut answer = String::new();
    client.read_to_string(&mut answer).await.unwrap();
    assert!(answer.ends_with("\r\n\r\nwhole"), "{answer}");
}

#[tokio::test]
async fn a_half_closed_client_gets_all_of_a_large_answer_and_of_pipelined_ones() {
    let address = start(on_demand(Arc::new(Semaphore::new(9))), 10, 10).await;
    for count in [1, 3] {
        let mut client = TcpStream::connect(address).await.unwrap();
        let request = "GET /large HTTP/1.1\r\nhost: x\r\n\r\n".repeat(count);
        client.write_all(request.as_bytes()).await.unwrap();
        client.shutdown().await.unwrap();
        let mut answer = Vec::new();
        client.read_to_end(&mut answer).await.unwrap();
        let heads = answer.len() - count * LARGE;
        assert!((1..1000 * count).contains(&heads), "{}", answer.len());
    }
}

#[tokio::test]
async fn an_unfinished_request_of_a_half_closed_client_is_dropped() {
    let (gone, mut is_gone) = mpsc::channel(1);
    let address = start(endless(gone), 10, 10).await;
    for request in ["POST / HT", "POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 6\r\n\r\nhalf"] {
        let mut client = TcpStream::connect(address).await.unwrap();
        client.write_all(request.as_bytes()).await.unwrap();
        client.shutdown().await.unwrap();
        let mut answer = String::new();
        client.read_to_string(&mut answer).await.unwrap();
        assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 400"), "{answer}");
    }
    assert!(is_gone.try_recv().is_err(), "the handler has not begun");
}

#[tokio::test]
async fn the_work_for_a_client_that_is_gone_is_dropped() {
    for resets in [true, false] {
        let (gone, mut is_gone) = mpsc::channel(1);
        let address = start(endless(gone), 10, 10).await;
        let mut client = TcpStream::connect(address).await.unwrap();
        client.write_all(REQUEST.as_bytes()).await.unwrap();
        if resets {
            client.set_zero_linger().unwrap();
        }
        drop(client);
        timeout(Duration::from_mins(1), is_gone.recv()).await.unwrap().unwrap();
    }
}

#[tokio::test]
async fn the_work_for_a_client_that_closes_its_side_and_then_leaves_is_dropped() {
    let (gone, mut is_gone) = mpsc::channel(1);
    let address = start(endless(gone), 10, 10).await;
    let mut client = TcpStream::connect(address).await.unwrap();
    client.write_all(REQUEST.as_bytes()).await.unwrap();
    client.shutdown().await.unwrap();
    client.read_exact(&mut [0]).await.unwrap();
    assert!(is_gone.try_recv().is_err(), "it waits");
    drop(client);
    timeout(Duration::from_mins(1), is_gone.recv()).await.unwrap().unwrap();
}

#[tokio::test]
async fn unfinished_headers_of_one_client_have_bounded_memory() {
    let address = start(Router::new().route("/", get(hello)), 100, 100).await;
    let head = format!("GET / HTTP/1.1\r\nhost: x\r\nx: {}", "x".repeat(40 * 1024));
    let mut clients = Vec::new();
    let mut refused = String::new();
    for _ in 0..20 {
        let mut client = connect(1, address).await;
        client.write_all(head.as_bytes()).await.unwrap();
        let read = timeout(Duration::from_millis(300), client.read_to_string(&mut refused)).await;
        if read.is_ok() {
            break;
        }
        clients.push(client);
    }
    assert!((2..=HEADS_PER_CLIENT / 32_000).contains(&clients.len()), "{} are held", clients.len());
    assert!(refused.starts_with("HTTP/1.1 429 "), "{refused}");
    assert!(ask(&mut connect(2, address).await).await.ends_with("hello"), "others are served");
    // Headers that become complete take no more memory.
    for client in &mut clients {
        client.write_all(b"\r\n\r\n").await.unwrap();
        let mut answer = [0; 12];
        client.read_exact(&mut answer).await.unwrap();
        assert_eq!(&answer, b"HTTP/1.1 200");
    }
    drop(clients);
    assert!(ask(&mut connect(1, address).await).await.ends_with("hello"));
}

/// A client that speaks HTTP/2 from the first byte on.
async fn http2_client(
    from: u8,
    address: SocketAddr,
) -> (h2::client::SendRequest<Bytes>, tokio::task::JoinHandle<Result<(), h2::Error>>) {
    let (client, connection) = h2::client::Builder::new()
        .initial_window_size(0)
        .handshake(connect(from, address).await)
        .await
        .unwrap();
    (client, tokio::spawn(connection))
}

fn http2_get(path: &str) -> Request<()> {
    Request::get(format!("http://paste.example.org{path}")).body(()).unwrap()
}

async fn show_host(headers: axum::http::HeaderMap, uri: Uri) -> String {
    format!("{:?} {uri}", headers.get_all(header::HOST).iter().collect::<Vec<_>>())
}

#[tokio::test]
async fn http2_is_served_on_the_same_port_as_http1_and_has_a_host() {
    let address = start(Router::new().route("/{name}", get(show_host)), 10, 10).await;
    let (mut client, _connection) = http2_client(1, address).await;
    let (response, _) = client.send_request(http2_get("/x?y"), true).unwrap();
    let mut body = response.await.unwrap().into_body();
    body.flow_control().release_capacity(0).unwrap();
    // Waits for the window that this client does not open by itself.
    client = client.ready().await.unwrap();
    drop(client);
    assert!(ask(&mut connect(1, address).await).await.starts_with("HTTP/1.1 404"));
}

/// The clock is paused: time advances by itself when every task waits.
#[tokio::test(start_paused = true)]
async fn an_http2_client_that_takes_no_answer_is_cut() {
    let address = start(Router::new().route("/", get(large)), 10, 10).await;
    let (client, connection) = http2_client(1, address).await;
    let started = Instant::now();
    let (response, _) = client.clone().send_request(http2_get("/"), true).unwrap();
    assert_eq!(response.await.unwrap().status(), 200);
    let _ = connection.await.unwrap();
    let after = started.elapsed();
    assert!((WRITE_STALL..2 * WRITE_STALL).contains(&after), "{after:?}");
    drop(client);
}

#[tokio::test(start_paused = true)]
async fn an_idle_http2_connection_is_closed() {
    let address = start(Router::new().route("/", get(async || ())), 10, 10).await;
    let (client, connection) = http2_client(1, address).await;
    let (response, _) = client.clone().send_request(http2_get("/"), true).unwrap();
    assert_eq!(response.await.unwrap().status(), 200);
    let started = Instant::now();
    let _ = connection.await.unwrap();
    assert!(started.elapsed() < 3 * HEADER_TIMEOUT, "{:?}", started.elapsed());
    drop(client);
}

#[tokio::test(start_paused = true)]
async fn an_http2_client_that_takes_its_requests_back_is_cut() {
    let (gone, _is_gone) = mpsc::channel(1);
    let address = start(endless(gone), 10, 10).await;
    let (client, connection) = http2_client(1, address).await;
    let mut sent = 0;
    while let Ok(mut ready) = client.clone().ready().await {
        let request = Request::post("http://x/").body(()).unwrap();
        let Ok((_, mut stream)) = ready.send_request(request, true) else { break };
        // The server has the request before it is taken back.
        tokio::time::sleep(Duration::from_millis(1)).await;
        stream.send_reset(h2::Reason::CANCEL);
        sent += 1;
        assert!(sent < 10_000, "never cut");
    }
    assert!(connection.await.unwrap().is_err());
    assert!(sent > 50, "a browser takes back a few: {sent}");
}

#[tokio::test]
async fn a_client_over_its_limit_of_http2_connections_is_told_to_calm_down() {
    let address = start(Router::new().route("/", get(async || ())), 10, 10).await;
    let mut clients = Vec::new();
    for _ in 0..2 {
        let (client, connection) = http2_client(1, address).await;
        let (response, _) = client.clone().send_request(http2_get("/"), true).unwrap();
        assert_eq!(response.await.unwrap().status(), 200);
        clients.push((client, connection));
    }
    let (_client, connection) = http2_client(1, address).await;
    let error = connection.await.unwrap().unwrap_err();
    assert_eq!(error.reason(), Some(h2::Reason::ENHANCE_YOUR_CALM));
    let (other, _connection) = http2_client(2, address).await;
    let (response, _) = other.clone().send_request(http2_get("/"), true).unwrap();
    assert_eq!(response.await.unwrap().status(), 200);
}

#[tokio::test(start_paused = true)]
async fn a_connection_that_never_says_which_protocol_it_speaks_is_closed() {
    let address = start(Router::new().route("/", get(hello)), 10, 10).await;
    for beginning in ["", "PRI * HT"] {
        let mut client = TcpStream::connect(address).await.unwrap();
        client.write_all(beginning.as_bytes()).await.unwrap();
        let started = Instant::now();
        let _ = client.read_to_end(&mut Vec::new()).await;
        assert!(started.elapsed() < 2 * HEADER_TIMEOUT, "{:?}", started.elapsed());
    }
}

#[tokio::test]
async fn a_stop_waits_for_the_requests_of_both_protocols_and_for_nothing_else() {
    let demand = Arc::new(Semaphore::new(0));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let listener = Listener::of_bound(vec![Socket::Tcp(listener)]).unwrap().unwrap();
    let limits = ConnectionLimits::new(10, true, Arc::default());
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let stopped = async { stopped.await.unwrap_or_default() };
    let server = tokio::spawn(serve(listener, on_demand(demand.clone()), limits, stopped));

    let _silent = connect(1, address).await;
    let mut http1 = connect(1, address).await;
    http1.write_all(REQUEST.as_bytes()).await.unwrap();
    let (http2, _connection) = http2_client(1, address).await;
    let request = Request::post("http://x/").body(()).unwrap();
    let (response, _) = http2.clone().send_request(request, true).unwrap();
    let response = tokio::spawn(response);
    let (idle, _idle_connection) = http2_client(1, address).await;
    idle.clone().ready().await.unwrap();
    // The server accepts in order, so it knows all of them when it answers this one.
    assert!(ask(&mut connect(1, address).await).await.starts_with("HTTP/1.1 405"));

    stop.send(()).unwrap();
    while TcpStream::connect(address).await.is_ok() {
        tokio::task::yield_now().await;
    }
    demand.add_permits(2);
    let mut answer = String::new();
    http1.read_to_string(&mut answer).await.unwrap();
    assert!(answer.ends_with("\r\n\r\nwhole"), "{answer}");
    assert_eq!(response.await.unwrap().unwrap().status(), 200);
    timeout(DRAIN_TIMEOUT / 2, server).await.unwrap().unwrap();
}
