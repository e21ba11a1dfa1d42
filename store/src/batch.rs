//! Requests that arrive together and are answered together, by one statement.

use std::fmt;
use std::sync::Arc;

use futures_util::future::BoxFuture;
use tokio::sync::{Mutex, OwnedSemaphorePermit, Semaphore, mpsc, oneshot};

use crate::{Error, Result};

/// Requests that may wait; whoever comes after them is told to try again.
const WAITING: usize = 1024;

/// What all of them may weigh, in bytes; whoever asked may have gone and left it here.
const ROOM: usize = 256 * 1024 * 1024;

/// What one batch holds at most.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Most {
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

struct Waiting<R: Request> {
    request: R,
    answer: oneshot::Sender<Result<R::Answer>>,
    /// Until the batch is done.
    room: OwnedSemaphorePermit,
}

type Work<R> =
    dyn Fn(Arc<[R]>) -> BoxFuture<'static, Vec<Result<<R as Request>::Answer>>> + Send + Sync;

/// A queue in front of lanes that each work on a batch at a time. A request that comes alone waits
/// for nobody; while all lanes are at work, those that come in the meantime make the next batch.
pub(crate) struct Batches<R: Request> {
    queue: mpsc::Sender<Waiting<R>>,
    /// In KiB.
    room: Arc<Semaphore>,
}

impl<R: Request> Batches<R> {
    /// `work` gives an answer for each request, in their order.
    pub(crate) fn new(
        lanes: usize,
        most: Most,
        work: impl Fn(Arc<[R]>) -> BoxFuture<'static, Vec<Result<R::Answer>>> + Send + Sync + 'static,
    ) -> Self {
        let (queue, waiting) = mpsc::channel(WAITING);
        let (waiting, work): (_, Arc<Work<R>>) = (Arc::new(Mutex::new(waiting)), Arc::new(work));
        for _ in 0..lanes {
            tokio::spawn(lane(waiting.clone(), most, work.clone()));
        }
        Self { queue, room: Arc::new(Semaphore::new(ROOM / 1024)) }
    }

    /// The work is done even where whoever asked has gone.
    pub(crate) async fn ask(&self, request: R) -> Result<R::Answer> {
        let (answer, answered) = oneshot::channel();
        let weight = u32::try_from(request.weight() / 1024).unwrap_or(u32::MAX);
        let room = self.room.clone().try_acquire_many_owned(weight).map_err(|_| Error::Busy)?;
        self.queue.try_send(Waiting { request, answer, room }).map_err(|_| Error::Busy)?;
        // A batch without an answer has panicked.
        answered.await.unwrap_or_else(|_| Err(sqlx::Error::WorkerCrashed.into()))
    }
}

/// Ends with the last sender.
async fn lane<R: Request>(
    waiting: Arc<Mutex<mpsc::Receiver<Waiting<R>>>>,
    most: Most,
    work: Arc<Work<R>>,
) {
    loop {
        // Bound to a name, so that the other lanes may have the queue while this one works.
        let batch = next(&mut *waiting.lock().await, most).await;
        let Some(Batch { requests, answers, rooms: _rooms }) = batch else { return };
        // On its own, so that a panic ends this batch and not the lane.
        let Ok(outcomes) = tokio::spawn(work(requests.into())).await else { continue };
        for (answer, outcome) in answers.into_iter().zip(outcomes) {
            let _ = answer.send(outcome);
        }
    }
}

struct Batch<R: Request> {
    requests: Vec<R>,
    answers: Vec<oneshot::Sender<Result<R::Answer>>>,
    rooms: Vec<OwnedSemaphorePermit>,
}

/// Waits for one request, and takes the others that are there already.
async fn next<R: Request>(
    waiting: &mut mpsc::Receiver<Waiting<R>>,
    most: Most,
) -> Option<Batch<R>> {
    let mut batch = Batch { requests: Vec::new(), answers: Vec::new(), rooms: Vec::new() };
    let (mut weight, mut next) = (0, Some(waiting.recv().await?));
    while let Some(Waiting { request, answer, room }) = next {
        weight += request.weight();
        batch.requests.push(request);
        batch.answers.push(answer);
        batch.rooms.push(room);
        let full = batch.requests.len() >= most.requests || weight >= most.weight;
        next = if full { None } else { waiting.try_recv().ok() };
    }
    Some(batch)
}

impl<R: Request> fmt::Debug for Batches<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Batches")
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use futures_util::FutureExt as _;
    use futures_util::future::join_all;
    use tokio::sync::Semaphore;

    use super::*;

    const MOST: Most = Most { requests: 5, weight: 100 };

    impl Request for u32 {
        type Answer = u32;

        fn weight(&self) -> usize {
            *self as usize
        }
    }

    /// Batches whose work waits for a permit, answers the request itself, and is noted.
    struct Stage {
        batches: Arc<Batches<u32>>,
        permits: Arc<Semaphore>,
        seen: Arc<Mutex<Vec<Vec<u32>>>>,
    }

    impl Stage {
        fn set() -> Self {
            Self::with_lanes(1)
        }

        fn with_lanes(lanes: usize) -> Self {
            let (permits, seen) = (Arc::new(Semaphore::new(0)), Arc::<Mutex<Vec<_>>>::default());
            let (room, notes) = (permits.clone(), seen.clone());
            let batches = Batches::new(lanes, MOST, move |requests: Arc<[u32]>| {
                let (room, notes) = (room.clone(), notes.clone());
                async move {
                    notes.lock().unwrap().push(requests.to_vec());
                    room.acquire().await.unwrap().forget();
                    assert!(!requests.contains(&13), "work that panics");
                    requests.iter().map(|request| Ok(*request)).collect()
                }
                .boxed()
            });
            Self { batches: Arc::new(batches), permits, seen }
        }

        /// Asked, but not answered.
        async fn ask(&self, request: u32) -> tokio::task::JoinHandle<Result<u32>> {
            let batches = self.batches.clone();
            let asked = tokio::spawn(async move { batches.ask(request).await });
            tokio::task::yield_now().await;
            asked
        }

        fn seen(&self) -> Vec<Vec<u32>> {
            self.seen.lock().unwrap().clone()
        }
    }

    #[tokio::test]
    async fn those_that_come_meanwhile_make_the_next_batch() {
        let stage = Stage::set();
        let mut asked = vec![stage.ask(1).await];
        tokio::task::yield_now().await;
        assert_eq!(stage.seen(), [[1]], "a lone request waits for nobody");
        for request in [2, 3, 4, 5, 6, 7, 90, 20, 8] {
            asked.push(stage.ask(request).await);
        }
        stage.permits.add_permits(100);
        let answers: Vec<u32> =
            join_all(asked).await.into_iter().map(|answer| answer.unwrap().unwrap()).collect();
        assert_eq!(answers, [1, 2, 3, 4, 5, 6, 7, 90, 20, 8]);
        let (by_number, by_weight) = (vec![2, 3, 4, 5, 6], vec![7, 90, 20]);
        assert_eq!(stage.seen(), [vec![1], by_number, by_weight, vec![8]]);
    }

    #[tokio::test]
    async fn each_lane_works_beside_the_others() {
        let stage = Stage::with_lanes(3);
        for request in [1, 2, 3, 4] {
            drop(stage.ask(request).await);
            tokio::task::yield_now().await;
        }
        tokio::task::yield_now().await;
        assert_eq!(stage.seen(), [[1], [2], [3]], "three at work, and one that waits");
    }

    #[tokio::test]
    async fn what_waits_weighs_no_more_than_there_is_room_for() {
        let stage = Stage::set();
        let heavy = u32::try_from(ROOM / 2).unwrap();
        let (first, second) = (stage.ask(heavy).await, stage.ask(heavy).await);
        assert!(matches!(stage.batches.ask(heavy).await, Err(Error::Busy)));
        let light = stage.ask(1).await;
        stage.permits.add_permits(100);
        for answer in [first, second, light] {
            answer.await.unwrap().unwrap();
        }
        stage.batches.ask(heavy).await.unwrap();
    }

    #[tokio::test]
    async fn whoever_goes_away_takes_nobody_s_answer() {
        let stage = Stage::set();
        let first = stage.ask(1).await;
        let (gone, other) = (stage.ask(2).await, stage.ask(3).await);
        gone.abort();
        stage.permits.add_permits(100);
        assert_eq!((first.await.unwrap().unwrap(), other.await.unwrap().unwrap()), (1, 3));
        assert_eq!(stage.seen(), [vec![1], vec![2, 3]], "what was asked for is done");
    }

    #[tokio::test]
    async fn a_panic_ends_one_batch() {
        let stage = Stage::set();
        stage.permits.add_permits(100);
        assert!(stage.batches.ask(13).await.unwrap_err().is_outage());
        assert_eq!(stage.batches.ask(1).await.unwrap(), 1);
    }

    #[tokio::test]
    async fn a_full_queue_refuses() {
        let stage = Stage::set();
        let mut asked = vec![stage.ask(1).await];
        tokio::task::yield_now().await;
        for _ in 0..WAITING {
            asked.push(stage.ask(2).await);
        }
        let refused = stage.batches.ask(3).await.unwrap_err();
        assert!(matches!(refused, Error::Busy) && refused.is_outage());
        stage.permits.add_permits(10_000);
        for answer in join_all(asked).await {
            answer.unwrap().unwrap();
        }
        assert_eq!(stage.batches.ask(3).await.unwrap(), 3);
    }
}
