//! The site's own small stock of ids.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use idservice::{Id, Ids, MAX_POP};
use store::PasteId;
use tokio::time::Instant;
use tracing::{info, warn};

/// A source that takes longer than this is as good as down: whoever saves a paste waits for it.
const DEADLINE: Duration = Duration::from_millis(250);

/// After a failure the source is left alone for this long, and twice as long after each further one …
const PAUSE: Duration = Duration::from_secs(1);

/// … up to this.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// Takes ids from the source in batches and makes them itself when the source is down, slow or
/// empty: creating pastes never stops for ids.
#[derive(Debug)]
pub struct Stock {
    source: Arc<dyn Ids>,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    ids: Vec<Id>,
    breaker: Option<Breaker>,
}

/// What is known of a source that fails.
#[derive(Clone, Copy, Debug)]
struct Breaker {
    ask_again: Instant,
    pause: Duration,
    /// Ids that the site made itself since the source failed.
    made: u64,
}

impl Stock {
    pub fn new(source: Arc<dyn Ids>) -> Self {
        Self { source, state: Mutex::default() }
    }

    /// # Errors
    /// Only where the operating system gives no randomness.
    pub async fn take(&self) -> anyhow::Result<PasteId> {
        let (id, ask) = self.state(|state| {
            let id = state.ids.pop();
            let open = state.breaker.is_some_and(|breaker| Instant::now() < breaker.ask_again);
            (id, !open)
        });
        let id = match id {
            Some(id) => Some(id),
            None if ask => self.pop().await,
            None => None,
        };
        let id = match id {
            Some(id) => id,
            None => self.make()?,
        };
        Ok(id.as_str().parse()?)
    }

    /// For an id that turned out to be given away before. A Redis that was restored from an old copy
    /// hands out what it handed out then: the rest of the stock goes too, and the site makes this one.
    ///
    /// # Errors
    /// Only where the operating system gives no randomness.
    pub fn replace(&self, taken: &PasteId) -> anyhow::Result<PasteId> {
        let doubtful = self.state(|state| std::mem::take(&mut state.ids).len());
        warn!(paste.id = %taken, doubtful, "an id was taken; those that came with it are not used");
        Ok(Id::random()?.as_str().parse()?)
    }

    /// One of a new batch; the rest stays in stock.
    async fn pop(&self) -> Option<Id> {
        let popped = match tokio::time::timeout(DEADLINE, self.source.pop(MAX_POP)).await {
            Ok(Ok(ids)) => Ok(ids),
            Ok(Err(error)) => Err(error.to_string()),
            Err(_) => Err("it took too long".to_owned()),
        };
        match popped {
            Ok(mut ids) => {
                let id = ids.pop();
                self.succeeded(ids);
                id
            }
            Err(reason) => {
                self.failed(&reason);
                None
            }
        }
    }

    fn make(&self) -> anyhow::Result<Id> {
        self.state(|state| {
            if let Some(breaker) = &mut state.breaker {
                breaker.made += 1;
            }
        });
        Ok(Id::random()?)
    }

    fn succeeded(&self, mut ids: Vec<Id>) {
        let breaker = self.state(|state| {
            state.ids.append(&mut ids);
            state.breaker.take()
        });
        if let Some(Breaker { made, .. }) = breaker {
            info!(made, "the source of ids is back; the site made some itself meanwhile");
        }
    }

    /// Said once, not once a paste.
    fn failed(&self, reason: &str) {
        let first = self.state(|state| {
            let before = state.breaker;
            let pause = before.map_or(PAUSE, |breaker| (breaker.pause * 2).min(LONGEST_PAUSE));
            let made = before.map_or(0, |breaker| breaker.made);
            state.breaker = Some(Breaker { ask_again: Instant::now() + pause, pause, made });
            before.is_none()
        });
        if first {
            warn!(reason, "the source of ids fails; the site makes its own");
        }
    }

    fn state<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        change(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use idservice::{MemoryPool, refill};
    use std::collections::HashSet;
    use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

    #[tokio::test]
    async fn ids_come_from_the_pool_in_batches() {
        let pool = Arc::new(MemoryPool::default());
        refill(&*pool).await.unwrap();
        let stock = Stock::new(pool.clone());
        let ids: HashSet<_> = [stock.take().await.unwrap(), stock.take().await.unwrap()].into();
        assert_eq!(ids.len(), 2);
        assert_eq!(idservice::Pool::level(&*pool).await.unwrap(), idservice::TARGET - MAX_POP);
    }

    #[tokio::test]
    async fn of_a_batch_with_an_id_that_was_taken_nothing_is_used() {
        let pool = Arc::new(MemoryPool::default());
        refill(&*pool).await.unwrap();
        let stock = Stock::new(pool.clone());
        let taken = stock.take().await.unwrap();
        assert_ne!(stock.replace(&taken).unwrap(), taken);
        stock.take().await.unwrap();
        let left = idservice::Pool::level(&*pool).await.unwrap();
        assert_eq!(left, idservice::TARGET - 2 * MAX_POP, "a second batch was popped");
    }

    #[tokio::test]
    async fn an_empty_pool_stops_nobody() {
        let stock = Stock::new(Arc::new(MemoryPool::default()));
        assert_ne!(stock.take().await.unwrap(), stock.take().await.unwrap());
    }

    #[derive(Debug)]
    struct Stalled;

    #[async_trait::async_trait]
    impl Ids for Stalled {
        async fn pop(&self, _: usize) -> idservice::Result<Vec<Id>> {
            std::future::pending().await
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_stalled_source_stops_nobody() {
        let stock = Stock::new(Arc::new(Stalled));
        assert_ne!(stock.take().await.unwrap(), stock.take().await.unwrap());
    }

    #[derive(Debug, Default)]
    struct Flaky {
        asked: AtomicUsize,
        works: AtomicBool,
    }

    #[async_trait::async_trait]
    impl Ids for Flaky {
        async fn pop(&self, count: usize) -> idservice::Result<Vec<Id>> {
            self.asked.fetch_add(1, Ordering::SeqCst);
            if self.works.load(Ordering::SeqCst) {
                Ok(Id::batch(count)?)
            } else {
                Err(idservice::Error::Empty)
            }
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_source_that_fails_is_left_alone_for_a_while_and_then_asked_again() {
        let source = Arc::new(Flaky::default());
        let stock = Stock::new(source.clone());
        for _ in 0..100 {
            stock.take().await.unwrap();
        }
        assert_eq!(source.asked.load(Ordering::SeqCst), 1, "not once a paste");
        tokio::time::advance(PAUSE).await;
        stock.take().await.unwrap();
        tokio::time::advance(PAUSE).await;
        stock.take().await.unwrap();
        assert_eq!(source.asked.load(Ordering::SeqCst), 2, "the second pause is longer");
        source.works.store(true, Ordering::SeqCst);
        tokio::time::advance(PAUSE).await;
        for _ in 0..MAX_POP {
            stock.take().await.unwrap();
        }
        assert_eq!(source.asked.load(Ordering::SeqCst), 3, "a batch of it serves a hundred");
    }
}
