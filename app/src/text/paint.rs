//! Painted parts of texts, kept: colours are made off the async threads, within bounds of number
//! and time, and once for all who read the same text.

use std::collections::HashMap;
use std::num::NonZero;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::available_parallelism;
use std::time::{Duration, Instant};

use bytes::Bytes;
use bytes_utils::Str;
use quick_cache::sync::Cache;
use render::listing::{self, Prefix};
use render::painter::Paint;
use render::parts::{Extent, parts};
use tokio::sync::{Semaphore, oneshot, watch};
use tokio::task::spawn_blocking;
use tokio::time::timeout;

use crate::i18n::Lang;
use crate::rooms::Room;

/// How long a text is worked on, whether or not somebody still waits for it. The parts that are done
/// by then are kept, and the rest of such a text stays plain.
const WORK: Duration = Duration::from_secs(2);

/// After this long what was given up is tried once more: the machine may have been busy.
const AGAIN: Duration = Duration::from_mins(10);

/// HTML of a part that is kept on any machine: its text has 512 KiB at most, and mostly far less.
const LARGEST: u64 = 1536 * 1024;

/// A text to be painted. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Source {
    text: Str,
    /// Of the paste that the text is, or is made from.
    sha256: Arc<[u8]>,
    pub prefix: Prefix,
}

impl Source {
    /// # Errors
    /// The text is not UTF-8.
    pub fn new(text: Bytes, sha256: &[u8], prefix: Prefix) -> anyhow::Result<Self> {
        let text = Str::from_inner(text).map_err(|bad| bad.utf8_error())?;
        Ok(Self { text, sha256: sha256.into(), prefix })
    }

    pub fn text(&self) -> &str {
        &self.text
    }

    pub fn lines(&self) -> u64 {
        parts(self.text()).last().map_or(0, |part| part.extent.last_line)
    }

    /// The part that `line` is in; the last one, where the text is shorter.
    pub fn part_of_line(&self, line: u64) -> u64 {
        let mut found = 1;
        for part in parts(self.text()) {
            found = part.extent.number;
            if line <= part.extent.last_line {
                break;
            }
        }
        found
    }
}

/// A part of a text, as it is shown.
#[derive(Clone, Debug)]
pub struct Painted {
    pub html: Arc<str>,
    /// False where the colours took too long, and the text is plain instead.
    pub in_time: bool,
    pub extent: Extent,
    /// The parts to either side.
    pub before: Option<Extent>,
    pub after: Option<Extent>,
}

/// What a text means, as HTML.
#[derive(Clone, Debug)]
pub struct Document {
    pub html: Arc<str>,
    /// False where the colours of code in it took too long.
    pub in_time: bool,
}

/// What is made of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Form {
    /// Its lines, painted.
    Lines(Paint),
    /// The document that it is, with words in the language of the page.
    Document(Lang),
}

/// All parts of a text, in one form.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Whole {
    sha256: Arc<[u8]>,
    prefix: Prefix,
    form: Form,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Key {
    whole: Whole,
    part: u64,
}

#[derive(Clone, Debug)]
struct Weight;

#[derive(Clone, Debug)]
enum Kept {
    Html(Document),
    /// Nobody shall try it again and again.
    GivenUp(Instant),
}

impl Kept {
    fn of(document: Option<Document>) -> Self {
        document.map_or_else(|| Self::GivenUp(Instant::now()), Self::Html)
    }

    fn document(self) -> Option<Document> {
        match self {
            Self::Html(document) => Some(document),
            Self::GivenUp(_) => None,
        }
    }
}

impl quick_cache::Weighter<Key, Kept> for Weight {
    fn weight(&self, _: &Key, kept: &Kept) -> u64 {
        let html = if let Kept::Html(document) = kept { document.html.len() } else { 0 };
        // The key and the entry cost about this much beside the HTML.
        html as u64 + 256
    }
}

/// Cheap to clone; all clones share one cache.
#[derive(Clone, Debug)]
pub struct Paints {
    cache: Arc<Cache<Key, Kept, Weight>>,
    under_way: Arc<Mutex<HashMap<Whole, News>>>,
    /// For colours, and for all other work on what a text means, which shall not wait for them.
    room: Arc<Semaphore>,
    other_room: Room,
    patience: Duration,
}

impl Paints {
    /// `patience` is how long a page waits for its colours, and `bytes` how much of them is kept, at
    /// most.
    pub fn new(patience: Duration, bytes: u64) -> Self {
        let threads = available_parallelism().map_or(1, NonZero::get);
        Self {
            cache: Arc::new(store::cache(bytes, 1_000, LARGEST, Weight)),
            under_way: Arc::default(),
            room: Arc::new(Semaphore::new(threads)),
            other_room: Room::new(),
            patience,
        }
    }

    /// A part of a text, plain where the colours take too long; `None` where it has no such part.
    pub async fn part(&self, source: &Source, paint: Paint, number: u64) -> Option<Painted> {
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
        if let Some(html) = self.colours(source, paint, number).await {
            return Some(Painted { html, in_time: true, extent, before, after });
        }
        let html = listing::plain(&part, source.prefix).into();
        Some(Painted { html, in_time: false, extent, before, after })
    }

    /// A text as a document of its own, made by `render` within the time that it is given. `None`
    /// where that takes longer than a page waits, or comes to nothing.
    pub async fn document(
        &self,
        source: &Source,
        lang: Lang,
        render: impl FnOnce(&str, Instant) -> Option<String> + Send + 'static,
    ) -> Option<Document> {
        self.made(source, Form::Document(lang), 1, move |work, source, until, tell| {
            let html = render(source.text(), until);
            let in_time = Instant::now() <= until;
            let kept = Kept::of(html.map(|html| Document { html: html.into(), in_time }));
            work.keep(1, kept.clone());
            let _ = tell.send(kept);
        })
        .await
    }

    /// `None` where it takes longer than a page waits.
    async fn colours(&self, source: &Source, paint: Paint, part: u64) -> Option<Arc<str>> {
        let work = move |work: &Work, source: Source, until, tell| {
            work.paint(&source, paint, part, until, tell);
        };
        Some(self.made(source, Form::Lines(paint), part, work).await?.html)
    }

    /// Any other work on a text: off the async threads too, and as many at once.
    ///
    /// # Errors
    /// The work panicked.
    pub async fn off_thread<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> anyhow::Result<T> {
        self.other_room.off_thread(work).await
    }

    /// What is kept, or what `work` tells in time: off the async threads, few at once, once for all
    /// who want it at the same time, and to its own end whoever waits.
    async fn made(
        &self,
        source: &Source,
        form: Form,
        part: u64,
        work: impl FnOnce(&Work, Source, Instant, oneshot::Sender<Kept>) + Send + 'static,
    ) -> Option<Document> {
        let whole = Whole { sha256: source.sha256.clone(), prefix: source.prefix, form };
        let key = Key { whole, part };
        if let Some(kept) = self.kept(&key) {
            return kept.document();
        }
        let making = async {
            let begun = loop {
                match self.turn(&key) {
                    Turn::Kept(kept) => return kept.document(),
                    Turn::Now(begun) => break begun,
                    Turn::Later(mut news) => {
                        let heard = news.wait_for(|last| is_past(last.as_ref(), part)).await;
                        let last = heard.ok().and_then(|last| last.clone());
                        if let Some((_, kept)) = last.filter(|(number, _)| *number == part) {
                            return kept.document();
                        }
                    }
                }
            };
            let permit = self.room.clone().acquire_owned().await.ok()?;
            let source = source.clone();
            let (tell, told) = oneshot::channel();
            spawn_blocking(move || {
                work(&begun, source, Instant::now() + WORK, tell);
                drop((begun, permit));
            });
            told.await.ok()?.document()
        };
        timeout(self.patience, making).await.ok()?
    }

    fn kept(&self, key: &Key) -> Option<Kept> {
        let old = |kept: &Kept| matches!(kept, Kept::GivenUp(at) if at.elapsed() > AGAIN);
        self.cache.get(key).filter(|kept| !old(kept))
    }

    /// Whether somebody is at the same. A part that is past and was too large to be kept is made
    /// anew: to wait for it would be to wait for the end.
    fn turn(&self, key: &Key) -> Turn {
        let mut under_way = self.under_way();
        let news = under_way.get(&key.whole);
        let news = news.filter(|news| !is_past(news.borrow().as_ref(), key.part)).cloned();
        if let Some(kept) = self.kept(key) {
            return Turn::Kept(kept);
        }
        if let Some(news) = news {
            return Turn::Later(news);
        }
        let (news, heard) = watch::channel(None);
        under_way.insert(key.whole.clone(), heard);
        Turn::Now(Work { paints: self.clone(), whole: key.whole.clone(), news })
    }

    fn under_way(&self) -> MutexGuard<'_, HashMap<Whole, News>> {
        self.under_way.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The part that was done last. They are done in order.
type News = watch::Receiver<Last>;
type Last = Option<(u64, Kept)>;

fn is_past(last: Option<&(u64, Kept)>, part: u64) -> bool {
    last.is_some_and(|(number, _)| *number >= part)
}

enum Turn {
    Kept(Kept),
    Later(News),
    Now(Work),
}

/// Work on one text, from when it waits for its place. Others who want the same wait for it, be it
/// another part; where it ends without what they want, because its reader has gone or it panicked,
/// one of them begins anew.
#[derive(Debug)]
struct Work {
    paints: Paints,
    whole: Whole,
    news: watch::Sender<Last>,
}

impl Work {
    fn keep(&self, part: u64, kept: Kept) {
        self.paints.cache.insert(Key { whole: self.whole.clone(), part }, kept.clone());
        self.news.send_replace(Some((part, kept)));
    }

    /// Paints the whole text, for a part needs those before it and is mostly followed by those after
    /// it; the part that is waited for is told at once.
    fn paint(
        &self,
        source: &Source,
        paint: Paint,
        wanted: u64,
        until: Instant,
        tell: oneshot::Sender<Kept>,
    ) {
        let mut tell = Some(tell);
        let mut painter = paint.painter();
        for part in parts(source.text()) {
            // Past the time this comes to nothing, for each part that is left.
            let html = listing::html(&part, source.prefix, &mut painter, until);
            let html = Kept::of(html.map(|html| Document { html: html.into(), in_time: true }));
            if part.extent.number == wanted {
                let _ = tell.take().map(|tell| tell.send(html.clone()));
            }
            self.keep(part.extent.number, html);
        }
    }
}

impl Drop for Work {
    fn drop(&mut self) {
        let mut under_way = self.paints.under_way();
        // Another may have begun the same anew.
        let ours = |news: &News| news.same_channel(&self.news.subscribe());
        if under_way.get(&self.whole).is_some_and(ours) {
            under_way.remove(&self.whole);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::sync::mpsc;

    use futures_util::FutureExt as _;
    use futures_util::future::{join, join_all};

    use super::*;

    /// Longer than anything here takes on a busy machine.
    const PATIENCE: Duration = Duration::from_mins(1);

    const LINES: Form = Form::Lines(Paint::Ansi);

    fn paints(places: usize) -> Paints {
        with_cache(places, 1 << 20)
    }

    fn with_cache(places: usize, bytes: u64) -> Paints {
        let room = Arc::new(Semaphore::new(places));
        Paints { room, ..Paints::new(PATIENCE, bytes) }
    }

    fn source() -> Source {
        Source::new(Bytes::from("a text"), &[7; 32], Prefix::Line).unwrap()
    }

    fn html(html: &str) -> Kept {
        Kept::Html(Document { html: html.into(), in_time: true })
    }

    async fn all_is_done(paints: &Paints) {
        let done = async {
            while !paints.under_way().is_empty() {
                tokio::task::yield_now().await;
            }
        };
        timeout(PATIENCE, done).await.expect("something is left");
    }

    #[tokio::test]
    async fn the_first_readers_share_the_work() {
        let (paints, source, times) = (paints(8), source(), Arc::new(AtomicUsize::new(0)));
        let readers = (0..20).map(|_| {
            let times = times.clone();
            paints.document(&source, Lang::En, move |text, _| {
                times.fetch_add(1, Ordering::Relaxed);
                std::thread::sleep(Duration::from_millis(50));
                Some(text.to_owned())
            })
        });
        for document in join_all(readers).await {
            assert_eq!(&*document.unwrap().html, "a text");
        }
        assert_eq!(times.load(Ordering::Relaxed), 1);
        all_is_done(&paints).await;
    }

    #[tokio::test]
    async fn nobody_waits_for_the_parts_after_his_own() {
        let (paints, source) = (paints(8), source());
        let (end, ended) = mpsc::channel::<()>();
        let first = paints.made(&source, LINES, 1, move |work, _, _, tell| {
            let _ = tell.send(html("one"));
            work.keep(1, html("one"));
            work.keep(2, html("two"));
            let _ = ended.recv();
        });
        let second = paints.made(&source, LINES, 2, |_, _, _, _| panic!("it is under way"));
        let (first, second) = join(first, second).await;
        assert_eq!([&*first.unwrap().html, &*second.unwrap().html], ["one", "two"]);
        assert_eq!(paints.under_way().len(), 1, "the rest is painted still");
        drop(end);
        all_is_done(&paints).await;
    }

    #[tokio::test]
    async fn a_part_too_large_to_be_kept_is_told_to_those_who_wait_and_made_anew_for_the_next() {
        let (paints, source) = (with_cache(8, 1), source());
        let (end, ended) = mpsc::channel::<()>();
        let first = paints.made(&source, LINES, 1, move |work, _, _, tell| {
            std::thread::sleep(Duration::from_millis(50));
            work.keep(1, html("one"));
            let _ = tell.send(html("one"));
            let _ = ended.recv();
        });
        let again = || {
            paints.made(&source, LINES, 1, |work, _, _, tell| {
                work.keep(1, html("anew"));
                let _ = tell.send(html("anew"));
            })
        };
        let (first, second) = join(first, again()).await;
        assert_eq!([&*first.unwrap().html, &*second.unwrap().html], ["one"; 2]);
        assert_eq!(&*again().await.unwrap().html, "anew");
        drop(end);
        all_is_done(&paints).await;
    }

    #[tokio::test]
    async fn what_panics_is_done_by_the_next_one() {
        let (paints, source) = (paints(8), source());
        let panics = paints.document(&source, Lang::En, |_, _| {
            std::thread::sleep(Duration::from_millis(50));
            panic!("as it may")
        });
        let next = paints.document(&source, Lang::En, |_, _| Some("made".to_owned()));
        let (none, made) = join(panics, next).await;
        assert!(none.is_none());
        assert_eq!(&*made.unwrap().html, "made");
        all_is_done(&paints).await;
    }

    #[tokio::test]
    async fn who_goes_away_leaves_his_turn_to_the_others() {
        let (paints, source) = (paints(0), source());
        let read = || paints.document(&source, Lang::En, |_, _| Some("made".to_owned()));
        let mut gone = Box::pin(read());
        assert!(gone.as_mut().now_or_never().is_none());
        let mut stays = Box::pin(read());
        assert!(stays.as_mut().now_or_never().is_none());
        drop(gone);
        paints.room.add_permits(1);
        assert_eq!(&*stays.await.unwrap().html, "made");
        all_is_done(&paints).await;
    }
}
