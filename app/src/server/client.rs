//! The other end of a connection: how slowly it may take, and how it is left.

use std::io::{self, ErrorKind, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use socket2::SockRef;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Sleep, sleep};
use tracing::debug;

use crate::patience::Patience;

/// A client that takes nothing of its answer for so long has gone to sleep, or means harm.
pub const TAKING: Duration = Duration::from_mins(1);

/// Of an answer, in bytes, what the system keeps beside what is on its way: otherwise it takes
/// megabytes for each client that sleeps, and it would be seen late that one takes something.
const UNSENT: u32 = 128 * 1024;

/// What is unread when a socket closes takes the answer that is under way with it. So a client
/// that still sends is heard out for so long.
const FAREWELL: Duration = Duration::from_secs(1);

/// A connection whose writes end after [`TAKING`] without a taker and which is closed politely.
pub struct Client {
    stream: TcpStream,
    patience: Patience,
    /// When it is over; it begins after the last byte.
    farewell: Option<Pin<Box<Sleep>>>,
}

impl Client {
    pub fn new(stream: TcpStream) -> Self {
        let set = stream.set_nodelay(true);
        let set = set.and_then(|()| SockRef::from(&stream).set_tcp_notsent_lowat(UNSENT));
        if let Err(error) = set {
            debug!(%error, "a socket takes no options");
        }
        Self { stream, patience: Patience::new(TAKING), farewell: None }
    }

    fn written(
        &mut self,
        cx: &mut Context<'_>,
        written: Poll<io::Result<usize>>,
    ) -> Poll<io::Result<usize>> {
        match written {
            Poll::Pending => self.patience.poll_over(cx).map(|()| Err(ErrorKind::TimedOut.into())),
            Poll::Ready(outcome) => {
                self.patience.moved(outcome.as_ref().copied().unwrap_or_default());
                Poll::Ready(outcome)
            }
        }
    }
}

impl AsyncRead for Client {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        read: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, read)
    }
}

impl AsyncWrite for Client {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(cx, bytes);
        self.written(cx, written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(cx, slices);
        self.written(cx, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let Self { stream, farewell, .. } = &mut *self;
        if farewell.is_none() {
            ready!(Pin::new(&mut *stream).poll_shutdown(cx))?;
        }
        // First, for who sends without end never lets it come to waiting.
        let over = farewell.get_or_insert_with(|| Box::pin(sleep(FAREWELL)));
        if over.as_mut().poll(cx).is_ready() {
            return Poll::Ready(Ok(()));
        }
        let mut bytes = [0; 8 * 1024];
        loop {
            let mut read = ReadBuf::new(&mut bytes);
            let heard = ready!(Pin::new(&mut *stream).poll_read(cx, &mut read));
            if heard.is_err() || read.filled().is_empty() {
                return Poll::Ready(Ok(()));
            }
        }
    }
}
