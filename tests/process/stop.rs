use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::program::Home;

#[tokio::test]
async fn a_request_under_way_is_finished_first() {
    for signal in ["-TERM", "-INT"] {
        let home = Home::new();
        let mut program = home.start();
        let mut upload = TcpStream::connect(home.address).await.unwrap();
        let head =
            "POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\nexpect: 100-continue\r\n\r\n";
        upload.write_all(head.as_bytes()).await.unwrap();
        let mut response = [0; 25];
        upload.read_exact(&mut response).await.unwrap();
        assert!(response.starts_with(b"HTTP/1.1 100 Continue"), "the site waits for the body");

        program.signal(signal);
        while TcpStream::connect(home.address).await.is_ok() {
            tokio::task::yield_now().await;
        }
        upload.write_all(b"0123456789").await.unwrap();
        let mut rest = String::new();
        upload.read_to_string(&mut rest).await.unwrap();
        assert!(rest.starts_with("HTTP/1.1 201 Created"), "{rest}");
        assert!(program.wait().success());

        let link = rest.lines().last().unwrap();
        let _again = home.start();
        let text = reqwest::get(format!("{link}/raw")).await.unwrap().text().await.unwrap();
        assert_eq!(text, "0123456789", "and what was answered was kept");
    }
}

#[tokio::test]
async fn an_idle_connection_does_not_hold_it_up() {
    let home = Home::new();
    let mut program = home.start();
    let mut idle = TcpStream::connect(home.address).await.unwrap();
    idle.write_all(b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
    let mut response = [0; 15];
    idle.read_exact(&mut response).await.unwrap();
    program.signal("-TERM");
    assert!(program.wait().success());
}
