//! A cache of highlighted texts. Highlighting runs off the async threads, bounded in number and
//! time, and once for all concurrent requests for the same text.

mod source;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use quick_cache::sync::Cache;
use render::line_renderer::LineFormat;
use render::listing::{self, Prefix};
use render::parts::parts;
use tokio::sync::{oneshot, watch};
use tokio::time::timeout;

use crate::http::blocking::BlockingPool;
pub use crate::state::highlights::source::{Document, HighlightedPart, Source};
use crate::ui::i18n::Lang;

/// The time limit for one text, whether or not a request still waits for it. Parts that are not
/// done by then stay plain.
const WORK_LIMIT: Duration = Duration::from_secs(2);

/// After this long a part whose highlighting timed out is tried again: the machine may have been
/// busy.
const RETRY_AFTER: Duration = Duration::from_mins(10);

/// The largest HTML of a part that is cached on any machine, in bytes. The text of a part has at
/// most 512 KiB, and usually far less.
const MAX_HTML_BYTES: u64 = 1536 * 1024;

/// How a text is turned into HTML.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Form {
    /// Line by line, with highlighting.
    Lines(LineFormat),
    /// As a rendered document, with labels in this language.
    Document(Lang),
}

/// All parts of a text in one form.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct TextKey {
    sha256: Arc<[u8]>,
    prefix: Prefix,
    form: Form,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct PartKey {
    text: TextKey,
    part: u64,
}

#[derive(Clone, Debug)]
enum Outcome {
    Html(Document),
    /// Highlighting timed out; not retried for [`RETRY_AFTER`].
    TimedOut(Instant),
}

impl Outcome {
    fn of(document: Option<Document>) -> Self {
        document.map_or_else(|| Self::TimedOut(Instant::now()), Self::Html)
    }

    fn document(self) -> Option<Document> {
        match self {
            Self::Html(document) => Some(document),
            Self::TimedOut(_) => None,
        }
    }
}

#[derive(Clone, Debug)]
struct Weight;

impl quick_cache::Weighter<PartKey, Outcome> for Weight {
    fn weight(&self, _: &PartKey, outcome: &Outcome) -> u64 {
        let html = if let Outcome::Html(document) = outcome { document.html.len() } else { 0 };
        // The key and the entry cost about 256 bytes beside the HTML.
        html as u64 + 256
    }
}

/// Cheap to clone; all clones share one cache.
#[derive(Clone, Debug)]
pub struct HighlightCache {
    parts: Arc<Cache<PartKey, Outcome, Weight>>,
    running: Arc<Mutex<HashMap<TextKey, Progress>>>,
    pool: BlockingPool,
    wait: Duration,
}

impl HighlightCache {
    /// `wait` is how long a request waits for highlighting, and `bytes` the most memory for its
    /// results.
    pub fn new(wait: Duration, bytes: u64) -> Self {
        Self {
            parts: Arc::new(store::cache(bytes, 1_000, MAX_HTML_BYTES, Weight)),
            running: Arc::default(),
            pool: BlockingPool::default(),
            wait,
        }
    }

    /// A part of a text, plain if highlighting takes too long; `None` if there is no such part.
    pub async fn part(
        &self,
        source: &Source,
        format: LineFormat,
        number: u64,
    ) -> Option<HighlightedPart> {
        let mut all = parts(source.text()).peekable();
        let mut before = None;
        let part = loop {
            let part = all.next()?;
            if part.extent.number == number {
                break part;
            }
            before = Some(part.extent);
        };
        let after = all.peek().map(|part| part.extent);
        let extent = part.extent;
        if let Some(html) = self.highlighted(source, format, number).await {
            return Some(HighlightedPart { html, in_time: true, extent, before, after });
        }
        let html = listing::plain(&part, source.prefix).into();
        Some(HighlightedPart { html, in_time: false, extent, before, after })
    }

    /// A text as a document, which `render` returns before the deadline that it gets. `None` if
    /// that takes longer than a request waits, or if `render` gives up.
    pub async fn document(
        &self,
        source: &Source,
        lang: Lang,
        render: impl FnOnce(&str, Instant) -> Option<String> + Send + 'static,
    ) -> Option<Document> {
        self.get_or_run(source, Form::Document(lang), 1, move |job, source, deadline, done| {
            let html = render(source.text(), deadline);
            let in_time = Instant::now() <= deadline;
            let outcome = Outcome::of(html.map(|html| Document { html: html.into(), in_time }));
            job.finish_part(1, outcome.clone());
            let _ = done.send(outcome);
        })
        .await
    }

    /// `None` if it takes longer than a request waits.
    async fn highlighted(
        &self,
        source: &Source,
        format: LineFormat,
        part: u64,
    ) -> Option<Arc<str>> {
        let work = move |job: &Job, source: Source, deadline, done| {
            job.highlight(&source, format, part, deadline, done);
        };
        Some(self.get_or_run(source, Form::Lines(format), part, work).await?.html)
    }

    /// The cached outcome, or what `work` reports within the waiting time. One job serves all
    /// requests for the same text, and runs to its end however long they wait.
    async fn get_or_run(
        &self,
        source: &Source,
        form: Form,
        part: u64,
        work: impl FnOnce(&Job, Source, Instant, oneshot::Sender<Outcome>) + Send + 'static,
    ) -> Option<Document> {
        let text = TextKey { sha256: source.sha256.clone(), prefix: source.prefix, form };
        let key = PartKey { text, part };
        if let Some(outcome) = self.cached(&key) {
            return outcome.document();
        }
        let outcome = async {
            let job = loop {
                match self.lookup(&key) {
                    Lookup::Cached(outcome) => return outcome.document(),
                    Lookup::NotRunning(job) => break job,
                    Lookup::Running(mut progress) => {
                        let last = progress.wait_for(|last| is_past(last.as_ref(), part)).await;
                        let last = last.ok().and_then(|last| last.clone());
                        if let Some((_, outcome)) = last.filter(|(number, _)| *number == part) {
                            return outcome.document();
                        }
                    }
                }
            };
            let source = source.clone();
            let (done, outcome) = oneshot::channel();
            let work = move || work(&job, source, Instant::now() + WORK_LIMIT, done);
            // The wanted part is reported before the job ends.
            let _running = self.pool.spawn(work).await;
            outcome.await.ok()?.document()
        };
        timeout(self.wait, outcome).await.ok()?
    }

    fn cached(&self, key: &PartKey) -> Option<Outcome> {
        let may_retry = |outcome: &Outcome| matches!(outcome, Outcome::TimedOut(at) if at.elapsed() > RETRY_AFTER);
        self.parts.get(key).filter(|outcome| !may_retry(outcome))
    }

    /// A part that a running job has finished, but that was too large for the cache, starts another
    /// job: waiting would take until the first one ends.
    fn lookup(&self, key: &PartKey) -> Lookup {
        let mut running = self.running();
        let progress = running.get(&key.text);
        let progress = progress.filter(|last| !is_past(last.borrow().as_ref(), key.part)).cloned();
        if let Some(outcome) = self.cached(key) {
            return Lookup::Cached(outcome);
        }
        if let Some(progress) = progress {
            return Lookup::Running(progress);
        }
        let (sender, progress) = watch::channel(None);
        running.insert(key.text.clone(), progress);
        Lookup::NotRunning(Job { cache: self.clone(), text: key.text.clone(), progress: sender })
    }

    fn running(&self) -> MutexGuard<'_, HashMap<TextKey, Progress>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The part that a job finished last. Parts are finished in order.
type Progress = watch::Receiver<LastPart>;
type LastPart = Option<(u64, Outcome)>;

fn is_past(last: Option<&(u64, Outcome)>, part: u64) -> bool {
    last.is_some_and(|(number, _)| *number >= part)
}

enum Lookup {
    Cached(Outcome),
    Running(Progress),
    NotRunning(Job),
}

/// The work on one text, from the moment at which it waits for a thread. Other requests for any
/// part of the text wait for it. If it ends without the part that they want, because its request
/// was cancelled or it panicked, one of them starts another job.
#[derive(Debug)]
struct Job {
    cache: HighlightCache,
    text: TextKey,
    progress: watch::Sender<LastPart>,
}

impl Job {
    fn finish_part(&self, part: u64, outcome: Outcome) {
        self.cache.parts.insert(PartKey { text: self.text.clone(), part }, outcome.clone());
        self.progress.send_replace(Some((part, outcome)));
    }

    /// Highlights all parts: each depends on those before it, and readers usually go on to those
    /// after it. Reports the wanted part as soon as it is finished.
    fn highlight(
        &self,
        source: &Source,
        format: LineFormat,
        wanted: u64,
        deadline: Instant,
        done: oneshot::Sender<Outcome>,
    ) {
        let mut done = Some(done);
        let mut renderer = format.renderer();
        for part in parts(source.text()) {
            // After the deadline this returns `None` for each part that is left.
            let html = listing::html(&part, source.prefix, &mut renderer, deadline);
            let html = html.map(|html| Document { html: html.into(), in_time: true });
            let outcome = Outcome::of(html);
            if part.extent.number == wanted {
                let _ = done.take().map(|done| done.send(outcome.clone()));
            }
            self.finish_part(part.extent.number, outcome);
        }
    }
}

impl Drop for Job {
    fn drop(&mut self) {
        let mut running = self.cache.running();
        // Another job may have replaced this one in the map.
        let is_ours = |last: &Progress| last.same_channel(&self.progress.subscribe());
        if running.get(&self.text).is_some_and(is_ours) {
            running.remove(&self.text);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::sync::mpsc;

    use futures_util::FutureExt as _;
    use futures_util::future::{join, join_all};

    use bytes::Bytes;

    use super::*;

    /// Longer than anything here takes on a busy machine.
    const WAIT: Duration = Duration::from_mins(1);

    const LINES: Form = Form::Lines(LineFormat::Ansi);

    fn cache(slots: usize) -> HighlightCache {
        with_bytes(slots, 1 << 20)
    }

    fn with_bytes(slots: usize, bytes: u64) -> HighlightCache {
        let pool = BlockingPool::with_slots(slots);
        HighlightCache { pool, ..HighlightCache::new(WAIT, bytes) }
    }

    fn source() -> Source {
        Source::new(Bytes::from("a text"), &[7; 32], Prefix::Line).unwrap()
    }

    fn html(html: &str) -> Outcome {
        Outcome::Html(Document { html: html.into(), in_time: true })
    }

    async fn wait_until_idle(cache: &HighlightCache) {
        let done = async {
            while !cache.running().is_empty() {
                tokio::task::yield_now().await;
            }
        };
        timeout(WAIT, done).await.expect("a job still runs");
    }

    #[tokio::test]
    async fn concurrent_requests_share_one_job() {
        let (cache, source, times) = (cache(8), source(), Arc::new(AtomicUsize::new(0)));
        let readers = (0..20).map(|_| {
            let times = times.clone();
            cache.document(&source, Lang::En, move |text, _| {
                times.fetch_add(1, Ordering::Relaxed);
                std::thread::sleep(Duration::from_millis(50));
                Some(text.to_owned())
            })
        });
        for document in join_all(readers).await {
            assert_eq!(&*document.unwrap().html, "a text");
        }
        assert_eq!(times.load(Ordering::Relaxed), 1);
        wait_until_idle(&cache).await;
    }

    #[tokio::test]
    async fn a_request_does_not_wait_for_later_parts() {
        let (cache, source) = (cache(8), source());
        let (end, ended) = mpsc::channel::<()>();
        let first = cache.get_or_run(&source, LINES, 1, move |job, _, _, done| {
            let _ = done.send(html("one"));
            job.finish_part(1, html("one"));
            job.finish_part(2, html("two"));
            let _ = ended.recv();
        });
        let second = cache.get_or_run(&source, LINES, 2, |_, _, _, _| panic!("a job is running"));
        let (first, second) = join(first, second).await;
        assert_eq!([&*first.unwrap().html, &*second.unwrap().html], ["one", "two"]);
        assert_eq!(cache.running().len(), 1, "the later parts are still being highlighted");
        drop(end);
        wait_until_idle(&cache).await;
    }

    #[tokio::test]
    async fn a_part_too_large_for_the_cache_is_highlighted_again_for_later_requests() {
        let (cache, source) = (with_bytes(8, 1), source());
        let (end, ended) = mpsc::channel::<()>();
        let first = cache.get_or_run(&source, LINES, 1, move |job, _, _, done| {
            std::thread::sleep(Duration::from_millis(50));
            job.finish_part(1, html("one"));
            let _ = done.send(html("one"));
            let _ = ended.recv();
        });
        let again = || {
            cache.get_or_run(&source, LINES, 1, |job, _, _, done| {
                job.finish_part(1, html("again"));
                let _ = done.send(html("again"));
            })
        };
        let (first, second) = join(first, again()).await;
        assert_eq!([&*first.unwrap().html, &*second.unwrap().html], ["one"; 2]);
        assert_eq!(&*again().await.unwrap().html, "again");
        drop(end);
        wait_until_idle(&cache).await;
    }

    #[tokio::test]
    async fn a_job_that_panics_is_repeated_by_the_next_request() {
        let (cache, source) = (cache(8), source());
        let panics = cache.document(&source, Lang::En, |_, _| {
            std::thread::sleep(Duration::from_millis(50));
            panic!("a bug in a grammar")
        });
        let next = cache.document(&source, Lang::En, |_, _| Some("rendered".to_owned()));
        let (none, document) = join(panics, next).await;
        assert!(none.is_none());
        assert_eq!(&*document.unwrap().html, "rendered");
        wait_until_idle(&cache).await;
    }

    #[tokio::test]
    async fn a_cancelled_request_leaves_its_job_to_the_others() {
        let (cache, source) = (cache(0), source());
        let read = || cache.document(&source, Lang::En, |_, _| Some("rendered".to_owned()));
        let mut cancelled = Box::pin(read());
        assert!(cancelled.as_mut().now_or_never().is_none());
        let mut waiting = Box::pin(read());
        assert!(waiting.as_mut().now_or_never().is_none());
        drop(cancelled);
        cache.pool.add_slot();
        assert_eq!(&*waiting.await.unwrap().html, "rendered");
        wait_until_idle(&cache).await;
    }
}
