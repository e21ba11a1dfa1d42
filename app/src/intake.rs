//! What is taken in at once: requests whose bodies come, requests at work, and what both hold in
//! memory. Beyond it a request is told to come again, at once and cheaply.

use std::net::IpAddr;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, HttpBody as _};
use axum::extract::{Request, State};
use axum::http::Method;
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use hyper::body::{Frame, SizeHint};
use store::Paste;

use crate::limits::budget::{Budget, Full, Held};
use crate::limits::household;
use crate::patience::Patience;
use crate::settings::{Settings, Switch};
use crate::{App, Error, Result, Visit};

/// Silence in a body; who is slower than [`crate::patience::PACE`] has not much longer.
const SILENCE: Duration = Duration::from_secs(30);

/// Requests whose body is still coming.
const COMING: usize = 1024;

/// Requests that are all here and not answered: more do not get done faster on any machine, they
/// only wait for the database together.
const AT_WORK: usize = 512;

/// So many of the largest texts may be on their way in, and twice as many on their way out.
const TEXTS: usize = 16;

/// Forms and JSON have something in them beside the text, and the text may be small, in bytes.
const LEAST: usize = 1024 * 1024;

/// The JSON of a text is at most so many times as long. Who sends more is read to the end, so that
/// the answer arrives, but nothing of it is kept.
const ESCAPES: usize = 6;

/// So much of any body, in bytes, is not counted, so that small texts are kept whoever sends large
/// ones. With all places taken that is 96 MiB.
const SMALL_BODY: usize = 64 * 1024;

/// Texts and answers up to this size, in bytes, are not counted: they are in the socket soon, and
/// the hot ones are shared.
const SMALL_ANSWER: usize = 256 * 1024;

/// A household has one in so many of all places; of answers, so that four of the largest texts fit;
/// of bodies, so that any one fits.
const SHARE_OF_PLACES: usize = 16;
const SHARE_OF_ANSWERS: usize = 8;
const SHARE_OF_BODIES: usize = 2;

#[derive(Debug)]
pub struct Intake {
    coming: Arc<Budget>,
    at_work: Arc<Budget>,
    /// Of bodies, in bytes.
    bytes: Arc<Budget>,
    /// Of large texts that are read and of large answers, in bytes.
    answers: Arc<Budget>,
    /// The most that is kept of one body, in bytes.
    body_max: usize,
}

impl Intake {
    pub fn new(settings: &Settings) -> Self {
        let budget = |all: usize, one_in: usize| {
            let share = if settings.rate_limit == Switch::On { all / one_in } else { all };
            Budget::new(all, share)
        };
        let text = settings.max_paste_bytes.0.max(LEAST);
        Self {
            coming: budget(COMING, SHARE_OF_PLACES),
            at_work: budget(AT_WORK, SHARE_OF_PLACES),
            bytes: budget(TEXTS * text, SHARE_OF_BODIES),
            answers: budget(2 * TEXTS * text, SHARE_OF_ANSWERS),
            body_max: ESCAPES * text + LEAST,
        }
    }

    fn enter(&self, household: IpAddr, waits: bool) -> Result<Arc<Stay>, Full> {
        let places = if waits { &self.coming } else { &self.at_work };
        let state = StayState {
            place: Place { held: places.take(household, 1)?, at_work: !waits },
            body: self.room(household),
            broken: None,
        };
        Ok(Arc::new(Stay {
            household,
            at_work: self.at_work.clone(),
            answers: self.answers.clone(),
            body_max: self.body_max,
            state: Mutex::new(state),
        }))
    }

    /// For a body that has yet to come; it grows with what does.
    pub fn room(&self, household: IpAddr) -> Held {
        self.bytes.hold(household, SMALL_BODY)
    }
}

impl App {
    /// The text of a paste. A large one counts as its reader's from before it is read until the last
    /// of it is gone, be that a part which a connection has yet to send. So it is for no cache.
    ///
    /// # Errors
    /// There is no room for it; otherwise as [`store::Store::text`].
    pub async fn text(&self, visit: &Visit, paste: &Paste) -> Result<Bytes> {
        let held = self.room_for(visit, paste)?;
        let text = self.store.text(paste).await?;
        Ok(match held {
            Some(held) => counted(text, Arc::new(held)),
            None => text,
        })
    }

    /// The frame in which a text is kept, which may go into a cache: it counts while it is read and
    /// unpacked for a check.
    ///
    /// # Errors
    /// As [`App::text`].
    pub async fn packed_text(&self, visit: &Visit, paste: &Paste) -> Result<Bytes> {
        let _held = self.room_for(visit, paste)?;
        Ok(self.store.packed_text(paste).await?)
    }

    fn room_for(&self, visit: &Visit, paste: &Paste) -> Result<Option<Held>, Full> {
        let bytes = usize::try_from(paste.bytes).unwrap_or(usize::MAX);
        large(&self.intake.answers, household(visit.client), bytes)
    }
}

/// Room for a text or an answer that is not small. One alone always fits its household's share,
/// whatever the largest text was when it was kept.
fn large(answers: &Arc<Budget>, household: IpAddr, bytes: usize) -> Result<Option<Held>, Full> {
    let is_large = bytes > SMALL_ANSWER;
    is_large.then(|| answers.take(household, bytes.min(answers.share()))).transpose()
}

/// The body of such an answer is a text that counts already, or a part of it.
#[derive(Clone, Copy, Debug)]
pub struct IsCounted;

/// One request from its headers to its answer.
#[derive(Debug)]
struct Stay {
    household: IpAddr,
    at_work: Arc<Budget>,
    answers: Arc<Budget>,
    body_max: usize,
    state: Mutex<StayState>,
}

#[derive(Debug)]
struct StayState {
    place: Place,
    /// The handler has what came until it has answered.
    body: Held,
    broken: Option<Broken>,
}

#[derive(Debug)]
struct Place {
    #[expect(dead_code, reason = "it is given back when it is dropped")]
    held: Held,
    at_work: bool,
}

/// Why a body was broken off.
#[derive(Clone, Copy, Debug, thiserror::Error)]
enum Broken {
    #[error("the body comes too slowly")]
    Slow,
    #[error("there is no room for more of the body")]
    Full(Full),
}

impl Stay {
    fn state(&self) -> MutexGuard<'_, StayState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn came(&self, bytes: usize) -> Result<(), Broken> {
        let body = &mut self.state().body;
        let kept = bytes.min(self.body_max - body.amount().min(self.body_max));
        body.grow(kept).map_err(Broken::Full)
    }

    /// The body is here whole: the work begins.
    fn is_complete(&self) -> Result<(), Broken> {
        let place = &mut self.state().place;
        if !place.at_work {
            let held = self.at_work.take(self.household, 1).map_err(Broken::Full)?;
            *place = Place { held, at_work: true };
        }
        Ok(())
    }

    fn break_off(&self, why: Broken) -> Broken {
        *self.state().broken.insert(why)
    }
}

impl From<Broken> for Error {
    fn from(broken: Broken) -> Self {
        match broken {
            Broken::Slow => Self::Stalled,
            Broken::Full(full) => full.into(),
        }
    }
}

/// Whether a request is at work only when its body is here. What others announce nobody reads.
fn waits(request: &Request) -> bool {
    let sends = matches!(*request.method(), Method::POST | Method::PUT | Method::PATCH);
    sends && !request.body().is_end_stream()
}

/// Before anything is asked of the database: finds a place for the request, or none.
pub async fn admit(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let household = household(app.limits.client(&request));
    // It stays until the answer is made, or the client has gone.
    let stay = app.intake.enter(household, waits(&request));
    match &stay {
        Ok(stay) => {
            request.extensions_mut().insert(stay.clone());
        }
        Err(full) => {
            request.extensions_mut().insert(Arc::new(Error::from(*full)));
        }
    }
    next.run(request).await
}

/// Around the handler: watches the body come, says why it was broken off, whatever the handler
/// made of that, and counts a large answer until the client has it, where that is no text that counts.
pub async fn watch(request: Request, next: Next) -> Response {
    let Some(stay) = request.extensions().get::<Arc<Stay>>().cloned() else {
        return next.run(request).await;
    };
    let response = next.run(request.map(|body| Incoming::watched(body, &stay))).await;
    if !response.status().is_success()
        && let Some(broken) = stay.state().broken
    {
        return Error::from(broken).into_response();
    }
    let size = response.body().size_hint().exact().and_then(|size| usize::try_from(size).ok());
    let size = size.filter(|_| response.extensions().get::<IsCounted>().is_none());
    match large(&stay.answers, stay.household, size.unwrap_or_default()) {
        Ok(Some(held)) => response.map(|body| Body::new(Outgoing { body, held: Arc::new(held) })),
        Ok(None) => response,
        Err(full) => Error::from(full).into_response(),
    }
}

/// A body as the handler reads it.
struct Incoming {
    body: Body,
    stay: Arc<Stay>,
    patience: Patience,
    is_broken: bool,
}

impl Incoming {
    fn watched(body: Body, stay: &Arc<Stay>) -> Body {
        if body.is_end_stream() {
            return body;
        }
        let patience = Patience::new(SILENCE);
        Body::new(Self { body, stay: stay.clone(), patience, is_broken: false })
    }

    fn take(&mut self, frame: Option<&Frame<Bytes>>) -> Result<(), Broken> {
        let bytes = frame.and_then(Frame::data_ref).map_or(0, Bytes::len);
        self.patience.moved(bytes);
        self.stay.came(bytes)?;
        if frame.is_none() || self.body.is_end_stream() { self.stay.is_complete() } else { Ok(()) }
    }
}

impl hyper::body::Body for Incoming {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        if self.is_broken {
            return Poll::Ready(None);
        }
        let outcome = match Pin::new(&mut self.body).poll_frame(cx) {
            Poll::Pending if self.patience.poll_over(cx).is_pending() => return Poll::Pending,
            Poll::Pending => Err(Broken::Slow),
            Poll::Ready(Some(Err(error))) => return Poll::Ready(Some(Err(error))),
            Poll::Ready(None) => self.take(None).map(|()| None),
            Poll::Ready(Some(Ok(frame))) => self.take(Some(&frame)).map(|()| Some(frame)),
        };
        Poll::Ready(match outcome {
            Ok(frame) => frame.map(Ok),
            Err(why) => {
                self.is_broken = true;
                Some(Err(axum::Error::new(self.stay.break_off(why))))
            }
        })
    }

    // Only the watched end is the end: at it the work begins.
    fn is_end_stream(&self) -> bool {
        self.is_broken
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// A large answer on its way: what the connection has of it counts as well.
struct Outgoing {
    body: Body,
    held: Arc<Held>,
}

/// Bytes that are counted as long as anybody has them.
struct Counted {
    bytes: Bytes,
    _held: Arc<Held>,
}

fn counted(bytes: Bytes, held: Arc<Held>) -> Bytes {
    Bytes::from_owner(Counted { bytes, _held: held })
}

impl AsRef<[u8]> for Counted {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

impl hyper::body::Body for Outgoing {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let held = self.held.clone();
        let counted = |bytes| counted(bytes, held);
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

#[cfg(test)]
mod tests {
    use axum::Router;
    use axum::middleware::from_fn;
    use axum::routing::{any, get, post};
    use clap::Parser as _;
    use futures_util::{Stream, StreamExt as _, stream};
    use tokio::time::{Instant, sleep};
    use tower::ServiceExt as _;

    use super::*;
    use crate::pastes::submission::Submission;
    use crate::pastes::submission::fields::Sender;
    use crate::settings::Cli;

    const CLIENT: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 1));

    fn intake() -> Intake {
        Intake::new(&Cli::parse_from(["pastebin", "--max-paste-bytes=1MiB"]).settings)
    }

    fn body(chunks: impl Stream<Item = String> + Send + 'static) -> Body {
        Body::from_stream(chunks.map(|chunk| Ok::<_, std::io::Error>(Bytes::from(chunk))))
    }

    /// So many bytes after each pause, for ever.
    fn trickle(bytes: usize, pause: Duration) -> impl Stream<Item = String> + Send {
        stream::unfold((), move |()| async move {
            sleep(pause).await;
            Some(("x".repeat(bytes), ()))
        })
    }

    /// Time passes by itself here whenever everybody waits.
    #[tokio::test(start_paused = true)]
    async fn a_slow_body_is_broken_off_however_it_is_read() {
        let part = "--x\r\ncontent-disposition: form-data; name=\"file\"\r\n\r\nbegun";
        let intake = intake();
        for (media_type, begun) in [
            ("text/plain", "begun"),
            ("application/x-www-form-urlencoded", "text=begun"),
            ("multipart/form-data; boundary=x", part),
        ] {
            for (bytes, pause) in [(1024, 1), (1, 25), (1, 3600)] {
                let stay = intake.enter(CLIENT, true).unwrap();
                let begun = stream::iter([begun.to_owned()]);
                let slow = body(begun.chain(trickle(bytes, Duration::from_secs(pause))));
                let request = Request::post("/").header("content-type", media_type);
                let request = request.body(Incoming::watched(slow, &stay)).unwrap();
                let started = Instant::now();
                let read = Submission::read(request, 1 << 20, Sender::Browser).await;
                assert!(read.is_err(), "{media_type}: {read:?}");
                assert!(matches!(stay.state().broken, Some(Broken::Slow)), "{media_type}");
                assert!(started.elapsed() < 3 * SILENCE, "{media_type}: {:?}", started.elapsed());
            }
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_that_is_slower_than_most_arrives() {
        let stay = intake().enter(CLIENT, true).unwrap();
        let slow = trickle(64 * 1024, Duration::from_secs(15)).take(16);
        let request = Request::post("/").body(Incoming::watched(body(slow), &stay)).unwrap();
        let read = Submission::read(request, 1 << 20, Sender::Program).await.unwrap();
        assert_eq!(read.count().get(), 1);
        assert!(stay.state().place.at_work);
    }

    fn site(intake: Arc<Intake>) -> Router {
        let enter = move |mut request: Request, next: Next| {
            let stay = intake.enter(CLIENT, waits(&request));
            async move {
                match stay {
                    Ok(stay) => request.extensions_mut().insert(stay),
                    Err(full) => return Error::from(full).into_response(),
                };
                next.run(request).await
            }
        };
        Router::new()
            .route("/", post(async |_: Bytes| "saved"))
            .route("/large", get(async || "x".repeat(SMALL_ANSWER + 1)))
            .route("/hangs", any(std::future::pending::<()>))
            .layer(from_fn(watch))
            .layer(from_fn(enter))
    }

    fn post_of(chunks: impl Stream<Item = String> + Send + 'static) -> Request {
        Request::post("/").body(body(chunks)).unwrap()
    }

    fn error_of(response: &Response) -> String {
        format!("{:?}", response.extensions().get::<Arc<Error>>().map(AsRef::as_ref))
    }

    #[tokio::test(start_paused = true)]
    async fn the_reason_is_told_whatever_the_handler_makes_of_it() {
        let mut intake = intake();
        let slow = post_of(trickle(1, Duration::from_secs(1)));
        let answer = site(Arc::new(intake)).oneshot(slow).await.unwrap();
        assert_eq!(error_of(&answer), "Some(Stalled)");

        let chunks = || stream::iter([SMALL_BODY, 100, 100].map(|bytes| "x".repeat(bytes)));
        for (bytes, reason) in [((150, 200), "Some(Busy)"), ((200, 150), "Some(TooMuch)")] {
            intake = self::intake();
            intake.bytes = Budget::new(bytes.0, bytes.1);
            let site = site(Arc::new(intake));
            let answer = site.clone().oneshot(post_of(chunks())).await.unwrap();
            assert_eq!(error_of(&answer), reason);
            let fits = post_of(chunks().take(2));
            assert_eq!(error_of(&site.oneshot(fits).await.unwrap()), "None", "all came back");
        }
    }

    #[tokio::test]
    async fn work_has_its_measure_and_begins_where_the_body_ends() {
        let mut intake = intake();
        intake.at_work = Budget::new(1, 1);
        let (site, intake) = {
            let intake = Arc::new(intake);
            (site(intake.clone()), intake)
        };
        let coming = tokio::spawn(site.clone().oneshot(post_of(stream::pending())));
        let get = |path: &str| Request::get(path).body(Body::empty()).unwrap();
        tokio::task::yield_now().await;
        // Who waits for a body takes nobody's place.
        assert_eq!(error_of(&site.clone().oneshot(get("/large")).await.unwrap()), "None");

        let working = tokio::spawn(site.clone().oneshot(get("/hangs")));
        while intake.enter(CLIENT, false).is_ok() {
            tokio::task::yield_now().await;
        }
        assert_eq!(error_of(&site.clone().oneshot(get("/")).await.unwrap()), "Some(Busy)");
        let whole = post_of(stream::iter(["x".to_owned()]));
        assert_eq!(error_of(&site.clone().oneshot(whole).await.unwrap()), "Some(Busy)");

        // A client that goes away gives its place back.
        working.abort();
        assert!(working.await.is_err());
        let whole = post_of(stream::iter(["x".to_owned()]));
        assert_eq!(error_of(&site.oneshot(whole).await.unwrap()), "None");
        coming.abort();
    }

    /// Time passes by itself here whenever everybody waits.
    #[tokio::test(start_paused = true)]
    async fn a_body_that_nobody_reads_is_no_way_around_the_measure_of_work() {
        for method in [Method::GET, Method::DELETE, Method::HEAD] {
            let mut intake = intake();
            intake.at_work = Budget::new(1, 1);
            let intake = Arc::new(intake);
            let site = site(intake.clone());
            let announced = || {
                let body = Body::from_stream(stream::pending::<std::io::Result<Bytes>>());
                Request::builder().method(&method).uri("/hangs").body(body).unwrap()
            };
            let working = tokio::spawn(site.clone().oneshot(announced()));
            tokio::task::yield_now().await;
            let second = tokio::time::timeout(SILENCE, site.oneshot(announced())).await;
            let second = second.expect("refused at once").unwrap();
            assert_eq!(error_of(&second), "Some(Busy)");
            working.abort();
        }
    }

    #[tokio::test]
    async fn a_text_counts_as_long_as_a_part_of_it_is_there() {
        let answers = intake().answers;
        assert_eq!(answers.share(), 4 << 20, "four texts of 1 MiB");
        let room = |bytes| large(&answers, CLIENT, bytes);
        assert!(room(SMALL_ANSWER).unwrap().is_none());
        let held = room(answers.share()).unwrap().unwrap();
        let text = counted(Bytes::from(vec![b'x'; 1 << 20]), Arc::new(held));
        let part = text.slice(..10);
        drop(text);
        assert_eq!(room(SMALL_ANSWER + 1).unwrap_err(), Full::Share);
        drop(part);
        // From times when larger texts were taken.
        assert!(room(100 << 20).unwrap().is_some());
    }

    #[tokio::test]
    async fn a_large_answer_counts_until_all_of_it_is_gone() {
        let mut intake = intake();
        intake.answers = Budget::new(2 * SMALL_ANSWER, 2 * SMALL_ANSWER);
        let site = site(Arc::new(intake));
        let large = async || {
            let request = Request::get("/large").body(Body::empty()).unwrap();
            site.clone().oneshot(request).await.unwrap()
        };
        let mut body = large().await.into_body().into_data_stream();
        let bytes = body.next().await.unwrap().unwrap();
        assert_eq!(bytes.len(), SMALL_ANSWER + 1);
        drop(body);
        let part = bytes.slice(..1);
        drop(bytes);
        assert_eq!(error_of(&large().await), "Some(Busy)", "a part keeps the whole");
        drop(part);
        assert_eq!(error_of(&large().await), "None");
    }
}
