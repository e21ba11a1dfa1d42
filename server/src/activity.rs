//! What a connection is doing for its client. The connection's reading and writing side and the
//! requests on it share this.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};

use axum::body::{Body, Bytes, HttpBody as _};
use hyper::body::{Frame, SizeHint};

/// Counts the requests of a connection by their state.
#[derive(Debug, Default)]
pub struct Activity {
    /// Requests that are not answered to the last byte.
    open: AtomicUsize,
    /// Requests whose body is not complete.
    receiving: AtomicUsize,
    /// Requests whose answer is being made.
    working: AtomicUsize,
    /// Answers of which a part is not written.
    unsent: AtomicUsize,
    /// Requests so far.
    total: AtomicUsize,
    /// Requests that the client took back before they were answered.
    cancelled: AtomicUsize,
    /// Bytes written so far.
    written: AtomicUsize,
}

impl Activity {
    pub fn open(&self) -> usize {
        self.open.load(Ordering::Relaxed)
    }

    pub fn unsent(&self) -> usize {
        self.unsent.load(Ordering::Relaxed)
    }

    pub fn total(&self) -> usize {
        self.total.load(Ordering::Relaxed)
    }

    pub fn cancelled(&self) -> usize {
        self.cancelled.load(Ordering::Relaxed)
    }

    pub fn written(&self) -> usize {
        self.written.load(Ordering::Relaxed)
    }

    pub fn record_written(&self, bytes: usize) {
        self.written.fetch_add(bytes, Ordering::Relaxed);
    }

    /// Whether a request is complete and its answer is being made.
    pub fn is_working(&self) -> bool {
        self.working.load(Ordering::Relaxed) > 0 && !self.is_receiving()
    }

    pub fn is_receiving(&self) -> bool {
        self.receiving.load(Ordering::Relaxed) > 0
    }
}

/// Adds one to a counter until it is dropped.
#[derive(Debug)]
struct Counted {
    activity: Arc<Activity>,
    counter: fn(&Activity) -> &AtomicUsize,
}

impl Counted {
    fn new(activity: &Arc<Activity>, counter: fn(&Activity) -> &AtomicUsize) -> Self {
        counter(activity).fetch_add(1, Ordering::Relaxed);
        Self { activity: activity.clone(), counter }
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        (self.counter)(&self.activity).fetch_sub(1, Ordering::Relaxed);
    }
}

/// One request, from its headers until its answer is made.
#[derive(Debug)]
pub struct Exchange {
    activity: Arc<Activity>,
    _open: Counted,
    _working: Counted,
    is_answered: bool,
}

impl Exchange {
    pub fn begin(activity: &Arc<Activity>) -> Self {
        activity.total.fetch_add(1, Ordering::Relaxed);
        Self {
            activity: activity.clone(),
            _open: Counted::new(activity, |activity| &activity.open),
            _working: Counted::new(activity, |activity| &activity.working),
            is_answered: false,
        }
    }

    /// Wraps the request's body, so that its end is known.
    pub fn request_body<B>(&self, body: B) -> Body
    where
        B: hyper::body::Body<Data = Bytes> + Send + Unpin + 'static,
        B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        if body.is_end_stream() {
            return Body::empty();
        }
        let receiving = Counted::new(&self.activity, |activity| &activity.receiving);
        Body::new(RequestBody { body, receiving: Some(receiving) })
    }

    /// Wraps the answer's body, so that the request is open until the last byte of it is written.
    pub fn response_body(mut self, body: Body) -> Body {
        self.is_answered = true;
        if body.is_end_stream() {
            return body;
        }
        let unsent = Counted::new(&self.activity, |activity| &activity.unsent);
        let open = Counted::new(&self.activity, |activity| &activity.open);
        Body::new(ResponseBody { body, unsent: Arc::new((unsent, open)) })
    }
}

impl Drop for Exchange {
    fn drop(&mut self) {
        if !self.is_answered {
            self.activity.cancelled.fetch_add(1, Ordering::Relaxed);
        }
    }
}

struct RequestBody<B> {
    body: B,
    receiving: Option<Counted>,
}

impl<B: hyper::body::Body<Data = Bytes> + Unpin> hyper::body::Body for RequestBody<B> {
    type Data = Bytes;
    type Error = B::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, B::Error>>> {
        let frame = Pin::new(&mut self.body).poll_frame(cx);
        if matches!(frame, Poll::Ready(None)) || self.body.is_end_stream() {
            self.receiving = None;
        }
        frame
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

struct ResponseBody {
    body: Body,
    unsent: Arc<(Counted, Counted)>,
}

impl hyper::body::Body for ResponseBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let unsent = self.unsent.clone();
        let held = |bytes| Bytes::from_owner(Held { bytes, _unsent: unsent });
        Pin::new(&mut self.body)
            .poll_frame(cx)
            .map(|frame| frame.map(|frame| frame.map(|frame| frame.map_data(held))))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// Bytes of an answer that wait in a buffer of the connection.
struct Held {
    bytes: Bytes,
    _unsent: Arc<(Counted, Counted)>,
}

impl AsRef<[u8]> for Held {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}
