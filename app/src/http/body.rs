//! Request and response bodies that are counted and timed while they are transferred.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, HttpBody as _};
use bytes::Bytes;
use hyper::body::{Frame, SizeHint};

use crate::http::admission::{BodyError, RequestPermit};
use crate::http::quota::QuotaGuard;
use crate::http::stall::StallTimeout;

/// The largest body of a form without a text, in bytes.
pub const FORM_MAX: usize = 16 * 1024;

/// How long a body may pause. A body that is slower than
/// [`MIN_BYTES_PER_SECOND`](crate::http::stall::MIN_BYTES_PER_SECOND) is cut soon after that time.
pub const STALL: Duration = Duration::from_secs(30);

/// A body over the limit is read and discarded up to this many times the largest text: a client that
/// still sends when the connection is closed would not see the answer. All texts of a form together
/// may have this much, too.
pub const DRAIN_FACTOR: usize = 4;

/// Marks a response whose body is a text that is already counted, or a part of one.
#[derive(Clone, Copy, Debug)]
pub struct IsCounted;

/// A request body that its permit counts and times.
struct ReceivedBody {
    body: Body,
    permit: Arc<RequestPermit>,
    stall: StallTimeout,
    is_aborted: bool,
}

/// Wraps a request body so that it is counted and timed while it is read.
pub fn watched(body: Body, permit: &Arc<RequestPermit>) -> Body {
    if body.is_end_stream() {
        return body;
    }
    let stall = StallTimeout::new(STALL);
    Body::new(ReceivedBody { body, permit: permit.clone(), stall, is_aborted: false })
}

impl ReceivedBody {
    fn record(&mut self, frame: Option<&Frame<Bytes>>) -> Result<(), BodyError> {
        let bytes = frame.and_then(Frame::data_ref).map_or(0, Bytes::len);
        self.stall.record(bytes);
        self.permit.received(bytes)?;
        let is_end = frame.is_none() || self.body.is_end_stream();
        if is_end { self.permit.complete() } else { Ok(()) }
    }
}

impl hyper::body::Body for ReceivedBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        if self.is_aborted {
            return Poll::Ready(None);
        }
        let outcome = match Pin::new(&mut self.body).poll_frame(cx) {
            Poll::Pending if self.stall.poll_elapsed(cx).is_pending() => return Poll::Pending,
            Poll::Pending => Err(BodyError::Timeout),
            Poll::Ready(Some(Err(error))) => return Poll::Ready(Some(Err(error))),
            Poll::Ready(None) => self.record(None).map(|()| None),
            Poll::Ready(Some(Ok(frame))) => self.record(Some(&frame)).map(|()| Some(frame)),
        };
        Poll::Ready(match outcome {
            Ok(frame) => frame.map(Ok),
            Err(reason) => {
                self.is_aborted = true;
                Some(Err(axum::Error::new(self.permit.abort(reason))))
            }
        })
    }

    // False until the end has been polled, because `poll_frame` records it.
    fn is_end_stream(&self) -> bool {
        self.is_aborted
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// Wraps a response body. Its memory stays reserved until the connection has sent the last byte.
pub fn counted_body(body: Body, memory: QuotaGuard) -> Body {
    Body::new(SentBody { body, memory: Arc::new(memory) })
}

/// Wraps bytes. Their memory stays reserved until the last clone and slice of them is dropped.
pub fn counted(bytes: Bytes, memory: Arc<QuotaGuard>) -> Bytes {
    Bytes::from_owner(Counted { bytes, _memory: memory })
}

struct Counted {
    bytes: Bytes,
    _memory: Arc<QuotaGuard>,
}

impl AsRef<[u8]> for Counted {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

/// A large response body, counted with the part of it that waits in the connection's buffer.
struct SentBody {
    body: Body,
    memory: Arc<QuotaGuard>,
}

impl hyper::body::Body for SentBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let memory = self.memory.clone();
        let counted = |bytes| counted(bytes, memory);
        Pin::new(&mut self.body)
            .poll_frame(cx)
            .map(|frame| frame.map(|frame| frame.map(|frame| frame.map_data(counted))))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
