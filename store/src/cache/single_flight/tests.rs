//! Tests of single flight.

use std::sync::atomic::{AtomicUsize, Ordering};

use futures_util::future::{join, join_all, join3};
use tokio::sync::Semaphore;

use super::*;

type Numbers = SingleFlight<u32, u32, &'static str>;

/// Work that waits for a permit of `gate`.
async fn wait_at(
    gate: Arc<Semaphore>,
    outcome: Result<u32, &'static str>,
) -> Result<u32, &'static str> {
    gate.acquire().await.unwrap().forget();
    outcome
}

#[tokio::test]
async fn concurrent_callers_share_one_outcome() {
    let (flights, runs) = (Numbers::default(), Arc::<AtomicUsize>::default());
    let all = async |outcome: Result<u32, &'static str>| {
        let gate = Arc::new(Semaphore::new(0));
        let work = || {
            let (runs, gate) = (runs.clone(), gate.clone());
            async move {
                runs.fetch_add(1, Ordering::Relaxed);
                wait_at(gate, outcome).await
            }
        };
        let all = join_all((0..20).map(|_| flights.run(&1, work(), |_| ())));
        // Polled in this order: all callers have joined before the gate opens.
        join(all, async { gate.add_permits(20) }).await.0
    };
    assert!(all(Ok(7)).await.into_iter().all(|outcome| outcome == Ok(7)));
    assert!(all(Err("failed")).await.into_iter().all(|outcome| *outcome.unwrap_err() == "failed"));
    assert_eq!(runs.load(Ordering::Relaxed), 2);
    assert!(flights.running().is_empty());
}

#[tokio::test]
async fn a_caller_that_goes_away_does_not_stop_the_work_of_the_others() {
    let (flights, gate) = (Numbers::default(), Arc::new(Semaphore::new(0)));
    let mut first = Box::pin(flights.run(&1, wait_at(gate.clone(), Ok(7)), |_| ()));
    assert!(first.as_mut().now_or_never().is_none());
    let mut second = Box::pin(flights.run(&1, wait_at(gate.clone(), Ok(8)), |_| ()));
    assert!(second.as_mut().now_or_never().is_none());
    drop(first);
    gate.add_permits(1);
    assert_eq!(second.await, Ok(7));
}

#[tokio::test]
async fn a_success_is_kept_once_and_an_error_never() {
    let (flights, kept) = (Numbers::default(), AtomicUsize::new(0));
    let keep = |_: &u32| {
        kept.fetch_add(1, Ordering::Relaxed);
    };
    for outcome in [Err("failed"), Ok(7)] {
        let gate = Arc::new(Semaphore::new(0));
        let all = (0..20).map(|_| flights.run(&1, wait_at(gate.clone(), outcome), keep));
        join(join_all(all), async { gate.add_permits(20) }).await;
    }
    assert_eq!(kept.into_inner(), 1);
}

#[tokio::test]
async fn forgotten_work_is_neither_joined_nor_kept() {
    let flights = Numbers::default();
    let forgets: [fn(&Numbers); 2] = [|flights| flights.forget(&1), SingleFlight::forget_all];
    for forget in forgets {
        let (gate, kept) = (Arc::new(Semaphore::new(0)), Mutex::new(Vec::new()));
        let keep = |value: &u32| kept.lock().unwrap().push(*value);
        let mut old = Box::pin(flights.run(&1, wait_at(gate.clone(), Ok(7)), keep));
        assert!(old.as_mut().now_or_never().is_none());
        forget(&flights);
        let new = Box::pin(flights.run(&1, wait_at(gate.clone(), Ok(8)), keep));
        let (old, new, ()) = join3(old, new, async { gate.add_permits(2) }).await;
        assert_eq!((old, new), (Ok(7), Ok(8)));
        assert_eq!(*kept.lock().unwrap(), [8]);
    }
}
