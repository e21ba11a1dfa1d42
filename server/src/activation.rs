//! Sockets that systemd has opened for the program (socket activation).

use std::io;

use anyhow::{Context as _, anyhow};
use listenfd::ListenFd;
use tokio::net::{TcpListener, UnixListener};

use crate::listener::{Listener, Socket};

/// The sockets that were passed to the program, by the name that the unit gives them
/// (`FileDescriptorName`).
#[derive(Debug, Default)]
pub struct ActivatedSockets(Vec<(String, Socket)>);

impl ActivatedSockets {
    /// Takes the sockets. Must be called within a tokio runtime, and once.
    ///
    /// # Errors
    /// A file descriptor is no listening stream socket.
    pub fn take() -> anyhow::Result<Self> {
        let names = std::env::var("LISTEN_FDNAMES").unwrap_or_default();
        let mut names = names.split(':');
        let mut descriptors = ListenFd::from_env();
        let mut sockets = Vec::new();
        for index in 0..descriptors.len() {
            let name = names.next().unwrap_or_default().to_owned();
            let socket = take_socket(&mut descriptors, index);
            sockets.push((name, socket.with_context(|| format!("socket {index} of systemd"))?));
        }
        Ok(Self(sockets))
    }

    /// The sockets with this name; `None` if there are none.
    ///
    /// # Errors
    /// The system does not know their address.
    pub fn named(&mut self, name: &str) -> io::Result<Option<Listener>> {
        let (named, others) = self.0.drain(..).partition(|(own, _)| own == name);
        self.0 = others;
        into_listener(named)
    }

    /// The sockets that are left; `None` if there are none.
    ///
    /// # Errors
    /// The system does not know their address.
    pub fn rest(&mut self) -> io::Result<Option<Listener>> {
        into_listener(std::mem::take(&mut self.0))
    }
}

fn into_listener(sockets: Vec<(String, Socket)>) -> io::Result<Option<Listener>> {
    Listener::of_bound(sockets.into_iter().map(|(_, socket)| socket).collect())
}

fn take_socket(descriptors: &mut ListenFd, index: usize) -> anyhow::Result<Socket> {
    if let Ok(Some(listener)) = descriptors.take_tcp_listener(index) {
        listener.set_nonblocking(true)?;
        return Ok(Socket::Tcp(TcpListener::from_std(listener)?));
    }
    let listener = descriptors
        .take_unix_listener(index)
        .and_then(|listener| listener.ok_or_else(|| io::Error::from(io::ErrorKind::NotFound)));
    let listener = listener.map_err(|error| anyhow!("it is no listening socket: {error}"))?;
    listener.set_nonblocking(true)?;
    // systemd owns the file, so it is not removed.
    Ok(Socket::Unix { listener: UnixListener::from_std(listener)?, _file: None })
}
