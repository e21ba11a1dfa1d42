//! A client's connection: how slowly it may read, and how it is closed.

use std::io::{self, ErrorKind, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use socket2::SockRef;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Sleep, sleep};
use tracing::debug;

use crate::http::stall::StallTimeout;

/// How long a client may pause before it reads more of its answer.
pub const WRITE_STALL: Duration = Duration::from_mins(1);

/// The most of an answer, in bytes, that the system buffers besides the bytes in flight. Its
/// default takes megabytes for each client that stopped reading, and delays the stall timeout.
const UNSENT_BYTES: u32 = 128 * 1024;

/// How long a closing connection discards what the client still sends. Unread data at the close
/// makes the system reset the connection, and the client loses the end of its answer.
const LINGER: Duration = Duration::from_secs(1);

/// A connection whose writes fail when the client reads too slowly, and which lingers on close.
#[derive(Debug)]
pub struct Connection {
    stream: TcpStream,
    stall: StallTimeout,
    /// When lingering ends. Set at the shutdown.
    linger: Option<Pin<Box<Sleep>>>,
}

impl Connection {
    pub fn new(stream: TcpStream) -> Self {
        let options = stream.set_nodelay(true);
        let options =
            options.and_then(|()| SockRef::from(&stream).set_tcp_notsent_lowat(UNSENT_BYTES));
        if let Err(error) = options {
            debug!(%error, "socket options could not be set");
        }
        Self { stream, stall: StallTimeout::new(WRITE_STALL), linger: None }
    }

    fn poll_written(
        &mut self,
        cx: &mut Context<'_>,
        written: Poll<io::Result<usize>>,
    ) -> Poll<io::Result<usize>> {
        match written {
            Poll::Pending => self.stall.poll_elapsed(cx).map(|()| Err(ErrorKind::TimedOut.into())),
            Poll::Ready(outcome) => {
                self.stall.record(outcome.as_ref().copied().unwrap_or_default());
                Poll::Ready(outcome)
            }
        }
    }
}

impl AsyncRead for Connection {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        read: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, read)
    }
}

impl AsyncWrite for Connection {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(cx, bytes);
        self.poll_written(cx, written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(cx, slices);
        self.poll_written(cx, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let Self { stream, linger, .. } = &mut *self;
        if linger.is_none() {
            ready!(Pin::new(&mut *stream).poll_shutdown(cx))?;
        }
        // Checked before reading: a client that never stops sending would keep the loop below busy.
        let linger = linger.get_or_insert_with(|| Box::pin(sleep(LINGER)));
        if linger.as_mut().poll(cx).is_ready() {
            return Poll::Ready(Ok(()));
        }
        let mut discarded = [0; 8 * 1024];
        loop {
            let mut read = ReadBuf::new(&mut discarded);
            let outcome = ready!(Pin::new(&mut *stream).poll_read(cx, &mut read));
            if outcome.is_err() || read.filled().is_empty() {
                return Poll::Ready(Ok(()));
            }
        }
    }
}
