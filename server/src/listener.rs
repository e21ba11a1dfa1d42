//! Listens on TCP addresses and Unix sockets.

use std::io::{self, ErrorKind};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::task::{Context, Poll};

use anyhow::anyhow;
use socket2::{Domain, Socket as RawSocket, Type};
use tokio::net::{TcpListener, UnixListener, lookup_host};

use crate::listen::ListenAddress;
use crate::socket_file::{self, SocketFile};
use crate::stream::Stream;

/// The most connections that wait in the system's queue to be accepted.
const BACKLOG: i32 = 1024;

/// The address that a client on a Unix socket counts as. It is a program on this machine, as one
/// that comes over the loopback interface.
const UNIX_PEER: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

/// One or several sockets, from which connections are accepted in turn.
#[derive(Debug)]
pub struct Listener {
    sockets: Vec<Socket>,
    /// The socket that is asked first.
    next: usize,
    address: ListenAddress,
}

#[derive(Debug)]
pub(crate) enum Socket {
    Tcp(TcpListener),
    Unix {
        listener: UnixListener,
        /// Removed when the socket is dropped.
        _file: Option<SocketFile>,
    },
}

impl Listener {
    /// Listens on the address. `setting` is named in errors.
    ///
    /// # Errors
    /// The address is in use, does not exist, or is not allowed to this user.
    pub async fn bind(setting: &str, address: &ListenAddress) -> anyhow::Result<Self> {
        let sockets = bind(address).await.map_err(|error| match error.kind() {
            ErrorKind::AddrInUse => {
                anyhow!("{setting}: {address} is in use; stop what listens there, or set {setting} to another address")
            }
            ErrorKind::PermissionDenied => {
                anyhow!("{setting}: this user may not listen on {address}; use a port from 1024, or a folder of this user")
            }
            _ => anyhow!("{setting}: cannot listen on {address}: {error}"),
        })?;
        let bound = sockets[0].address()?;
        Ok(Self { sockets, next: 0, address: address.with_port_of(&bound) })
    }

    /// A listener on sockets that are bound already; `None` without any.
    ///
    /// # Errors
    /// The system does not know the first one's address.
    pub(crate) fn of_bound(sockets: Vec<Socket>) -> io::Result<Option<Self>> {
        let Some(first) = sockets.first() else { return Ok(None) };
        let address = first.address()?;
        Ok(Some(Self { sockets, next: 0, address }))
    }

    /// The address as it was given, with the port that the system has chosen in place of port 0.
    pub fn address(&self) -> &ListenAddress {
        &self.address
    }

    /// The next connection, and the address of its client.
    ///
    /// # Errors
    /// The system gives none, probably because it is out of file descriptors.
    pub async fn accept(&mut self) -> io::Result<(Stream, IpAddr)> {
        std::future::poll_fn(|cx| self.poll_accept(cx)).await
    }

    fn poll_accept(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<(Stream, IpAddr)>> {
        let count = self.sockets.len();
        for n in 0..count {
            let index = (self.next + n) % count;
            if let Poll::Ready(accepted) = self.sockets[index].poll_accept(cx) {
                self.next = index + 1;
                return Poll::Ready(accepted);
            }
        }
        Poll::Pending
    }
}

impl Socket {
    fn address(&self) -> io::Result<ListenAddress> {
        match self {
            Self::Tcp(listener) => listener.local_addr().map(ListenAddress::Ip),
            Self::Unix { listener, .. } => {
                let address = listener.local_addr()?;
                let path = address.as_pathname().ok_or(ErrorKind::AddrNotAvailable)?;
                Ok(ListenAddress::Unix(path.to_owned()))
            }
        }
    }

    fn poll_accept(&self, cx: &mut Context<'_>) -> Poll<io::Result<(Stream, IpAddr)>> {
        match self {
            Self::Tcp(listener) => listener.poll_accept(cx).map(|accepted| {
                accepted.map(|(stream, peer)| (Stream::tcp(stream), peer.ip().to_canonical()))
            }),
            Self::Unix { listener, .. } => listener
                .poll_accept(cx)
                .map(|accepted| accepted.map(|(stream, _)| (Stream::Unix(stream), UNIX_PEER))),
        }
    }
}

async fn bind(address: &ListenAddress) -> io::Result<Vec<Socket>> {
    match address {
        ListenAddress::Ip(address) => Ok(vec![bind_tcp(*address)?]),
        ListenAddress::All(port) => Ok(vec![bind_all(*port)?]),
        ListenAddress::Name(name, port) => bind_name(name, *port).await,
        ListenAddress::Unix(path) => {
            let (listener, file) = socket_file::bind(path).await?;
            Ok(vec![Socket::Unix { listener, _file: Some(file) }])
        }
    }
}

fn bind_tcp(address: SocketAddr) -> io::Result<Socket> {
    listen(address, |_| Ok(()))
}

/// One socket for IPv6 and IPv4, or one for IPv4 where the system has no IPv6.
fn bind_all(port: u16) -> io::Result<Socket> {
    let both = listen(([0_u16; 8], port).into(), |socket| socket.set_only_v6(false));
    both.or_else(|error| match error.kind() {
        ErrorKind::AddrInUse | ErrorKind::PermissionDenied => Err(error),
        _ => bind_tcp(([0, 0, 0, 0], port).into()),
    })
}

/// A socket for each address of the name. With port 0 all get the port of the first one.
async fn bind_name(name: &str, mut port: u16) -> io::Result<Vec<Socket>> {
    let mut addresses: Vec<SocketAddr> = lookup_host((name, port)).await?.collect();
    addresses.sort();
    addresses.dedup();
    let mut sockets = Vec::new();
    for mut address in addresses {
        address.set_port(port);
        match bind_tcp(address) {
            Ok(socket) => {
                if let Socket::Tcp(listener) = &socket {
                    port = listener.local_addr()?.port();
                }
                sockets.push(socket);
            }
            // The name may have an address that this machine lacks, such as ::1 without IPv6.
            Err(error) if error.kind() == ErrorKind::AddrNotAvailable => {}
            Err(error) => return Err(error),
        }
    }
    if sockets.is_empty() { Err(ErrorKind::AddrNotAvailable.into()) } else { Ok(sockets) }
}

fn listen(address: SocketAddr, configure: fn(&RawSocket) -> io::Result<()>) -> io::Result<Socket> {
    let socket = RawSocket::new(Domain::for_address(address), Type::STREAM, None)?;
    configure(&socket)?;
    socket.set_reuse_address(true)?;
    socket.set_nonblocking(true)?;
    socket.bind(&address.into())?;
    socket.listen(BACKLOG)?;
    TcpListener::from_std(socket.into()).map(Socket::Tcp)
}
