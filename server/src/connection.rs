//! A client's connection: how slowly it may read, how much of a request's headers it may leave
//! unfinished, how it is known to be gone, and how it is closed.

use std::io::{self, ErrorKind, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep};

use crate::activity::Activity;
use crate::quota::QuotaGuard;
use crate::rejection;
use crate::stall::StallTimeout;
use crate::stream::Stream;

/// How long a client may pause before it reads more of its answer.
pub const WRITE_STALL: Duration = Duration::from_mins(1);

/// How long a closing connection discards what the client still sends. Unread data at the close
/// makes the system reset the connection, and the client loses the end of its answer.
const LINGER: Duration = Duration::from_secs(1);

/// How often the connection of a client that waits for an answer is checked.
const GONE_CHECK: Duration = Duration::from_millis(100);

/// What an HTTP/2 connection begins with.
const HTTP2_PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// The beginning of every HTTP/1 answer, whatever its version and status.
const ANSWER_START: &[u8] = b"HTTP/1.";

/// The pause after the first byte of an answer that is sent early. Each further pause is twice as
/// long, so that the seven bytes last for half a minute.
const EARLY_BYTE_PAUSE: Duration = Duration::from_millis(500);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protocol {
    Http1,
    Http2,
}

/// A connection whose writes fail when the client reads too slowly, and which lingers on close.
///
/// On HTTP/1 a client that closes only its sending side (`nc -N`, scripts) waits for the answer. To
/// find out whether such a client is gone instead, the first bytes of the answer are sent early, one at
/// a time. The system of a client that is gone resets the connection at that, and the request is
/// dropped.
#[derive(Debug)]
pub struct Connection {
    stream: Stream,
    activity: Arc<Activity>,
    /// Bytes that were read to tell the protocol.
    prefix: Vec<u8>,
    protocol: Protocol,
    /// Memory for unfinished headers. `None` if they are not counted.
    heads: Option<QuotaGuard>,
    /// How many bytes the last read brought.
    last_read: usize,
    stall: StallTimeout,
    /// How many bytes of the next answer are sent already, and when the next one may be.
    early_bytes: usize,
    next_early_byte: Instant,
    gone_check: Pin<Box<Sleep>>,
    /// When lingering ends. Set at the shutdown.
    linger: Option<Pin<Box<Sleep>>>,
}

impl Connection {
    pub fn new(stream: Stream, heads: Option<QuotaGuard>) -> Self {
        Self {
            stream,
            activity: Arc::default(),
            prefix: Vec::new(),
            protocol: Protocol::Http1,
            heads,
            last_read: 0,
            stall: StallTimeout::new(WRITE_STALL),
            early_bytes: 0,
            next_early_byte: Instant::now(),
            gone_check: Box::pin(sleep(GONE_CHECK)),
            linger: None,
        }
    }

    pub fn activity(&self) -> &Arc<Activity> {
        &self.activity
    }

    /// Reads the first bytes, up to those that tell the protocol.
    pub async fn detect_protocol(&mut self) -> io::Result<Protocol> {
        let mut prefix = [0; HTTP2_PREFACE.len()];
        let mut length = 0;
        while length < prefix.len() && HTTP2_PREFACE.starts_with(&prefix[..length]) {
            let read = self.stream.read(&mut prefix[length..]).await?;
            if read == 0 {
                break;
            }
            length += read;
        }
        self.prefix = prefix[..length].to_vec();
        if self.prefix == HTTP2_PREFACE {
            self.protocol = Protocol::Http2;
        }
        Ok(self.protocol)
    }

    /// Counts bytes that were read of a request's headers. The bytes of the last read stay counted
    /// when they are complete, because they may include the beginning of the next request.
    fn count_head(&mut self, read: usize) -> io::Result<()> {
        self.release_heads();
        self.last_read = read;
        let is_head = self.protocol == Protocol::Http1 && self.activity.open() == 0;
        let Some(heads) = self.heads.as_mut().filter(|_| is_head) else { return Ok(()) };
        heads.grow(read).map_err(|exceeded| {
            rejection::send_now(&self.stream, rejection::too_many_heads(exceeded));
            ErrorKind::OutOfMemory.into()
        })
    }

    /// When a request has begun, its headers are complete.
    fn release_heads(&mut self) {
        if let Some(heads) = self.heads.as_mut().filter(|_| self.activity.open() > 0) {
            heads.shrink_to(self.last_read);
        }
    }

    /// While an answer is made, looks now and then for whether the client is gone.
    fn poll_gone(&mut self, cx: &mut Context<'_>) -> io::Result<()> {
        if self.protocol == Protocol::Http2 || !self.activity.is_working() {
            return Ok(());
        }
        while self.gone_check.as_mut().poll(cx).is_ready() {
            let state = self.stream.state(cx)?;
            if state.is_write_closed() {
                return Err(ErrorKind::ConnectionReset.into());
            }
            if state.is_read_closed() {
                self.send_early_byte()?;
            }
            self.gone_check.as_mut().reset(Instant::now() + GONE_CHECK);
        }
        Ok(())
    }

    fn send_early_byte(&mut self) -> io::Result<()> {
        let byte = ANSWER_START.get(self.early_bytes..=self.early_bytes);
        if let Some(byte) = byte.filter(|_| self.next_early_byte <= Instant::now()) {
            self.stream.try_write(byte)?;
            self.next_early_byte = Instant::now() + EARLY_BYTE_PAUSE * (1 << self.early_bytes);
            self.early_bytes += 1;
        }
        Ok(())
    }

    fn poll_written(
        &mut self,
        cx: &mut Context<'_>,
        written: Poll<io::Result<usize>>,
    ) -> Poll<io::Result<usize>> {
        match written {
            Poll::Pending => self.stall.poll_elapsed(cx).map(|()| Err(ErrorKind::TimedOut.into())),
            Poll::Ready(outcome) => {
                let bytes = outcome.as_ref().copied().unwrap_or_default();
                self.stall.record(bytes);
                self.activity.record_written(bytes);
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
        let before = read.filled().len();
        if self.prefix.is_empty() {
            ready!(Pin::new(&mut self.stream).poll_read(cx, read))?;
        } else {
            let length = self.prefix.len().min(read.remaining());
            read.put_slice(&self.prefix[..length]);
            self.prefix.drain(..length);
        }
        match read.filled().len() - before {
            0 => Poll::Ready(Ok(())),
            bytes => Poll::Ready(self.count_head(bytes)),
        }
    }
}

impl AsyncWrite for Connection {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.poll_write_vectored(cx, &[IoSlice::new(bytes)])
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        if self.early_bytes > 0 {
            // These bytes are sent already: they count as written now.
            let length: usize = slices.iter().map(|slice| slice.len()).sum();
            let written = length.min(self.early_bytes);
            self.early_bytes -= written;
            return Poll::Ready(Ok(written));
        }
        let written = Pin::new(&mut self.stream).poll_write_vectored(cx, slices);
        self.poll_written(cx, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(Pin::new(&mut self.stream).poll_flush(cx))?;
        self.release_heads();
        // hyper flushes each time it has nothing else to do.
        Poll::Ready(self.poll_gone(cx))
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
