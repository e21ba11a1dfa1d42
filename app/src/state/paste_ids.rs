//! The site's own buffer of paste ids.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use idservice::{Id, Ids, MAX_POP};
use store::PasteId;
use tokio::time::timeout;
use tracing::{info, warn};

use crate::http::circuit_breaker::CircuitBreaker;

/// The longest that a create waits for the id source.
const DEADLINE: Duration = Duration::from_millis(250);

/// How long the source is not called after its first failure. The pause doubles with each further
/// failure.
const PAUSE: Duration = Duration::from_secs(1);

/// The longest pause between two calls of a source that fails.
const MAX_PAUSE: Duration = Duration::from_secs(30);

/// Takes ids from the source in batches, and generates them itself when the source is down, slow or
/// empty, so that pastes can always be created.
#[derive(Debug)]
pub struct IdBuffer {
    source: Arc<dyn Ids>,
    ids: Mutex<Vec<Id>>,
    breaker: CircuitBreaker,
    /// Ids generated since the source failed.
    generated: AtomicU64,
}

impl IdBuffer {
    pub fn new(source: Arc<dyn Ids>) -> Self {
        Self {
            source,
            ids: Mutex::default(),
            breaker: CircuitBreaker::new(PAUSE, MAX_PAUSE),
            generated: AtomicU64::new(0),
        }
    }

    /// # Errors
    /// The operating system gives no randomness.
    pub async fn take(&self) -> anyhow::Result<PasteId> {
        let buffered = self.ids().pop();
        let id = match buffered {
            Some(id) => Some(id),
            None if self.breaker.allows() => self.refill().await,
            None => None,
        };
        let id = if let Some(id) = id {
            id
        } else {
            self.generated.fetch_add(1, Ordering::Relaxed);
            Id::random()?
        };
        Ok(id.as_str().parse()?)
    }

    /// Another id in place of one that turned out to be in use. A Redis that was restored from an old
    /// backup hands out ids a second time, so the rest of the buffer is discarded as well.
    ///
    /// # Errors
    /// The operating system gives no randomness.
    pub fn replace_taken(&self, taken: &PasteId) -> anyhow::Result<PasteId> {
        let discarded = std::mem::take(&mut *self.ids()).len();
        warn!(paste = %taken.log_hash(), discarded, "an id was in use; the rest of its batch is discarded");
        Ok(Id::random()?.as_str().parse()?)
    }

    /// Takes a new batch, and returns one id of it.
    async fn refill(&self) -> Option<Id> {
        let popped = match timeout(DEADLINE, self.source.pop(MAX_POP)).await {
            Ok(popped) => popped.map_err(|error| error.to_string()),
            Err(_) => Err("it took too long".to_owned()),
        };
        match popped {
            Ok(mut ids) => {
                let id = ids.pop();
                self.ids().append(&mut ids);
                let generated = self.generated.swap(0, Ordering::Relaxed);
                if self.breaker.succeeded() {
                    info!(generated, "the id source is back; the site generated ids meanwhile");
                }
                id
            }
            Err(reason) => {
                if self.breaker.failed() {
                    warn!(reason, "the id source fails; the site generates ids itself");
                }
                None
            }
        }
    }

    fn ids(&self) -> MutexGuard<'_, Vec<Id>> {
        self.ids.lock().unwrap_or_else(PoisonError::into_inner)
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
        let buffer = IdBuffer::new(pool.clone());
        let ids: HashSet<_> = [buffer.take().await.unwrap(), buffer.take().await.unwrap()].into();
        assert_eq!(ids.len(), 2);
        assert_eq!(idservice::Pool::level(&*pool).await.unwrap(), idservice::TARGET - MAX_POP);
    }

    #[tokio::test]
    async fn the_batch_of_an_id_that_was_in_use_is_discarded() {
        let pool = Arc::new(MemoryPool::default());
        refill(&*pool).await.unwrap();
        let buffer = IdBuffer::new(pool.clone());
        let taken = buffer.take().await.unwrap();
        assert_ne!(buffer.replace_taken(&taken).unwrap(), taken);
        buffer.take().await.unwrap();
        let left = idservice::Pool::level(&*pool).await.unwrap();
        assert_eq!(left, idservice::TARGET - 2 * MAX_POP, "a second batch was popped");
    }

    #[tokio::test]
    async fn an_empty_pool_stops_no_create() {
        let buffer = IdBuffer::new(Arc::new(MemoryPool::default()));
        assert_ne!(buffer.take().await.unwrap(), buffer.take().await.unwrap());
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
    async fn a_stalled_source_stops_no_create() {
        let buffer = IdBuffer::new(Arc::new(Stalled));
        assert_ne!(buffer.take().await.unwrap(), buffer.take().await.unwrap());
    }

    #[derive(Debug, Default)]
    struct Flaky {
        calls: AtomicUsize,
        works: AtomicBool,
    }

    #[async_trait::async_trait]
    impl Ids for Flaky {
        async fn pop(&self, count: usize) -> idservice::Result<Vec<Id>> {
            self.calls.fetch_add(1, Ordering::SeqCst);
            if self.works.load(Ordering::SeqCst) {
                Ok(Id::batch(count)?)
            } else {
                Err(idservice::Error::Empty)
            }
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_failing_source_is_called_again_after_a_pause_that_grows() {
        let source = Arc::new(Flaky::default());
        let buffer = IdBuffer::new(source.clone());
        for _ in 0..100 {
            buffer.take().await.unwrap();
        }
        assert_eq!(source.calls.load(Ordering::SeqCst), 1, "once, not for each paste");
        tokio::time::advance(PAUSE).await;
        buffer.take().await.unwrap();
        tokio::time::advance(PAUSE).await;
        buffer.take().await.unwrap();
        assert_eq!(source.calls.load(Ordering::SeqCst), 2, "the second pause is longer");
        source.works.store(true, Ordering::SeqCst);
        tokio::time::advance(PAUSE).await;
        for _ in 0..MAX_POP {
            buffer.take().await.unwrap();
        }
        assert_eq!(source.calls.load(Ordering::SeqCst), 3, "one batch serves a hundred creates");
    }
}
