//! How the program stops.

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::program::{Home, read};

#[tokio::test]
async fn a_request_in_progress_is_finished_before_the_program_stops() {
    for signal in ["-TERM", "-INT"] {
        let home = Home::new();
        let mut program = home.start();
        let mut upload = TcpStream::connect(home.address).await.unwrap();
        let (address, length) = (home.address, "content-length: 10");
        let head = format!(
            "POST / HTTP/1.1\r\nhost: {address}\r\n{length}\r\nexpect: 100-continue\r\n\r\n"
        );
        upload.write_all(head.as_bytes()).await.unwrap();
        let mut response = [0; 25];
        upload.read_exact(&mut response).await.unwrap();
        assert!(response.starts_with(b"HTTP/1.1 100 Continue"), "the site asks for the body");

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
        let _restarted = home.start();
        let text = read(&reqwest::Client::new(), link).await;
        assert_eq!(text, "0123456789", "the acknowledged text is saved");
    }
}

#[tokio::test]
async fn an_idle_connection_does_not_delay_the_stop() {
    let home = Home::new();
    let mut program = home.start();
    let mut idle = TcpStream::connect(home.address).await.unwrap();
    idle.write_all(b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
    let mut response = [0; 15];
    idle.read_exact(&mut response).await.unwrap();
    program.signal("-TERM");
    assert!(program.wait().success());
}
