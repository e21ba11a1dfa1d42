//! A cache of highlighted texts. Highlighting runs off the async threads, bounded in number and
//! time, fairly for all clients, and once for all concurrent requests for the same text.

mod job;
mod source;

use std::collections::HashMap;
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use quick_cache::sync::Cache;
use render::line_renderer::LineFormat;
use render::listing::{self, Prefix};
use render::parts::parts;
use tokio::sync::{Notify, oneshot, watch};
use tokio::time::timeout;

use crate::http::blocking::{BlockingPool, ClientSlot, Pools};
use crate::state::highlights::job::{Job, LineWork, Paused, Progress, Work, is_past};
pub use crate::state::highlights::source::{Document, HighlightedPart, Plain, Source};
use crate::ui::i18n::Lang;

/// After this long a part whose highlighting timed out is tried again: the machine may have been
/// busy.
const RETRY_AFTER: Duration = Duration::from_mins(10);

/// The largest HTML of a part that is cached on any machine, in bytes. The text of a part has at
/// most 512 KiB, and usually far less.
const MAX_HTML_BYTES: u64 = 1536 * 1024;

/// Texts whose run can be continued. Each takes a few KiB.
const MAX_PAUSED: usize = 200;

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
    /// Highlighting took longer than `limit`; not tried again for [`RETRY_AFTER`] with this limit.
    TimedOut {
        at: Instant,
        limit: Duration,
    },
}

impl Outcome {
    fn of(document: Option<Document>, limit: Duration) -> Self {
        document.map_or_else(|| Self::TimedOut { at: Instant::now(), limit }, Self::Html)
    }

    fn document(self) -> Option<Document> {
        match self {
            Self::Html(document) => Some(document),
            Self::TimedOut { .. } => None,
        }
    }

    /// Whether a request with this limit can do no better.
    fn is_final(&self, limit: Duration) -> bool {
        match self {
            Self::Html(_) => true,
            Self::TimedOut { at, limit: tried } => *tried >= limit && at.elapsed() <= RETRY_AFTER,
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
    paused: Arc<Cache<TextKey, Paused>>,
    running: Arc<Mutex<HashMap<TextKey, Progress>>>,
    /// Notified when a job begins.
    begun: Arc<Notify>,
    lines: BlockingPool,
    documents: BlockingPool,
    wait: Duration,
}

impl HighlightCache {
    /// `wait` is how long a request waits for highlighting, and `bytes` the most memory for its
    /// results. Documents are rendered in the pool for derived views, because they cannot be rendered
    /// in short steps.
    pub fn new(wait: Duration, bytes: u64, pools: &Pools) -> Self {
        Self {
            parts: Arc::new(store::cache(bytes, 1_000, MAX_HTML_BYTES, Weight)),
            paused: Arc::new(Cache::new(MAX_PAUSED)),
            running: Arc::default(),
            begun: Arc::default(),
            lines: pools.highlighting.clone(),
            documents: pools.derived_views.clone(),
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
        let start = move |work| LineWork::run(work, format);
        let highlighted = self.get_or_run(source, Form::Lines(format), number, start).await;
        let (html, plain) = if let Some(document) = highlighted {
            let has_plain_lines = format.leaves_lines_plain(part.text);
            (document.html, has_plain_lines.then_some(Plain::LongLines))
        } else {
            let html = listing::plain(&part, source.prefix).into();
            (html, Some(self.reason(source, format, number)))
        };
        Some(HighlightedPart { html, plain, extent, before, after })
    }

    /// Why a part has no highlighting.
    fn reason(&self, source: &Source, format: LineFormat, part: u64) -> Plain {
        let form = Form::Lines(format);
        let text = TextKey { sha256: source.sha256.clone(), prefix: source.prefix, form };
        match self.lookup(&PartKey { text, part }, source.limit) {
            Lookup::Cached(Outcome::TimedOut { .. }) => Plain::TooSlow,
            _ => Plain::NotYet,
        }
    }

    /// A text as a document, which `render` returns before the deadline that it gets. `None` if
    /// that takes longer than a request waits, or if `render` gives up.
    pub async fn document(
        &self,
        source: &Source,
        lang: Lang,
        render: impl FnOnce(&str, Instant) -> Option<Document> + Send + 'static,
    ) -> Option<Document> {
        let start = move |work: Work| async move {
            let Work { job, slot, source, done, .. } = work;
            let render = move || {
                let deadline = Instant::now() + source.limit;
                let outcome = Outcome::of(render(source.text(), deadline), source.limit);
                job.finish_part(1, outcome.clone());
                let _ = done.send(outcome);
            };
            // If it panics, a waiting request starts another job.
            let _ = slot.run(render).await;
        };
        self.get_or_run(source, Form::Document(lang), 1, start).await
    }

    /// The cached outcome, or what the job reports within the waiting time. One job serves all
    /// requests for the same text, and runs to its end however long they wait. `start` makes it.
    async fn get_or_run<F: Future<Output = ()> + Send + 'static>(
        &self,
        source: &Source,
        form: Form,
        part: u64,
        start: impl FnOnce(Work) -> F,
    ) -> Option<Document> {
        let text = TextKey { sha256: source.sha256.clone(), prefix: source.prefix, form };
        let key = PartKey { text, part };
        if let Some(outcome) = self.cached(&key, source.limit) {
            return outcome.document();
        }
        let outcome = async {
            let (job, slot) = match self.wait_for_turn(&key, source).await {
                Turn::Outcome(outcome) => return outcome.document(),
                Turn::Begin(job, slot) => (job, slot),
            };
            let (done, outcome) = oneshot::channel();
            tokio::spawn(start(Work { job, slot, source: source.clone(), part, done }));
            // The wanted part is reported before the job ends.
            outcome.await.ok()?.document()
        };
        timeout(self.wait, outcome).await.ok()?
    }

    /// Waits until another job has the outcome, or until the client has a slot for a job of its own.
    /// A request does not depend on a job that still waits in the queue of another client.
    async fn wait_for_turn(&self, key: &PartKey, source: &Source) -> Turn {
        let pool = if let Form::Lines(_) = key.text.form { &self.lines } else { &self.documents };
        let new_place = || pool.client_slot(source.client);
        let mut place_in_queue = pin!(new_place());
        loop {
            let mut begun = pin!(self.begun.notified());
            begun.as_mut().enable();
            match self.lookup(key, source.limit) {
                Lookup::Cached(outcome) => return Turn::Outcome(outcome),
                Lookup::Running(mut progress) => {
                    // A place that is not waited for would take a slot that others need.
                    place_in_queue.set(new_place());
                    let last = progress.wait_for(|last| is_past(last.as_ref(), key.part)).await;
                    let last = last.ok().and_then(|last| last.clone());
                    match last.filter(|(number, _)| *number == key.part) {
                        Some((_, outcome)) if outcome.is_final(source.limit) => {
                            return Turn::Outcome(outcome);
                        }
                        _ => continue,
                    }
                }
                Lookup::NotRunning => {}
            }
            tokio::select! {
                slot = &mut place_in_queue => match self.begin(key, source.limit) {
                    Some(job) => return Turn::Begin(job, slot),
                    None => place_in_queue.set(new_place()),
                },
                () = begun => {}
            }
        }
    }

    fn cached(&self, key: &PartKey, limit: Duration) -> Option<Outcome> {
        self.parts.get(key).filter(|outcome| outcome.is_final(limit))
    }

    fn lookup(&self, key: &PartKey, limit: Duration) -> Lookup {
        self.lookup_in(&self.running(), key, limit)
    }

    /// A part that a running job has finished, but that was too large for the cache, starts another
    /// job: waiting would take until the first one ends.
    fn lookup_in(
        &self,
        running: &HashMap<TextKey, Progress>,
        key: &PartKey,
        limit: Duration,
    ) -> Lookup {
        if let Some(outcome) = self.cached(key, limit) {
            return Lookup::Cached(outcome);
        }
        let progress = running.get(&key.text);
        if let Some(progress) = progress.filter(|last| !is_past(last.borrow().as_ref(), key.part)) {
            return Lookup::Running(progress.clone());
        }
        // Later parts depend on the one that timed out.
        let reached = self.paused.get(&key.text).map_or(u64::MAX, |paused| paused.part());
        if reached < key.part {
            let timed_out = self.cached(&PartKey { part: reached, ..key.clone() }, limit);
            if let Some(outcome @ Outcome::TimedOut { .. }) = timed_out {
                return Lookup::Cached(outcome);
            }
        }
        Lookup::NotRunning
    }

    /// Registers a job, unless another one has begun or ended meanwhile.
    fn begin(&self, key: &PartKey, limit: Duration) -> Option<Job> {
        let mut running = self.running();
        let Lookup::NotRunning = self.lookup_in(&running, key, limit) else { return None };
        let (sender, progress) = watch::channel(None);
        running.insert(key.text.clone(), progress);
        self.begun.notify_waiters();
        Some(Job { cache: self.clone(), text: key.text.clone(), progress: sender })
    }

    fn running(&self) -> MutexGuard<'_, HashMap<TextKey, Progress>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

enum Lookup {
    Cached(Outcome),
    Running(Progress),
    NotRunning,
}

enum Turn {
    Outcome(Outcome),
    Begin(Job, ClientSlot),
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::sync::mpsc;

    use futures_util::FutureExt as _;
    use futures_util::future::{join, join_all};

    use bytes::Bytes;
    use render::parts::Cursor;

    use super::*;
    use crate::http::client_ip::ClientKey;

    /// Longer than anything here takes on a busy machine.
    const WAIT: Duration = Duration::from_mins(1);

    const LINES: Form = Form::Lines(LineFormat::Ansi);

    fn cache(slots: usize) -> HighlightCache {
        with_bytes(slots, 1 << 20)
    }

    fn with_bytes(slots: usize, bytes: u64) -> HighlightCache {
        with_pool(&BlockingPool::with_slots(slots, 8), bytes)
    }

    fn with_pool(pool: &BlockingPool, bytes: u64) -> HighlightCache {
        let (highlighting, derived_views) = (pool.clone(), pool.clone());
        let pools = Pools { highlighting, derived_views, ..Pools::new(true) };
        HighlightCache::new(WAIT, bytes, &pools)
    }

    fn client(number: u8) -> ClientKey {
        IpAddr::from([192, 0, 2, number]).into()
    }

    fn text(text: &str, sha256: u8, client: ClientKey) -> Source {
        let text = Bytes::from(text.to_owned());
        Source::new(text, &[sha256; 32], Prefix::Line, client).unwrap()
    }

    fn source() -> Source {
        text("a text", 7, client(1))
    }

    /// A job that does `work` as one step.
    fn blocking(
        work: impl FnOnce(&Job, oneshot::Sender<Outcome>) + Send + 'static,
    ) -> impl FnOnce(Work) -> futures_util::future::BoxFuture<'static, ()> {
        move |Work { job, slot, done, .. }| {
            Box::pin(async move {
                let _ = slot.run(move || work(&job, done)).await;
            })
        }
    }

    fn document(html: &str) -> Document {
        Document { html: html.into(), in_time: true }
    }

    fn html(html: &str) -> Outcome {
        Outcome::Html(document(html))
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
                Some(document(text))
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
        let first = cache.get_or_run(
            &source,
            LINES,
            1,
            blocking(move |job, done| {
                let _ = done.send(html("one"));
                job.finish_part(1, html("one"));
                job.finish_part(2, html("two"));
                let _ = ended.recv();
            }),
        );
        let second =
            cache.get_or_run(&source, LINES, 2, blocking(|_, _| panic!("a job is running")));
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
        let first = cache.get_or_run(
            &source,
            LINES,
            1,
            blocking(move |job, done| {
                std::thread::sleep(Duration::from_millis(50));
                job.finish_part(1, html("one"));
                let _ = done.send(html("one"));
                let _ = ended.recv();
            }),
        );
        let again = || {
            cache.get_or_run(
                &source,
                LINES,
                1,
                blocking(|job, done| {
                    job.finish_part(1, html("again"));
                    let _ = done.send(html("again"));
                }),
            )
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
        let next = cache.document(&source, Lang::En, |_, _| Some(document("rendered")));
        let (none, document) = join(panics, next).await;
        assert!(none.is_none());
        assert_eq!(&*document.unwrap().html, "rendered");
        wait_until_idle(&cache).await;
    }

    #[tokio::test]
    async fn a_cancelled_request_leaves_its_job_to_the_others() {
        let (cache, source) = (cache(0), source());
        let read = || cache.document(&source, Lang::En, |_, _| Some(document("rendered")));
        let mut cancelled = Box::pin(read());
        assert!(cancelled.as_mut().now_or_never().is_none());
        let mut waiting = Box::pin(read());
        assert!(waiting.as_mut().now_or_never().is_none());
        drop(cancelled);
        cache.documents.add_slot();
        assert_eq!(&*waiting.await.unwrap().html, "rendered");
        wait_until_idle(&cache).await;
    }

    /// The format of a text that takes longer than the test.
    const RUST: LineFormat = LineFormat::Syntax("Rust");

    /// A job of `source`'s client that never ends. It works in steps, as all long jobs do.
    async fn begin_endless_job(cache: &HighlightCache, source: &Source) {
        let (begun, has_begun) = oneshot::channel();
        let endless = move |Work { job, slot, .. }: Work| async move {
            let _ = begun.send(());
            while slot.run(|| ()).await.is_ok() {}
            drop(job);
        };
        let (cache, source) = (cache.clone(), source.clone());
        tokio::spawn(async move { cache.get_or_run(&source, LINES, 1, endless).await });
        timeout(WAIT, has_begun).await.expect("the job does not begin").unwrap();
    }

    #[tokio::test]
    async fn short_texts_are_coloured_while_another_client_fills_its_queue() {
        for slots in [1, 2] {
            let cache = with_pool(&BlockingPool::with_slots(slots, 1), 1 << 20);
            let (hostile, victim) = (client(1), client(2));
            begin_endless_job(&cache, &text("endless", 0, hostile)).await;
            for number in 1..20 {
                let (cache, waiting) = (cache.clone(), text("more", number, hostile));
                tokio::spawn(async move { cache.part(&waiting, RUST, 1).await });
            }
            tokio::task::yield_now().await;
            for number in 100..115 {
                let fresh = text("fn a() {}\nfn b() {}\n", number, victim);
                let part = cache.part(&fresh, RUST, 1).await.unwrap();
                assert!(part.plain.is_none() && part.html.contains("<b>fn</b>"), "{}", part.html);
            }
        }
    }

    #[tokio::test]
    async fn a_text_in_the_queue_of_another_client_does_not_wait_there() {
        let cache = with_pool(&BlockingPool::with_slots(2, 1), 1 << 20);
        let (hostile, victim) = (client(1), client(2));
        begin_endless_job(&cache, &text("endless", 0, hostile)).await;
        let wanted = |client| text("fn a() {}\n", 1, client);
        let of_hostile = wanted(hostile);
        let mut queued = Box::pin(cache.part(&of_hostile, RUST, 1).map(drop));
        assert!(queued.as_mut().now_or_never().is_none());
        assert_eq!(cache.part(&wanted(victim), RUST, 1).await.unwrap().plain, None);
        timeout(WAIT, queued).await.expect("the first client gets the result of the other");
    }

    #[tokio::test]
    async fn a_run_that_is_over_is_continued_for_a_later_part() {
        let cache = cache(2);
        let source = text(&"fn a() {}\n".repeat(6_000), 1, client(1));
        // A run that was over after the first part, inside a comment.
        let (mut cursor, mut renderer) = (Cursor::default(), RUST.renderer());
        cursor.next(source.text());
        renderer.line("/*\n", &mut String::new());
        let form = Form::Lines(RUST);
        let key = TextKey { sha256: source.sha256.clone(), prefix: source.prefix, form };
        cache.paused.insert(key, Paused { cursor, renderer });
        let later = cache.part(&source, RUST, 3).await.unwrap();
        assert!(later.html.contains("<i>fn a() {}</i>"), "{}", &later.html[..200]);
        let earlier = cache.part(&source, RUST, 1).await.unwrap();
        assert!(earlier.html.contains("<b>fn</b>"), "{}", &earlier.html[..200]);
    }

    #[tokio::test]
    async fn a_part_that_takes_too_long_ends_the_run_and_is_not_tried_again() {
        let cache = cache(2);
        let mut hasty = text(&"fn a() {}\n".repeat(6_000), 1, client(1));
        hasty.limit = Duration::from_nanos(1);
        let first = cache.part(&hasty, RUST, 1).await.unwrap();
        wait_until_idle(&cache).await;
        assert_eq!(first.plain, Some(Plain::TooSlow));
        let key = |part| PartKey {
            text: TextKey {
                sha256: hasty.sha256.clone(),
                prefix: hasty.prefix,
                form: Form::Lines(RUST),
            },
            part,
        };
        assert_eq!(cache.paused.get(&key(1).text).map(|paused| paused.part()), Some(1));
        for part in [1, 3] {
            let lookup = cache.lookup(&key(part), hasty.limit);
            assert!(matches!(lookup, Lookup::Cached(Outcome::TimedOut { .. })), "part {part}");
        }
        let mut patient = hasty.clone();
        patient.limit = WAIT;
        assert_eq!(cache.part(&patient, RUST, 3).await.unwrap().plain, None);
    }

    #[tokio::test]
    async fn long_lines_without_colours_are_reported_except_of_json() {
        let cache = cache(2);
        let long = text(&format!("{{\"a\":[{}1]}}", "1,".repeat(1_000)), 1, client(1));
        let rust = cache.part(&long, RUST, 1).await.unwrap();
        assert_eq!((rust.plain, rust.is_complete()), (Some(Plain::LongLines), true));
        let json = cache.part(&long, LineFormat::Syntax("JSON"), 1).await.unwrap();
        assert_eq!(json.plain, None);
        assert!(json.html.contains("<b>\"a\"</b>"), "{}", json.html);
    }

    #[tokio::test]
    async fn a_small_limit_of_one_request_does_not_bind_another() {
        let cache = cache(2);
        let own = source();
        let foreign = own.clone().in_foreign_syntax();
        let too_slow = |limit| {
            blocking(move |job, done| {
                let outcome = Outcome::of(None, limit);
                job.finish_part(1, outcome.clone());
                let _ = done.send(outcome);
            })
        };
        let timed_out = cache.get_or_run(&foreign, LINES, 1, too_slow(foreign.limit)).await;
        assert!(timed_out.is_none());
        let never = || blocking(|_, _| panic!("timed out with this limit already"));
        assert!(cache.get_or_run(&foreign, LINES, 1, never()).await.is_none());
        let part = cache.part(&own, LineFormat::Ansi, 1).await.unwrap();
        assert_eq!(part.plain, None, "the paste's own syntax has more time");
    }
}
