//! Requests that arrive together and are answered together, by one statement.

use std::fmt;
use std::sync::Arc;

use futures_util::future::BoxFuture;
use tokio::sync::{Mutex, OwnedSemaphorePermit, Semaphore, mpsc, oneshot};

use crate::error::{Error, Result};

/// Requests that may wait; whoever comes after them is told to try again.
const MAX_QUEUED: usize = 1024;

/// What all of them may weigh, in bytes; whoever asked may have gone and left it here.
const MAX_QUEUED_BYTES: usize = 256 * 1024 * 1024;

/// What one batch holds at limits.
#[derive(Clone, Copy, Debug)]
pub(crate) struct BatchLimits {
    pub requests: usize,
    /// Of [`Request::weight`], but for the last one.
    pub weight: usize,
}

pub(crate) trait Request: Clone + Send + Sync + 'static {
    type Answer: Send + 'static;

    /// In bytes, where it has any to speak of.
    fn weight(&self) -> usize {
        0
    }
}

struct Queued<R: Request> {
    request: R,
    answer: oneshot::Sender<Result<R::Answer>>,
    /// Until the batch is done.
    permit: OwnedSemaphorePermit,
}

type Work<R> =
    dyn Fn(Arc<[R]>) -> BoxFuture<'static, Vec<Result<<R as Request>::Answer>>> + Send + Sync;

/// A queue in front of workers that each work on a batch at a time. A request that comes alone waits
/// for nobody; while all workers are at work, those that come in the meantime make the next batch.
pub(crate) struct Batcher<R: Request> {
    queue: mpsc::Sender<Queued<R>>,
    /// In KiB.
    permit: Arc<Semaphore>,
}

impl<R: Request> Batcher<R> {
    /// `work` gives an answer for each request, in their order.
    pub(crate) fn new(
        workers: usize,
        limits: BatchLimits,
        work: impl Fn(Arc<[R]>) -> BoxFuture<'static, Vec<Result<R::Answer>>> + Send + Sync + 'static,
    ) -> Self {
        let (queue, waiting) = mpsc::channel(MAX_QUEUED);
        let (waiting, work): (_, Arc<Work<R>>) = (Arc::new(Mutex::new(waiting)), Arc::new(work));
        for _ in 0..workers {
            tokio::spawn(worker(waiting.clone(), limits, work.clone()));
        }
        Self { queue, permit: Arc::new(Semaphore::new(MAX_QUEUED_BYTES / 1024)) }
    }

    /// The work is done even where whoever asked has gone.
    pub(crate) async fn submit(&self, request: R) -> Result<R::Answer> {
        let (answer, answered) = oneshot::channel();
        let weight = u32::try_from(request.weight() / 1024).unwrap_or(u32::MAX);
        let permit = self.permit.clone().try_acquire_many_owned(weight).map_err(|_| Error::Busy)?;
        self.queue.try_send(Queued { request, answer, permit }).map_err(|_| Error::Busy)?;
        // A batch without an answer has panicked.
        answered.await.unwrap_or_else(|_| Err(sqlx::Error::WorkerCrashed.into()))
    }
}

/// Ends with the last sender.
async fn worker<R: Request>(
    waiting: Arc<Mutex<mpsc::Receiver<Queued<R>>>>,
    limits: BatchLimits,
    work: Arc<Work<R>>,
) {
    loop {
        // Bound to a name, so that the other workers may have the queue while this one works.
        let batch = next(&mut *waiting.lock().await, limits).await;
        let Some(Batch { requests, answers, permits: _permits }) = batch else { return };
        // On its own, so that a panic ends this batch and not the worker.
        let Ok(outcomes) = tokio::spawn(work(requests.into())).await else { continue };
        for (answer, outcome) in answers.into_iter().zip(outcomes) {
            let _ = answer.send(outcome);
        }
    }
}

struct Batch<R: Request> {
    requests: Vec<R>,
    answers: Vec<oneshot::Sender<Result<R::Answer>>>,
    permits: Vec<OwnedSemaphorePermit>,
}

/// Waits for one request, and takes the others that are there already.
async fn next<R: Request>(
    waiting: &mut mpsc::Receiver<Queued<R>>,
    limits: BatchLimits,
) -> Option<Batch<R>> {
    let mut batch = Batch { requests: Vec::new(), answers: Vec::new(), permits: Vec::new() };
    let (mut weight, mut next) = (0, Some(waiting.recv().await?));
    while let Some(Queued { request, answer, permit }) = next {
        weight += request.weight();
        batch.requests.push(request);
        batch.answers.push(answer);
        batch.permits.push(permit);
        let full = batch.requests.len() >= limits.requests || weight >= limits.weight;
        next = if full { None } else { waiting.try_recv().ok() };
    }
    Some(batch)
}

impl<R: Request> fmt::Debug for Batcher<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Batcher")
    }
}

#[cfg(test)]
mod tests;
