//! A cache of finished responses in bounded memory: a page that is equal for every visitor is
//! rendered once, and compressed once per content coding.
//!
//! The cache does not check whether a paste still exists. Callers look up its row first.

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

use crate::http::blocking::BlockingPool;
use crate::http::client_ip::ClientKey;
use crate::http::content_coding::ContentCoding;
use crate::http::etag::EntityTag;

/// Bodies smaller than this, in bytes, are compressed on the async thread: handing them to another
/// thread costs more.
const INLINE_BYTES: usize = 16 * 1024;

/// How long a request waits for another request that renders the same page. Most renderings take
/// less. After that it renders the page itself, so it does not wait for several requests that fail
/// one after the other.
const WAIT: Duration = Duration::from_secs(1);

/// For this long after an incomplete rendering, each request renders the page itself: a request
/// that waits for another would only get an incomplete page later.
const INCOMPLETE: Duration = Duration::from_secs(1);

/// The largest body that is cached on any machine, in bytes. Most compressed pages are far smaller.
const MAX_BODY_BYTES: u64 = 1024 * 1024;

type Key = (EntityTag, ContentCoding);

#[derive(Clone, Debug)]
struct Weight;

impl quick_cache::Weighter<Key, Bytes> for Weight {
    fn weight(&self, _: &Key, body: &Bytes) -> u64 {
        // The key, the entry and the allocation cost about 256 bytes beside the body.
        body.len() as u64 + 256
    }
}

/// A page as it was rendered.
#[derive(Debug)]
pub struct Rendered {
    pub html: Markup,
    /// False if a part did not finish in time. Such a page is neither cached nor tagged.
    pub complete: bool,
}

/// Cheap to clone; all clones share one cache.
#[derive(Clone, Debug)]
pub struct ResponseCache {
    bodies: Arc<Cache<Key, Bytes, Weight>>,
    /// When a rendering of the tag was incomplete.
    incomplete: Arc<Cache<EntityTag, Instant>>,
    compression: BlockingPool,
}

impl ResponseCache {
    /// `bytes` is the most memory that the bodies use. They are compressed in the pool `compression`.
    pub fn new(bytes: u64, compression: BlockingPool) -> Self {
        let bodies = store::cache(bytes, 2_000, MAX_BODY_BYTES, Weight);
        Self { bodies: Arc::new(bodies), incomplete: Arc::new(Cache::new(1_000)), compression }
    }

    /// The page named by `tag`, in the best coding that the request's `headers` accept: a 304 if the
    /// client has it, the cached body, or the result of `render`. Without a tag, and if it is
    /// incomplete, the page is neither cached nor tagged. `vary` goes into a 304: later layers
    /// cannot add it, because they know a page by its content type, which a 304 does not have.
    /// Compression counts among the work of `client`.
    ///
    /// # Errors
    /// Those of `render`.
    pub async fn page<E: From<anyhow::Error>>(
        &self,
        client: ClientKey,
        headers: &HeaderMap,
        tag: Option<&EntityTag>,
        vary: &HeaderValue,
        render: impl Future<Output = Result<Rendered, E>>,
    ) -> Result<Response, E> {
        let Some(tag) = tag else { return Ok(render.await?.html.into_response()) };
        let codings = ContentCoding::accepted(headers);
        if let Some(known) = tag.matching(headers, &codings) {
            let mut response = not_modified(tag, known);
            response.headers_mut().append(header::VARY, vary.clone());
            return Ok(response);
        }
        let coding = codings[0];
        let body = match self.get(tag, coding) {
            Some(body) => body,
            None => match self.render(client, tag, coding, render).await? {
                Ok(body) => body,
                Err(incomplete) => return Ok(incomplete.into_response()),
            },
        };
        let mut response = respond(tag, coding, body);
        let html = HeaderValue::from_static("text/html; charset=utf-8");
        response.headers_mut().insert(header::CONTENT_TYPE, html);
        Ok(response)
    }

    /// Caches only the requested coding: most clients accept the same one, and it is a quarter of
    /// the page. An incomplete page is returned as it is.
    async fn render<E: From<anyhow::Error>>(
        &self,
        client: ClientKey,
        tag: &EntityTag,
        coding: ContentCoding,
        render: impl Future<Output = Result<Rendered, E>>,
    ) -> Result<Result<Bytes, Markup>, E> {
        // A boxed future is moved as a pointer, not copied.
        let encoded = Box::pin(async {
            let Rendered { html, complete } = render.await?;
            if !complete {
                return Ok(Err(html));
            }
            Ok(Ok(self.encode(client, coding, html.into_string().into()).await?))
        });
        self.get_or_render(tag, coding, encoded).await
    }

    /// The cached body of a text, or the text from `text` in this coding.
    ///
    /// # Errors
    /// Those of `text`.
    pub async fn encoded<E: From<anyhow::Error>>(
        &self,
        client: ClientKey,
        tag: &EntityTag,
        coding: ContentCoding,
        text: impl Future<Output = Result<Bytes, E>>,
    ) -> Result<Bytes, E> {
        self.cached(tag, coding, async { Ok(self.encode(client, coding, text.await?).await?) })
            .await
    }

    async fn encode(
        &self,
        client: ClientKey,
        coding: ContentCoding,
        body: Bytes,
    ) -> anyhow::Result<Bytes> {
        let encoded = if body.len() < INLINE_BYTES || coding == ContentCoding::Identity {
            coding.encode(&body)?
        } else {
            self.compression.run(client, move || coding.encode(&body)).await??
        };
        // A boxed slice has no spare capacity, so the cache counts what it holds.
        Ok(Bytes::from(encoded.into_boxed_slice()))
    }

    /// The cached body, or the body from `make`, which is in this coding already.
    ///
    /// # Errors
    /// Those of `make`.
    pub async fn cached<E>(
        &self,
        tag: &EntityTag,
        coding: ContentCoding,
        make: impl Future<Output = Result<Bytes, E>>,
    ) -> Result<Bytes, E> {
        if let Some(body) = self.get(tag, coding) {
            return Ok(body);
        }
        let make = Box::pin(async { Ok(Ok::<_, Infallible>(make.await?)) });
        let Ok(body) = self.get_or_render(tag, coding, make).await?;
        Ok(body)
    }

    /// The cached body, or the result of `make`. Of concurrent requests one runs `make`, and the
    /// others wait for it, no longer than [`WAIT`]. An inner `Err` is an incomplete result and is
    /// not cached.
    async fn get_or_render<I, E>(
        &self,
        tag: &EntityTag,
        coding: ContentCoding,
        make: impl Future<Output = Result<Result<Bytes, I>, E>>,
    ) -> Result<Result<Bytes, I>, E> {
        let key = (*tag, coding);
        let mut placeholder = None;
        if !self.was_incomplete(tag) {
            let waiting = self.bodies.get_value_or_guard_async(&key);
            placeholder = match timeout(WAIT, waiting).await {
                Ok(Ok(body)) => return Ok(Ok(body)),
                // If the result that we waited for was incomplete, the next request gets the
                // placeholder, and no request waits for this one.
                Ok(Err(placeholder)) => Some(placeholder).filter(|_| !self.was_incomplete(tag)),
                Err(_) => None,
            };
        }
        let result = make.await?;
        match (&result, placeholder) {
            // The insert fails only if another request has inserted the same body.
            (Ok(body), Some(placeholder)) => drop(placeholder.insert(body.clone())),
            (Ok(body), None) => self.bodies.insert(key, body.clone()),
            (Err(_), _) => self.incomplete.insert(*tag, Instant::now()),
        }
        Ok(result)
    }

    fn was_incomplete(&self, tag: &EntityTag) -> bool {
        self.incomplete.get(tag).is_some_and(|at| at.elapsed() < INCOMPLETE)
    }

    fn get(&self, tag: &EntityTag, coding: ContentCoding) -> Option<Bytes> {
        self.bodies.get(&(*tag, coding))
    }
}

/// Prepares a request for tower-http, which answers 406 after the handler has run if a client
/// refuses all of its codings or if it cannot parse the header. A range applies to GET alone (RFC
/// 9110, 14.2).
pub fn normalize(mut request: Request) -> Request {
    ContentCoding::normalize_accept_encoding(request.headers_mut());
    if request.method() == Method::HEAD {
        request.headers_mut().remove(header::RANGE);
        request.headers_mut().remove(header::IF_RANGE);
    }
    request
}

/// A 304: the client has the body already, in this coding.
pub fn not_modified(tag: &EntityTag, coding: ContentCoding) -> Response {
    let mut response = StatusCode::NOT_MODIFIED.into_response();
    set_tag(response.headers_mut(), tag, coding);
    response
}

/// A response with this body, which is in `coding` already.
pub fn respond(tag: &EntityTag, coding: ContentCoding, body: Bytes) -> Response {
    let mut response = body.into_response();
    let headers = response.headers_mut();
    set_tag(headers, tag, coding);
    if let Some(coding) = coding.name() {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(coding));
    }
    response
}

pub fn set_tag(headers: &mut HeaderMap, tag: &EntityTag, coding: ContentCoding) {
    headers.insert(header::ETAG, tag.header(coding));
    headers.append(header::VARY, HeaderValue::from_static("Accept-Encoding"));
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use anyhow::Result;
    use axum::body::to_bytes;
    use futures_util::future::join_all;
    use maud::PreEscaped;
    use tokio::sync::Barrier;

    use super::*;

    const VARY: HeaderValue = HeaderValue::from_static("Accept");

    fn cache(bytes: u64) -> ResponseCache {
        ResponseCache::new(bytes, BlockingPool::new(true))
    }

    fn client() -> ClientKey {
        IpAddr::from([192, 0, 2, 1]).into()
    }

    fn tag(name: &str) -> EntityTag {
        EntityTag::of(&[name.as_bytes()])
    }

    fn rendered(html: &str, complete: bool) -> Rendered {
        Rendered { html: PreEscaped(html.to_owned()), complete }
    }

    async fn body(response: Response) -> Bytes {
        to_bytes(response.into_body(), usize::MAX).await.unwrap()
    }

    /// Requests a page that takes `delay` to render.
    async fn ask(
        cache: &ResponseCache,
        tag: &EntityTag,
        delay: Duration,
        page: Rendered,
    ) -> Response {
        let render = async {
            tokio::time::sleep(delay).await;
            Result::<_>::Ok(page)
        };
        cache.page(client(), &HeaderMap::new(), Some(tag), &VARY, render).await.unwrap()
    }

    /// The clock is paused, so no request waits longer than [`WAIT`]: time advances only when every
    /// task waits.
    #[tokio::test(start_paused = true)]
    async fn two_hundred_concurrent_requests_render_one_page() {
        let (cache, times) = (cache(1 << 20), AtomicUsize::new(0));
        let all_started = Barrier::new(200);
        let page = tag("page");
        let requests = (0..200).map(async |_| {
            all_started.wait().await;
            let render = async {
                times.fetch_add(1, Ordering::Relaxed);
                tokio::task::yield_now().await;
                Result::<_>::Ok(rendered("a page", true))
            };
            body(cache.page(client(), &HeaderMap::new(), Some(&page), &VARY, render).await.unwrap())
                .await
        });
        assert!(join_all(requests).await.iter().all(|body| body == "a page"));
        assert_eq!(times.into_inner(), 1);
    }

    #[tokio::test]
    async fn an_incomplete_page_is_rendered_again_and_has_no_tag() {
        let (cache, page) = (cache(1 << 20), tag("page"));
        let late = ask(&cache, &page, Duration::ZERO, rendered("late", false)).await;
        assert!(!late.headers().contains_key(header::ETAG));
        assert_eq!(body(late).await, "late");
        let complete = ask(&cache, &page, Duration::ZERO, rendered("complete", true)).await;
        assert!(complete.headers().contains_key(header::ETAG));
        let cached = ask(&cache, &page, Duration::ZERO, rendered("never", true)).await;
        assert_eq!(body(cached).await, "complete");
    }

    /// The clock is paused: time advances by itself when every task waits.
    #[tokio::test(start_paused = true)]
    async fn requests_do_not_wait_for_one_slow_rendering_after_the_other() {
        let (cache, page) = (cache(1 << 20), tag("page"));
        let started = Instant::now();
        join_all((0..20).map(|_| ask(&cache, &page, 10 * WAIT, rendered("late", false)))).await;
        assert!(started.elapsed() <= 12 * WAIT, "{:?}", started.elapsed());
    }

    /// The clock is paused: time advances by itself when every task waits.
    #[tokio::test(start_paused = true)]
    async fn a_request_that_waited_for_an_incomplete_page_waits_for_no_other() {
        let (cache, page) = (cache(1 << 20), tag("page"));
        let delay = WAIT / 3;
        let started = Instant::now();
        let all = (0..20).map(async |_| {
            ask(&cache, &page, delay, rendered("late", false)).await;
            started.elapsed()
        });
        let all = join_all(all).await;
        assert!(all.iter().all(|waited| *waited <= 3 * delay), "{all:?}");
        let complete = ask(&cache, &page, Duration::ZERO, rendered("complete", true)).await;
        assert!(complete.headers().contains_key(header::ETAG));
        let cached = ask(&cache, &page, Duration::ZERO, rendered("never", true)).await;
        assert_eq!(body(cached).await, "complete", "the complete page is cached at once");
    }

    #[tokio::test(start_paused = true)]
    async fn requests_do_not_wait_for_several_that_fail() {
        let (cache, text) = (cache(1 << 20), tag("text"));
        let fail = async || {
            let stalled = async {
                tokio::time::sleep(20 * WAIT).await;
                Err(anyhow::anyhow!("the bucket is down"))
            };
            cache.encoded(client(), &text, ContentCoding::Gzip, stalled).await.unwrap_err();
        };
        let started = Instant::now();
        join_all((0..20).map(|_| fail())).await;
        assert!(started.elapsed() <= 22 * WAIT, "{:?}", started.elapsed());
        let text = cache.encoded(client(), &text, ContentCoding::Gzip, async {
            Result::<_>::Ok("a text".into())
        });
        assert!(!text.await.unwrap().is_empty(), "the next request tries again");
    }

    #[tokio::test]
    async fn memory_is_bounded_over_all_codings() {
        let cache = cache(200_000);
        for n in 0..100 {
            let (tag, text) = (tag(&n.to_string()), Bytes::from(vec![b'a'; 20_000]));
            for coding in [ContentCoding::Zstd, ContentCoding::Br, ContentCoding::Gzip] {
                let text = async { Result::<_>::Ok(text.clone()) };
                cache.encoded(client(), &tag, coding, text).await.unwrap();
            }
            ask(&cache, &tag, Duration::ZERO, rendered(&"a".repeat(20_000), true)).await;
            assert!(cache.bodies.weight() <= 200_000);
        }
    }
}
