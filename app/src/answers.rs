//! Finished answers, kept in bounded memory: what is the same for everybody is made once, and so is
//! each of its compressed bodies.
//!
//! Nothing here knows whether a paste is still there. Whoever comes here has asked its row first.

mod coding;
mod tag;

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use maud::Markup;
use quick_cache::sync::Cache;
use tokio::time::{Instant, timeout};

pub use coding::Coding;
pub use tag::Tag;

use crate::rooms::Room;
use crate::{Result, visit};

/// A body smaller than this is compressed where it stands: handing it to a thread costs more.
const PACK_INLINE: usize = 16 * 1024;

/// How long one waits for another who makes the same: longer than most answers take. Each makes it
/// alone after that, so nobody waits for several who fail one after the other.
const PATIENCE: Duration = Duration::from_secs(1);

/// What was late is made by each for so long: whoever waited for another's would only be later still.
const LATE: Duration = Duration::from_secs(1);

/// A body of up to so many bytes is kept on any machine; most pages, packed, are far smaller.
const LARGEST: u64 = 1024 * 1024;

type Key = (Tag, Coding);

#[derive(Clone, Debug)]
struct Weight;

impl quick_cache::Weighter<Key, Bytes> for Weight {
    fn weight(&self, _: &Key, body: &Bytes) -> u64 {
        // The key, the entry and the allocation cost about this much beside the body.
        body.len() as u64 + 256
    }
}

/// A page that has just been made.
#[derive(Debug)]
pub struct Made {
    pub html: Markup,
    /// False where something did not get done in time: the next one may see more of it.
    pub whole: bool,
}

/// Cheap to clone; all clones share one cache.
#[derive(Clone, Debug)]
pub struct Answers {
    bodies: Arc<Cache<Key, Bytes, Weight>>,
    /// When an answer was not whole.
    late: Arc<Cache<Tag, Instant>>,
    /// For what is compressed.
    room: Room,
}

impl Answers {
    /// `bytes` is how much is kept, at most.
    pub fn new(bytes: u64) -> Self {
        let bodies = store::cache(bytes, 2_000, LARGEST, Weight);
        Self { bodies: Arc::new(bodies), late: Arc::new(Cache::new(1_000)), room: Room::new() }
    }

    /// The page that `tag` names, as `asked` wants it: none where the client has it already, what is
    /// kept, or what `make` comes to. A page that is not whole has no tag and is not kept; the same
    /// goes for one without a tag.
    pub async fn page(
        &self,
        asked: &HeaderMap,
        tag: Option<&Tag>,
        make: impl Future<Output = Result<Made>>,
    ) -> Result<Response> {
        let Some(tag) = tag else { return Ok(make.await?.html.into_response()) };
        let codings = Coding::accepted(asked);
        if let Some(known) = tag.known(asked, &codings) {
            let mut response = not_modified(tag, known);
            response.headers_mut().append(header::VARY, visit::VARY);
            return Ok(response);
        }
        let coding = codings[0];
        let body = match self.get(tag, coding) {
            Some(body) => body,
            None => match self.whole(tag, coding, make).await? {
                Ok(body) => body,
                Err(late) => return Ok(late.into_response()),
            },
        };
        let mut response = answer(tag, coding, body);
        let html = HeaderValue::from_static("text/html; charset=utf-8");
        response.headers_mut().insert(header::CONTENT_TYPE, html);
        Ok(response)
    }

    /// Only what is asked for is kept: most clients take the same coding, and it is a quarter of the
    /// page. What is not whole comes as it is.
    async fn whole(
        &self,
        tag: &Tag,
        coding: Coding,
        make: impl Future<Output = Result<Made>>,
    ) -> Result<Result<Bytes, Markup>> {
        // Boxed, as what is passed on from hand to hand would be copied each time.
        let packed = Box::pin(async {
            let Made { html, whole } = make.await?;
            if !whole {
                return Ok(Err(html));
            }
            Ok(Ok(self.pack(coding, html.into_string().into()).await?))
        });
        self.once(tag, coding, packed).await
    }

    /// What is kept of a text, or what `text` comes to in this coding.
    pub async fn packed(
        &self,
        tag: &Tag,
        coding: Coding,
        text: impl Future<Output = Result<Bytes>>,
    ) -> Result<Bytes> {
        self.kept(tag, coding, async { self.pack(coding, text.await?).await }).await
    }

    async fn pack(&self, coding: Coding, body: Bytes) -> Result<Bytes> {
        let packed = if body.len() < PACK_INLINE || coding == Coding::Identity {
            coding.pack(&body)
        } else {
            self.room.off_thread(move || coding.pack(&body)).await?
        };
        // Without the room that it had to grow: what is kept is what is counted.
        Ok(Bytes::from(packed.map_err(anyhow::Error::from)?.into_boxed_slice()))
    }

    /// What is kept, or what `make` comes to.
    pub async fn kept(
        &self,
        tag: &Tag,
        coding: Coding,
        make: impl Future<Output = Result<Bytes>>,
    ) -> Result<Bytes> {
        if let Some(body) = self.get(tag, coding) {
            return Ok(body);
        }
        let make = Box::pin(async { Ok(Ok::<_, Infallible>(make.await?)) });
        let Ok(body) = self.once(tag, coding, make).await?;
        Ok(body)
    }

    /// What is kept, or what `make` comes to: made by one for all who ask at the same time, as long
    /// as they have patience. An `Err` within is not kept.
    async fn once<E>(
        &self,
        tag: &Tag,
        coding: Coding,
        make: impl Future<Output = Result<Result<Bytes, E>>>,
    ) -> Result<Result<Bytes, E>> {
        let key = (*tag, coding);
        let mut place = None;
        if !self.is_late(tag) {
            let waiting = self.bodies.get_value_or_guard_async(&key);
            place = match timeout(PATIENCE, waiting).await {
                Ok(Ok(body)) => return Ok(Ok(body)),
                // Left to the next one where that of whom we waited for was late.
                Ok(Err(place)) => Some(place).filter(|_| !self.is_late(tag)),
                Err(_) => None,
            };
        }
        let answer = make.await?;
        match (&answer, place) {
            // Refused only where somebody was faster with the same.
            (Ok(body), Some(place)) => drop(place.insert(body.clone())),
            (Ok(body), None) => self.bodies.insert(key, body.clone()),
            (Err(_), _) => self.late.insert(*tag, Instant::now()),
        }
        Ok(answer)
    }

    fn is_late(&self, tag: &Tag) -> bool {
        self.late.get(tag).is_some_and(|at| at.elapsed() < LATE)
    }

    fn get(&self, tag: &Tag, coding: Coding) -> Option<Bytes> {
        self.bodies.get(&(*tag, coding))
    }
}

/// Before tower-http sees a request: it answers 406 to whoever refuses all that it has, or asks in
/// words that it cannot read, and that when the work is done. A range is one of GET alone
/// (RFC 9110, 14.2).
pub fn ask_plainly(mut request: Request) -> Request {
    Coding::ask_plainly(request.headers_mut());
    if request.method() == Method::HEAD {
        request.headers_mut().remove(header::RANGE);
        request.headers_mut().remove(header::IF_RANGE);
    }
    request
}

/// For a client that has it, in this coding.
pub fn not_modified(tag: &Tag, coding: Coding) -> Response {
    let mut response = StatusCode::NOT_MODIFIED.into_response();
    name(response.headers_mut(), tag, coding);
    response
}

/// `body` is in `coding`.
pub fn answer(tag: &Tag, coding: Coding, body: Bytes) -> Response {
    let mut response = body.into_response();
    let headers = response.headers_mut();
    name(headers, tag, coding);
    if let Some(coding) = coding.name() {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(coding));
    }
    response
}

pub fn name(headers: &mut HeaderMap, tag: &Tag, coding: Coding) {
    headers.insert(header::ETAG, tag.etag(coding));
    headers.append(header::VARY, HeaderValue::from_static("Accept-Encoding"));
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use axum::body::to_bytes;
    use futures_util::future::join_all;
    use maud::PreEscaped;
    use tokio::sync::Barrier;

    use super::*;
    use crate::Error;

    fn tag(name: &str) -> Tag {
        Tag::of(&[name.as_bytes()])
    }

    fn made(html: &str, whole: bool) -> Made {
        Made { html: PreEscaped(html.to_owned()), whole }
    }

    async fn body(response: Response) -> Bytes {
        to_bytes(response.into_body(), usize::MAX).await.unwrap()
    }

    /// Nobody's patience ends here: time passes only when everybody waits.
    #[tokio::test(start_paused = true)]
    async fn two_hundred_at_once_make_one_page() {
        let (answers, times) = (Answers::new(1 << 20), AtomicUsize::new(0));
        let all_ask = Barrier::new(200);
        let page = tag("page");
        let asked = (0..200).map(async |_| {
            all_ask.wait().await;
            let make = async {
                times.fetch_add(1, Ordering::Relaxed);
                tokio::task::yield_now().await;
                Ok(made("a page", true))
            };
            body(answers.page(&HeaderMap::new(), Some(&page), make).await.unwrap()).await
        });
        assert!(join_all(asked).await.iter().all(|body| body == "a page"));
        assert_eq!(times.into_inner(), 1);
    }

    #[tokio::test]
    async fn what_is_not_whole_is_made_again_and_has_no_tag() {
        let (answers, page) = (Answers::new(1 << 20), tag("page"));
        let asked = HeaderMap::new();
        let late =
            answers.page(&asked, Some(&page), async { Ok(made("late", false)) }).await.unwrap();
        assert!(!late.headers().contains_key(header::ETAG));
        assert_eq!(body(late).await, "late");
        let whole =
            answers.page(&asked, Some(&page), async { Ok(made("whole", true)) }).await.unwrap();
        assert!(whole.headers().contains_key(header::ETAG));
        let kept =
            answers.page(&asked, Some(&page), async { Ok(made("never", true)) }).await.unwrap();
        assert_eq!(body(kept).await, "whole");
    }

    /// Time passes by itself here whenever everybody waits.
    #[tokio::test(start_paused = true)]
    async fn nobody_waits_for_one_after_the_other() {
        let (answers, page) = (Answers::new(1 << 20), tag("page"));
        let slow = async || {
            let make = async {
                tokio::time::sleep(10 * PATIENCE).await;
                Ok(made("late", false))
            };
            answers.page(&HeaderMap::new(), Some(&page), make).await.unwrap();
        };
        let started = Instant::now();
        join_all((0..20).map(|_| slow())).await;
        assert!(started.elapsed() <= 12 * PATIENCE, "{:?}", started.elapsed());
    }

    /// As above.
    #[tokio::test(start_paused = true)]
    async fn whoever_waited_for_what_is_late_waits_for_no_other() {
        let (answers, page) = (Answers::new(1 << 20), tag("page"));
        let wait = PATIENCE / 3;
        let started = Instant::now();
        let all = (0..20).map(async |_| {
            let make = async {
                tokio::time::sleep(wait).await;
                Ok(made("late", false))
            };
            answers.page(&HeaderMap::new(), Some(&page), make).await.unwrap();
            started.elapsed()
        });
        let all = join_all(all).await;
        assert!(all.iter().all(|waited| *waited <= 3 * wait), "{all:?}");
        let ask = async |html: &str| {
            let make = async { Ok(made(html, true)) };
            answers.page(&HeaderMap::new(), Some(&page), make).await.unwrap()
        };
        assert!(ask("whole").await.headers().contains_key(header::ETAG));
        assert_eq!(body(ask("never").await).await, "whole", "it was kept at once");
    }

    #[tokio::test(start_paused = true)]
    async fn nobody_waits_for_several_who_fail() {
        let (answers, text) = (Answers::new(1 << 20), tag("text"));
        let fail = async || {
            let stalled = async {
                tokio::time::sleep(20 * PATIENCE).await;
                Err(Error::Unavailable)
            };
            answers.packed(&text, Coding::Gzip, stalled).await.unwrap_err();
        };
        let started = Instant::now();
        join_all((0..20).map(|_| fail())).await;
        assert!(started.elapsed() <= 22 * PATIENCE, "{:?}", started.elapsed());
        let kept = answers.packed(&text, Coding::Gzip, async { Ok(Bytes::from("a text")) }).await;
        assert!(!kept.unwrap().is_empty(), "it is tried again");
    }

    #[tokio::test]
    async fn memory_is_bounded_with_all_codings() {
        let answers = Answers::new(200_000);
        for n in 0..100 {
            let (tag, text) = (tag(&n.to_string()), Bytes::from(vec![b'a'; 20_000]));
            for coding in [Coding::Zstd, Coding::Br, Coding::Gzip] {
                answers.packed(&tag, coding, async { Ok(text.clone()) }).await.unwrap();
            }
            answers
                .page(&HeaderMap::new(), Some(&tag), async { Ok(made(&"a".repeat(20_000), true)) })
                .await
                .unwrap();
            assert!(answers.bodies.weight() <= 200_000);
        }
    }
}
