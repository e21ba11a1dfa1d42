//! Requests that arrive at the same time are answered together, by one statement.

use std::fmt;
use std::sync::Arc;

use futures_util::future::BoxFuture;
use tokio::sync::{Mutex, OwnedSemaphorePermit, Semaphore, mpsc, oneshot};

use crate::error::{Error, Result};

/// A request beyond this many in the queue gets [`Error::Busy`].
const MAX_QUEUED: usize = 1024;

/// The bytes that all requests in the queue and at work may hold. The limit is here, and not at the
/// callers, because a request stays in the queue when its caller is cancelled.
const MAX_QUEUED_BYTES: usize = 256 * 1024 * 1024;

/// The size of one batch.
#[derive(Clone, Copy, Debug)]
pub(crate) struct BatchLimits {
    pub requests: usize,
    /// The sum of [`Request::weight`] at which the batch is closed, in bytes.
    pub weight: usize,
}

pub(crate) trait Request: Clone + Send + Sync + 'static {
    type Answer: Send + 'static;

    /// The memory that the request holds, in bytes. Zero if it is small.
    fn weight(&self) -> usize {
        0
    }
}

struct Queued<R: Request> {
    request: R,
    answer: oneshot::Sender<Result<R::Answer>>,
    /// Released when the batch is done.
    permit: OwnedSemaphorePermit,
}

type Work<R> =
    dyn Fn(Arc<[R]>) -> BoxFuture<'static, Vec<Result<<R as Request>::Answer>>> + Send + Sync;

/// A queue in front of workers, each of which works on one batch at a time. A request that finds an
/// idle worker starts at once; requests that arrive while all are busy form the next batch.
pub(crate) struct Batcher<R: Request> {
    queue: mpsc::Sender<Queued<R>>,
    /// One permit for each KiB of [`MAX_QUEUED_BYTES`].
    permit: Arc<Semaphore>,
}

impl<R: Request> Batcher<R> {
    /// `work` gives one answer for each request, in the same order.
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

    /// Queues the request and waits for its answer. The work is done even if the caller is
    /// cancelled.
    pub(crate) async fn submit(&self, request: R) -> Result<R::Answer> {
        let (answer, answered) = oneshot::channel();
        let weight = u32::try_from(request.weight() / 1024).unwrap_or(u32::MAX);
        let permit = self.permit.clone().try_acquire_many_owned(weight).map_err(|_| Error::Busy)?;
        self.queue.try_send(Queued { request, answer, permit }).map_err(|_| Error::Busy)?;
        // There is no answer if the batch panicked.
        answered.await.unwrap_or_else(|_| Err(sqlx::Error::WorkerCrashed.into()))
    }
}

/// Ends when the batcher is dropped.
async fn worker<R: Request>(
    waiting: Arc<Mutex<mpsc::Receiver<Queued<R>>>>,
    limits: BatchLimits,
    work: Arc<Work<R>>,
) {
    loop {
        // Bound to a name, so that the lock on the queue is released before the work.
        let batch = next(&mut *waiting.lock().await, limits).await;
        let Some(Batch { requests, answers, permits: _permits }) = batch else { return };
        // In a task of its own, so that a panic ends this batch and not the worker.
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

/// Waits for one request, and takes those that wait already, up to the limits.
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
