//! The work on one text: it is done in short steps, reports each part, and can be continued later.

use std::time::{Duration, Instant};

use render::line_renderer::{LineFormat, LineRenderer};
use render::listing::PartWriter;
use render::parts::Cursor;
use tokio::sync::{oneshot, watch};

use super::{Document, HighlightCache, Outcome, PartKey, Source, TextKey};
use crate::http::blocking::ClientSlot;

/// The length of a step. A short text of another client waits no longer than this for each client
/// whose long texts are being highlighted.
const STEP: Duration = Duration::from_millis(30);

/// The part that a job finished last. Parts are finished in order.
pub type Progress = watch::Receiver<LastPart>;
pub type LastPart = Option<(u64, Outcome)>;

pub fn is_past(last: Option<&(u64, Outcome)>, part: u64) -> bool {
    last.is_some_and(|(number, _)| *number >= part)
}

/// A job that begins: what it works on, and for which part a request waits.
pub struct Work {
    pub job: Job,
    pub slot: ClientSlot,
    pub source: Source,
    pub part: u64,
    pub done: oneshot::Sender<Outcome>,
}

/// The registration of a job. Other requests for any part of the text wait for it. If it ends without
/// the part that they want, one of them starts another job.
#[derive(Debug)]
pub struct Job {
    pub(super) cache: HighlightCache,
    pub(super) text: TextKey,
    pub(super) progress: watch::Sender<LastPart>,
}

impl Job {
    pub fn finish_part(&self, part: u64, outcome: Outcome) {
        self.cache.parts.insert(PartKey { text: self.text.clone(), part }, outcome.clone());
        self.progress.send_replace(Some((part, outcome)));
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

/// The state at the beginning of a part, from which the text can be continued.
#[derive(Clone, Debug)]
pub struct Paused {
    pub(super) cursor: Cursor,
    pub(super) renderer: LineRenderer,
}

impl Paused {
    /// The number of the part that follows.
    pub fn part(&self) -> u64 {
        self.cursor.number()
    }
}

/// A text that is highlighted part by part: each depends on those before it, and readers usually go on
/// to those after it.
pub struct LineWork {
    job: Job,
    source: Source,
    wanted: u64,
    /// Reports the wanted part as soon as it is finished.
    done: Option<oneshot::Sender<Outcome>>,
    /// The beginning of the part that is being written.
    at: Paused,
    renderer: LineRenderer,
    writer: PartWriter,
    /// Whether this run has finished a part.
    has_finished: bool,
    time_left: Duration,
}

impl LineWork {
    /// Highlights until the end of the text or of the time limit.
    pub async fn run(work: Work, format: LineFormat) {
        let Work { job, slot, source, part: wanted, done } = work;
        let paused = job.cache.paused.get(&job.text).filter(|paused| paused.part() <= wanted);
        let at = paused
            .unwrap_or_else(|| Paused { cursor: Cursor::default(), renderer: format.renderer() });
        let mut work = Self {
            renderer: at.renderer.clone(),
            time_left: source.limit,
            job,
            source,
            wanted,
            done: Some(done),
            at,
            writer: PartWriter::default(),
            has_finished: false,
        };
        // If a step panics, a waiting request starts another job.
        while let Ok(Some(rest)) = slot.run(move || work.step()).await {
            work = rest;
        }
    }

    /// Works for [`STEP`]. `None` if nothing is left to do.
    fn step(mut self) -> Option<Self> {
        let began = Instant::now();
        let until = began + STEP.min(self.time_left);
        while self.write_part(until)? {
            if Instant::now() > until {
                break;
            }
        }
        self.time_left = self.time_left.saturating_sub(began.elapsed());
        if !self.time_left.is_zero() {
            return Some(self);
        }
        if !self.has_finished {
            self.finish_part(self.at.part(), Outcome::of(None, self.source.limit));
        }
        self.job.cache.paused.insert(self.job.text.clone(), self.at.clone());
        None
    }

    /// Writes lines of a part. `None` after the last part; false if the time is over before the part
    /// is finished.
    fn write_part(&mut self, until: Instant) -> Option<bool> {
        let mut next = self.at.cursor;
        let part = next.next(self.source.text())?;
        let prefix = self.source.prefix;
        let Some(html) = self.writer.write(&part, prefix, &mut self.renderer, until) else {
            return Some(false);
        };
        let document = Document { html: html.into(), in_time: true };
        self.finish_part(part.extent.number, Outcome::Html(document));
        self.at = Paused { cursor: next, renderer: self.renderer.clone() };
        self.has_finished = true;
        Some(true)
    }

    fn finish_part(&mut self, part: u64, outcome: Outcome) {
        // The cache first: the request that gets the report looks there for the reason of a failure.
        self.job.finish_part(part, outcome.clone());
        if part == self.wanted {
            let _ = self.done.take().map(|done| done.send(outcome));
        }
    }
}
