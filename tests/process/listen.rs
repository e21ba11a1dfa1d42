//! The addresses that the program listens on.

use std::io::{Read as _, Write as _};
use std::net::{
    IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener, TcpStream, ToSocketAddrs as _,
};
use std::os::fd::OwnedFd;
use std::os::unix::fs::{FileTypeExt as _, PermissionsExt as _};
use std::os::unix::net::{UnixDatagram, UnixListener, UnixStream};

use crate::program::{Home, error_line};

/// Sends a request that asks for the connection's end, and returns the whole answer.
fn ask(mut stream: impl std::io::Read + std::io::Write, request: &str) -> String {
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

const CREATE: &str =
    "POST / HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: 4\r\n\r\ntext";
const READY: &str = "GET /readyz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";

fn port(home: &Home) -> String {
    home.address.port().to_string()
}

#[test]
fn a_unix_socket_serves_and_is_removed_at_the_end() {
    let home = Home::new();
    let path = home.path().join("site.sock");
    let settings = [("LISTEN", "unix:site.sock")];
    let mut program = home.start_with(&settings);
    assert!(ask(UnixStream::connect(&path).unwrap(), CREATE).starts_with("HTTP/1.1 201"));
    let mode = path.metadata().unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o666, "a proxy of another user may connect");
    assert!(home.run(&["healthcheck"], &settings).status.success());

    let other = Home::new();
    let address = format!("unix:{}", path.display());
    let error = error_line(&other.run(&[], &[("LISTEN", &address)]));
    assert!(error.contains("LISTEN") && error.contains("in use"), "{error}");
    program.stop();
    assert!(!path.exists());
}

#[test]
fn the_socket_file_of_a_killed_program_is_replaced_and_another_file_is_not() {
    let home = Home::new();
    let path = home.path().join("site.sock");
    let settings = [("LISTEN", "unix:site.sock")];
    let mut program = home.start_with(&settings);
    program.signal("-KILL");
    program.wait();
    assert!(path.metadata().unwrap().file_type().is_socket());
    let mut program = home.start_with(&settings);
    assert!(ask(UnixStream::connect(&path).unwrap(), READY).starts_with("HTTP/1.1 200"));
    // Another program's socket in its place is left alone.
    std::fs::remove_file(&path).unwrap();
    let _other = UnixListener::bind(&path).unwrap();
    program.stop();
    assert!(path.exists());

    std::fs::write(home.path().join("notes"), "text").unwrap();
    let error = error_line(&home.run(&[], &[("LISTEN", "unix:notes")]));
    assert!(error.contains("LISTEN") && error.contains("not a socket"), "{error}");
    assert_eq!(std::fs::read_to_string(home.path().join("notes")).unwrap(), "text");
}

#[test]
fn a_port_alone_is_every_address_and_localhost_is_each_of_its_own() {
    for host in ["", "localhost"] {
        let home = Home::new();
        let listen = format!("{host}:{}", port(&home));
        let settings = [("LISTEN", listen.as_str())];
        let mut program = home.start_with(&settings);
        let url = format!("http://localhost:{}", port(&home));
        assert!(program.greeting.contains(&url), "{}", program.greeting);
        let named: Vec<_> = ("localhost", 0).to_socket_addrs().unwrap().collect();
        let every = [Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()];
        let mut reached = 0;
        for ip in every.map(|ip: IpAddr| SocketAddr::new(ip, 0)) {
            // This machine may have no IPv6, and `localhost` only one address.
            if TcpListener::bind(ip).is_ok() && (host.is_empty() || named.contains(&ip)) {
                let address = SocketAddr::new(ip.ip(), home.address.port());
                let stream = TcpStream::connect(address).unwrap();
                assert!(ask(stream, READY).starts_with("HTTP/1.1 200"), "{ip}");
                reached += 1;
            }
        }
        assert!(reached > 0);
        assert!(home.run(&["healthcheck"], &settings).status.success());
        program.stop();
    }
}

#[test]
fn texts_come_over_a_unix_socket_too() {
    let home = Home::new();
    let mut program = home.start_with(&[("TCP_LISTEN", "unix:texts.sock")]);
    let mut stream = UnixStream::connect(home.path().join("texts.sock")).unwrap();
    stream.write_all(b"text").unwrap();
    stream.shutdown(std::net::Shutdown::Write).unwrap();
    let mut link = String::new();
    stream.read_to_string(&mut link).unwrap();
    assert!(link.starts_with(&program.url), "{link}");
    program.stop();
}

/// Starts the program as systemd does: the socket is open before, and descriptor 3.
#[test]
fn systemd_passes_the_socket_and_is_told_when_the_program_is_ready_and_stops() {
    let home = Home::new();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let notified = UnixDatagram::bind(home.path().join("notify")).unwrap();
    notified.set_read_timeout(Some(std::time::Duration::from_mins(1))).unwrap();
    let script =
        "LISTEN_PID=$$ LISTEN_FDS=1 LISTEN_FDNAMES=pastebin.socket exec \"$@\" 3<&0 </dev/null";
    let mut command = home.command_by(&["sh", "-c", script, "sh"], &[]);
    command.stdin(OwnedFd::from(listener)).env("NOTIFY_SOCKET", home.path().join("notify"));
    let mut child = command.stdout(std::process::Stdio::null()).spawn().unwrap();
    let mut message = [0; 100];
    let read = notified.recv(&mut message).unwrap();
    assert_eq!(&message[..read], b"READY=1\n");
    assert!(ask(TcpStream::connect(address).unwrap(), CREATE).starts_with("HTTP/1.1 201"));
    assert!(TcpStream::connect(home.address).is_err(), "LISTEN is not used");
    let stopped = std::process::Command::new("kill").arg(child.id().to_string()).status();
    assert!(stopped.unwrap().success());
    let read = notified.recv(&mut message).unwrap();
    assert_eq!(&message[..read], b"STOPPING=1\n");
    assert!(child.wait().unwrap().success());
}
