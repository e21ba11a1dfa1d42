//! The TCP port for bare texts.

use std::net::TcpListener;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::program::{Home, Program};

fn start(settings: &[(&str, &str)]) -> (Home, Program, String) {
    let home = Home::new();
    let program = home.start_with(&[settings, &[("TCP_LISTEN", "127.0.0.1:0")]].concat());
    let line = program.greeting.lines().find(|line| line.contains(" tcp ")).unwrap();
    let address = line.split_whitespace().nth(1).unwrap().to_owned();
    (home, program, address)
}

async fn send(address: &str, text: &str) -> String {
    let mut line = TcpStream::connect(address).await.unwrap();
    line.write_all(text.as_bytes()).await.unwrap();
    line.shutdown().await.unwrap();
    let mut said = String::new();
    line.read_to_string(&mut said).await.unwrap();
    said
}

#[tokio::test]
async fn a_port_in_use_is_named_before_anything_is_served() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let output = Home::new().run(&[], &[("TCP_LISTEN", &address)]);
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(!output.status.success() && output.stdout.is_empty());
    assert!(
        said.contains("TCP_LISTEN") && said.contains(&address) && said.contains("in use"),
        "{said}"
    );
    assert_eq!(said.lines().count(), 1, "{said}");
}

#[tokio::test]
async fn one_address_sends_only_so_often() {
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
async fn one_address_does_not_take_all_the_places() {
    let (_home, program, address) = start(&[]);
    let mut held = Vec::new();
    for _ in 0..16 {
        let mut line = TcpStream::connect(&address).await.unwrap();
        line.write_all(b"begun").await.unwrap();
        held.push(line);
    }
    let mut line = TcpStream::connect(&address).await.unwrap();
    let mut said = String::new();
    line.read_to_string(&mut said).await.unwrap();
    assert_eq!(said, "error: too many connections at once\n");
    for mut line in held {
        line.shutdown().await.unwrap();
        said.clear();
        line.read_to_string(&mut said).await.unwrap();
        assert!(said.starts_with(&program.url), "{said}");
    }
    assert!(send(&address, "after").await.starts_with(&program.url));
}

#[tokio::test]
async fn a_client_that_resets_does_no_harm() {
    let (_home, program, address) = start(&[]);
    for _ in 0..10 {
        let mut line = TcpStream::connect(&address).await.unwrap();
        line.write_all(b"begun").await.unwrap();
        line.set_zero_linger().unwrap();
        drop(line);
    }
    assert!(send(&address, "after").await.starts_with(&program.url));
}

#[tokio::test]
async fn a_text_under_way_is_kept_before_it_stops() {
    let (home, mut program, address) = start(&[]);
    let _idle = TcpStream::connect(&address).await.unwrap();
    let mut line = TcpStream::connect(&address).await.unwrap();
    line.write_all(b"begun, ").await.unwrap();
    // Once a later one is answered, this one has been let in.
    send(&address, "x").await;
    program.signal("-TERM");
    while TcpStream::connect(home.address).await.is_ok() {
        tokio::task::yield_now().await;
    }
    line.write_all(b"ended").await.unwrap();
    line.shutdown().await.unwrap();
    let mut said = String::new();
    line.read_to_string(&mut said).await.unwrap();
    assert!(program.wait().success());
    let _again = home.start();
    let text = reqwest::get(said.trim_end()).await.unwrap().text().await.unwrap();
    assert_eq!(text, "begun, ended");
}
