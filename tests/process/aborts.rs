//! Requests that break off.

use std::time::Duration;

use reqwest::Client;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;

use crate::program::Home;

const REQUESTS: usize = 4_000;
const CONCURRENT: usize = 100;

/// Behaves like a load tool that is stopped half-way: some requests break off in the head, some in
/// the body, some after the last byte, and the connection is reset, not closed.
async fn abort_request(address: std::net::SocketAddr, n: usize) {
    let requests = [
        "GET / HTT",
        "GET / HTTP/1.1\r\nhost: x\r\n\r\n",
        "POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 100000\r\n\r\nhalf of it",
        "POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\n\r\nwhole",
        "GET / HTTP/1.1\r\nhost: x\r\n\r\nGET /recent HTTP/1.1\r\nhost: x\r\n\r\nGET /nothing HTTP/1.1\r\nhost: x\r\n\r\n",
    ];
    let Ok(mut stream) = TcpStream::connect(address).await else { return };
    let _ = stream.set_zero_linger();
    let _ = stream.write_all(requests[n % requests.len()].as_bytes()).await;
    if n.is_multiple_of(3) {
        tokio::task::yield_now().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_site_survives_thousands_of_aborted_requests() {
    let home = Home::new();
    let mut program = home.start();
    let client = Client::new();
    let link = program.paste(&client, "still here".to_owned()).await.unwrap();
    for batch in 0..REQUESTS / CONCURRENT {
        let aborted: Vec<_> = (0..CONCURRENT)
            .map(|n| tokio::spawn(abort_request(home.address, batch * CONCURRENT + n)))
            .collect();
        for request in aborted {
            request.await.unwrap();
        }
    }
    let raw =
        client.get(format!("{link}/raw")).timeout(Duration::from_secs(30)).send().await.unwrap();
    assert_eq!(raw.text().await.unwrap(), "still here");
    program.paste(&client, "and it still saves".to_owned()).await.unwrap();
    program.stop();
}
