//! The TCP port that takes texts from `nc`.

use std::net::TcpListener;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::program::{Home, Program, error_line};

/// Starts the program with a TCP port, and returns the address of that port too.
fn start(settings: &[(&str, &str)]) -> (Home, Program, String) {
    let home = Home::new();
    let program = home.start_with(&[settings, &[("TCP_LISTEN", "127.0.0.1:0")]].concat());
    let line = program.greeting.lines().find(|line| line.contains(" tcp ")).unwrap();
    let address = line.split_whitespace().nth(1).unwrap().to_owned();
    (home, program, address)
}

/// Sends a text as `nc -N` does, and returns the reply.
async fn send(address: &str, text: &str) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(text.as_bytes()).await.unwrap();
    stream.shutdown().await.unwrap();
    let mut reply = String::new();
    stream.read_to_string(&mut reply).await.unwrap();
    reply
}

#[tokio::test]
async fn a_tcp_port_in_use_is_reported_before_the_site_starts() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let output = Home::new().run(&[], &[("TCP_LISTEN", &address)]);
    assert!(output.stdout.is_empty());
    let error = error_line(&output);
    for part in ["TCP_LISTEN", &address, "in use"] {
        assert!(error.contains(part), "{part} in {error}");
    }
}

#[tokio::test]
async fn texts_from_one_address_are_rate_limited() {
    let (_home, _program, address) = start(&[("RATE_LIMIT", "on")]);
    let mut refused = String::new();
    for _ in 0..200 {
        refused = send(&address, "x").await;
        if refused.starts_with("error: ") {
            break;
        }
    }
    assert!(refused.starts_with("error: Too many") && refused.lines().count() == 1, "{refused}");
}

#[tokio::test]
async fn one_address_has_at_most_sixteen_connections() {
    let (_home, program, address) = start(&[]);
    let mut held = Vec::new();
    for _ in 0..16 {
        let mut stream = TcpStream::connect(&address).await.unwrap();
        stream.write_all(b"begun").await.unwrap();
        held.push(stream);
    }
    let mut stream = TcpStream::connect(&address).await.unwrap();
    let mut reply = String::new();
    stream.read_to_string(&mut reply).await.unwrap();
    assert_eq!(reply, "error: too many connections at once\n");
    for mut stream in held {
        stream.shutdown().await.unwrap();
        reply.clear();
        stream.read_to_string(&mut reply).await.unwrap();
        assert!(reply.starts_with(&program.url), "{reply}");
    }
    assert!(send(&address, "after").await.starts_with(&program.url));
}

#[tokio::test]
async fn reset_connections_do_no_harm() {
    let (_home, program, address) = start(&[]);
    for _ in 0..10 {
        let mut stream = TcpStream::connect(&address).await.unwrap();
        stream.write_all(b"begun").await.unwrap();
        stream.set_zero_linger().unwrap();
        drop(stream);
    }
    assert!(send(&address, "after").await.starts_with(&program.url));
}

#[tokio::test]
async fn a_text_being_received_is_saved_before_the_program_stops() {
    let (home, mut program, address) = start(&[]);
    let _idle = TcpStream::connect(&address).await.unwrap();
    let mut stream = TcpStream::connect(&address).await.unwrap();
    stream.write_all(b"begun, ").await.unwrap();
    // The site accepts connections in order: once a later one gets its reply, this one is accepted.
    send(&address, "x").await;
    program.signal("-TERM");
    while TcpStream::connect(home.address).await.is_ok() {
        tokio::task::yield_now().await;
    }
    stream.write_all(b"ended").await.unwrap();
    stream.shutdown().await.unwrap();
    let mut reply = String::new();
    stream.read_to_string(&mut reply).await.unwrap();
    assert!(program.wait().success());
    let _restarted = home.start();
    let text = reqwest::get(reply.trim_end()).await.unwrap().text().await.unwrap();
    assert_eq!(text, "begun, ended");
}

#[tokio::test]
async fn a_link_names_the_address_that_the_client_connected_to() {
    let home = Home::new();
    let port = home.address.port();
    let everywhere = format!("0.0.0.0:{port}");
    let settings = [("LISTEN", everywhere.as_str()), ("TCP_LISTEN", "0.0.0.0:0")];
    let program = home.start_with(&settings);
    assert!(program.greeting.contains(&format!("is at http://127.0.0.1:{port}\n")));
    let tcp = program.greeting.lines().find(|line| line.contains(" tcp ")).unwrap();
    let tcp_port = tcp.split_whitespace().nth(1).unwrap().rsplit(':').next().unwrap();
    let link = send(&format!("127.0.0.2:{tcp_port}"), "text").await;
    assert!(link.starts_with(&format!("http://127.0.0.2:{port}/")), "{link}");
    let text = reqwest::get(format!("{}/raw", link.trim())).await.unwrap().text().await.unwrap();
    assert_eq!(text, "text");
}
