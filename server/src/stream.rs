//! A connection over TCP or a Unix socket.

use std::io::{self, IoSlice};
use std::net::IpAddr;
use std::pin::{Pin, pin};
use std::task::{Context, Poll};

use socket2::SockRef;
use tokio::io::{AsyncRead, AsyncWrite, Interest, ReadBuf, Ready};
use tokio::net::{TcpStream, UnixStream};
use tracing::debug;

/// The most of an answer, in bytes, that the system buffers besides the bytes in flight. Its
/// default takes megabytes for each client that stopped reading, and delays the stall timeout.
const UNSENT_BYTES: u32 = 128 * 1024;

#[derive(Debug)]
pub enum Stream {
    Tcp(TcpStream),
    Unix(UnixStream),
}

/// Calls a method of the stream inside.
macro_rules! each {
    ($stream:expr, $inner:ident => $call:expr) => {
        match $stream {
            Stream::Tcp($inner) => $call,
            Stream::Unix($inner) => $call,
        }
    };
}

impl Stream {
    pub fn tcp(stream: TcpStream) -> Self {
        let options = stream.set_nodelay(true);
        let options =
            options.and_then(|()| SockRef::from(&stream).set_tcp_notsent_lowat(UNSENT_BYTES));
        if let Err(error) = options {
            debug!(%error, "socket options could not be set");
        }
        Self::Tcp(stream)
    }

    /// The address of this machine that the client has connected to; `None` for a Unix socket.
    pub fn local_ip(&self) -> Option<IpAddr> {
        match self {
            Self::Tcp(stream) => stream.local_addr().ok().map(|local| local.ip()),
            Self::Unix(_) => None,
        }
    }

    /// Writes as much as the system takes now.
    ///
    /// # Errors
    /// The stream is closed or full.
    pub fn try_write(&self, bytes: &[u8]) -> io::Result<usize> {
        each!(self, stream => stream.try_write(bytes))
    }

    /// Which sides of the stream are closed. Writing is closed when the peer takes nothing any more: it
    /// has closed the stream and not only its own sending side. TCP learns that from the answer to
    /// bytes that were sent.
    ///
    /// # Errors
    /// The program is ending.
    pub fn state(&self, cx: &mut Context<'_>) -> io::Result<Ready> {
        let interest = Interest::READABLE | Interest::WRITABLE;
        match each!(self, stream => pin!(stream.ready(interest)).poll(cx)) {
            Poll::Ready(state) => state,
            Poll::Pending => Ok(Ready::EMPTY),
        }
    }
}

impl AsyncRead for Stream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        read: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        each!(&mut *self, stream => Pin::new(stream).poll_read(cx, read))
    }
}

impl AsyncWrite for Stream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        each!(&mut *self, stream => Pin::new(stream).poll_write(cx, bytes))
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        each!(&mut *self, stream => Pin::new(stream).poll_write_vectored(cx, slices))
    }

    fn is_write_vectored(&self) -> bool {
        each!(self, stream => stream.is_write_vectored())
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        each!(&mut *self, stream => Pin::new(stream).poll_flush(cx))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        each!(&mut *self, stream => Pin::new(stream).poll_shutdown(cx))
    }
}
