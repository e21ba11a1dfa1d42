//! Tests of batching.

use std::sync::Mutex;

use futures_util::FutureExt as _;
use futures_util::future::join_all;
use tokio::sync::Semaphore;

use super::*;

const LIMITS: BatchLimits = BatchLimits { requests: 5, weight: 100 };

impl Request for u32 {
    type Answer = u32;

    fn weight(&self) -> usize {
        *self as usize
    }
}

/// A batcher whose work records its batch, waits for a permit, and answers each request with itself.
struct Stage {
    batcher: Arc<Batcher<u32>>,
    permits: Arc<Semaphore>,
    seen: Arc<Mutex<Vec<Vec<u32>>>>,
}

impl Stage {
    fn new() -> Self {
        Self::with_workers(1)
    }

    fn with_workers(workers: usize) -> Self {
        let (permits, seen) = (Arc::new(Semaphore::new(0)), Arc::<Mutex<Vec<_>>>::default());
        let (gate, log) = (permits.clone(), seen.clone());
        let batcher = Batcher::new(workers, LIMITS, move |requests: Arc<[u32]>| {
            let (gate, log) = (gate.clone(), log.clone());
            async move {
                log.lock().unwrap().push(requests.to_vec());
                gate.acquire().await.unwrap().forget();
                assert!(!requests.contains(&13), "work that panics");
                requests.iter().map(|request| Ok(*request)).collect()
            }
            .boxed()
        });
        Self { batcher: Arc::new(batcher), permits, seen }
    }

    /// Queues a request, and does not wait for the answer.
    async fn submit(&self, request: u32) -> tokio::task::JoinHandle<Result<u32>> {
        let batcher = self.batcher.clone();
        let answer = tokio::spawn(async move { batcher.submit(request).await });
        tokio::task::yield_now().await;
        answer
    }

    fn seen(&self) -> Vec<Vec<u32>> {
        self.seen.lock().unwrap().clone()
    }
}

#[tokio::test]
async fn requests_that_arrive_during_a_batch_form_the_next_one() {
    let stage = Stage::new();
    let mut pending = vec![stage.submit(1).await];
    tokio::task::yield_now().await;
    assert_eq!(stage.seen(), [[1]], "a request that finds an idle worker starts at once");
    for request in [2, 3, 4, 5, 6, 7, 90, 20, 8] {
        pending.push(stage.submit(request).await);
    }
    stage.permits.add_permits(100);
    let answers: Vec<u32> =
        join_all(pending).await.into_iter().map(|answer| answer.unwrap().unwrap()).collect();
    assert_eq!(answers, [1, 2, 3, 4, 5, 6, 7, 90, 20, 8]);
    let (by_number, by_weight) = (vec![2, 3, 4, 5, 6], vec![7, 90, 20]);
    assert_eq!(stage.seen(), [vec![1], by_number, by_weight, vec![8]]);
}

#[tokio::test]
async fn workers_run_at_the_same_time() {
    let stage = Stage::with_workers(3);
    for request in [1, 2, 3, 4] {
        drop(stage.submit(request).await);
        tokio::task::yield_now().await;
    }
    tokio::task::yield_now().await;
    assert_eq!(stage.seen(), [[1], [2], [3]], "three are at work, and one waits");
}

#[tokio::test]
async fn queued_bytes_are_limited() {
    let stage = Stage::new();
    let heavy = u32::try_from(MAX_QUEUED_BYTES / 2).unwrap();
    let (first, second) = (stage.submit(heavy).await, stage.submit(heavy).await);
    assert!(matches!(stage.batcher.submit(heavy).await, Err(Error::Busy)));
    let light = stage.submit(1).await;
    stage.permits.add_permits(100);
    for answer in [first, second, light] {
        answer.await.unwrap().unwrap();
    }
    stage.batcher.submit(heavy).await.unwrap();
}

#[tokio::test]
async fn a_caller_that_goes_away_changes_no_other_answer() {
    let stage = Stage::new();
    let first = stage.submit(1).await;
    let (abandoned, other) = (stage.submit(2).await, stage.submit(3).await);
    abandoned.abort();
    stage.permits.add_permits(100);
    assert_eq!((first.await.unwrap().unwrap(), other.await.unwrap().unwrap()), (1, 3));
    assert_eq!(stage.seen(), [vec![1], vec![2, 3]], "the abandoned request is worked on, too");
}

#[tokio::test]
async fn a_panic_ends_only_its_batch() {
    let stage = Stage::new();
    stage.permits.add_permits(100);
    assert!(stage.batcher.submit(13).await.unwrap_err().is_outage());
    assert_eq!(stage.batcher.submit(1).await.unwrap(), 1);
}

#[tokio::test]
async fn a_full_queue_refuses_requests() {
    let stage = Stage::new();
    let mut pending = vec![stage.submit(1).await];
    tokio::task::yield_now().await;
    for _ in 0..MAX_QUEUED {
        pending.push(stage.submit(2).await);
    }
    let refused = stage.batcher.submit(3).await.unwrap_err();
    assert!(matches!(refused, Error::Busy) && refused.is_outage());
    stage.permits.add_permits(10_000);
    for answer in join_all(pending).await {
        answer.unwrap().unwrap();
    }
    assert_eq!(stage.batcher.submit(3).await.unwrap(), 3);
}
