//! Painted parts of texts, kept: colours are made off the async threads, within bounds of number
//! and time, and once for all who read the same text.

use std::num::NonZero;
use std::sync::Arc;
use std::thread::available_parallelism;
use std::time::{Duration, Instant};

use bytes::Bytes;
use quick_cache::sync::Cache;
use tokio::sync::{Semaphore, oneshot};
use tokio::task::spawn_blocking;
use tokio::time::timeout;

use super::ansi::Ansi;
use super::diff::Diff;
use super::highlight::Highlighter;
use super::listing::{self, Prefix};
use super::parts::{Extent, parts};
use super::push_text;
use crate::i18n::Lang;
use crate::rooms::Room;

/// How long a text is worked on, whether or not somebody still waits for it. The parts that are done
/// by then are kept, and the rest of such a text stays plain.
const WORK: Duration = Duration::from_secs(2);

/// After this long what was given up is tried once more: the machine may have been busy.
const AGAIN: Duration = Duration::from_mins(10);

/// How a line becomes HTML. It remembers what goes on from line to line.
#[derive(Debug)]
pub enum Painter {
    Plain,
    Syntax(Box<Highlighter>),
    Ansi(Ansi),
    Diff(Diff),
}

impl Painter {
    pub fn line(&mut self, line: &str, html: &mut String) {
        match self {
            Self::Plain => push_text(html, line),
            Self::Syntax(highlighter) => highlighter.line(line, html),
            Self::Ansi(ansi) => ansi.line(line, html),
            Self::Diff(diff) => diff.line(line, html),
        }
    }
}

/// What a text is painted as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Paint {
    /// By the grammar of this name.
    Syntax(&'static str),
    Ansi,
    Diff,
    /// Not line by line, but as the document that it is; with words in the language of the page.
    Rendered(Lang),
}

impl Paint {
    pub fn painter(self) -> Painter {
        match self {
            Self::Ansi => Painter::Ansi(Ansi::default()),
            Self::Diff => Painter::Diff(Diff::default()),
            Self::Rendered(_) => Painter::Plain,
            Self::Syntax(grammar) => Highlighter::new(grammar)
                .map_or(Painter::Plain, |highlighter| Painter::Syntax(Box::new(highlighter))),
        }
    }
}

/// A text to be painted. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Source {
    text: Bytes,
    /// Of the paste that the text is, or is made from.
    sha256: Arc<[u8]>,
    pub prefix: Prefix,
}

impl Source {
    /// # Errors
    /// The text is not UTF-8.
    pub fn new(text: Bytes, sha256: &[u8], prefix: Prefix) -> anyhow::Result<Self> {
        std::str::from_utf8(&text)?;
        Ok(Self { text, sha256: sha256.into(), prefix })
    }

    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.text).unwrap_or_default()
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

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Key {
    sha256: Arc<[u8]>,
    prefix: Prefix,
    paint: Paint,
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
            cache: Arc::new(Cache::with_weighter(1_000, bytes, Weight)),
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
        paint: Paint,
        render: impl FnOnce(&str, Instant) -> Option<String> + Send + 'static,
    ) -> Option<Document> {
        self.made(source, paint, 1, move |paints, source, until, tell| {
            let html = render(source.text(), until);
            let in_time = Instant::now() <= until;
            let kept = Kept::of(html.map(|html| Document { html: html.into(), in_time }));
            paints.cache.insert(key(&source, paint, 1), kept.clone());
            let _ = tell.send(kept);
        })
        .await
    }

    /// `None` where it takes longer than a page waits.
    async fn colours(&self, source: &Source, paint: Paint, part: u64) -> Option<Arc<str>> {
        let work = move |paints: Self, source: Source, until, tell| {
            paints.work(&source, paint, part, until, tell);
        };
        Some(self.made(source, paint, part, work).await?.html)
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

    /// What is kept, or what `work` tells in time: off the async threads, few at once, and to its own
    /// end whoever waits.
    async fn made(
        &self,
        source: &Source,
        paint: Paint,
        part: u64,
        work: impl FnOnce(Self, Source, Instant, oneshot::Sender<Kept>) + Send + 'static,
    ) -> Option<Document> {
        let key = key(source, paint, part);
        if let Some(kept) = self.kept(&key) {
            return kept.document();
        }
        let making = async {
            let permit = self.room.clone().acquire_owned().await.ok()?;
            // Somebody before us may have waited for the same.
            if let Some(kept) = self.kept(&key) {
                return kept.document();
            }
            let (paints, source) = (self.clone(), source.clone());
            let (tell, told) = oneshot::channel();
            spawn_blocking(move || {
                work(paints, source, Instant::now() + WORK, tell);
                drop(permit);
            });
            told.await.ok()?.document()
        };
        timeout(self.patience, making).await.ok()?
    }

    fn kept(&self, key: &Key) -> Option<Kept> {
        let old = |kept: &Kept| matches!(kept, Kept::GivenUp(at) if at.elapsed() > AGAIN);
        self.cache.get(key).filter(|kept| !old(kept))
    }

    /// Paints the whole text, for a part needs those before it and is mostly followed by those after
    /// it; the part that is waited for is told at once.
    fn work(
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
            self.cache.insert(key(source, paint, part.extent.number), html);
        }
    }
}

fn key(source: &Source, paint: Paint, part: u64) -> Key {
    Key { sha256: source.sha256.clone(), prefix: source.prefix, paint, part }
}
