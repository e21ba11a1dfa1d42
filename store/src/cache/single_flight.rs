//! Work under way that all share who ask for the same meanwhile: what comes of it, failure too.

use std::collections::HashMap;
use std::fmt;
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures_util::future::{BoxFuture, FutureExt as _, Shared, TryFutureExt as _, WeakShared};

use crate::error::{Error, Result};

type Outcome<V> = Result<V, Arc<Error>>;
type Flight<V> = WeakShared<BoxFuture<'static, Outcome<V>>>;

pub(crate) struct Flights<K, V: Clone> {
    under_way: Mutex<HashMap<K, Flight<V>>>,
}

impl<K: Clone + Eq + Hash, V: Clone> Flights<K, V> {
    /// Nobody waits for a failure, only to try the same anew: an engine that is silent would
    /// be waited for by one after the other. Work that nobody waits for any more ends.
    pub(crate) async fn join(
        &self,
        key: &K,
        work: impl Future<Output = Result<V>> + Send + 'static,
    ) -> Result<V> {
        let flight = self.board(key, work);
        let outcome = flight.clone().await;
        let mut under_way = self.under_way();
        // Another may have begun by the time that this one hears of its own.
        if under_way.get(key).and_then(WeakShared::upgrade).is_none_or(|now| now.ptr_eq(&flight)) {
            under_way.remove(key);
        }
        drop((under_way, flight));
        outcome.map_err(|error| Arc::try_unwrap(error).unwrap_or_else(Error::Shared))
    }

    fn board(
        &self,
        key: &K,
        work: impl Future<Output = Result<V>> + Send + 'static,
    ) -> Shared<BoxFuture<'static, Outcome<V>>> {
        let mut under_way = self.under_way();
        if let Some(flight) = under_way.get(key).and_then(WeakShared::upgrade) {
            return flight;
        }
        let flight = work.map_err(Arc::new).boxed().shared();
        under_way.retain(|_, flight| flight.upgrade().is_some());
        under_way.extend(flight.downgrade().map(|weak| (key.clone(), weak)));
        flight
    }

    fn under_way(&self) -> MutexGuard<'_, HashMap<K, Flight<V>>> {
        self.under_way.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<K, V: Clone> Default for Flights<K, V> {
    fn default() -> Self {
        Self { under_way: Mutex::default() }
    }
}

impl<K, V: Clone> fmt::Debug for Flights<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Flights")
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use futures_util::future::{join, join_all};
    use tokio::sync::Semaphore;

    use super::*;

    #[tokio::test]
    async fn all_who_ask_meanwhile_share_what_comes_of_it() {
        let (flights, times) = (Flights::<u32, u32>::default(), Arc::<AtomicUsize>::default());
        let all = async |outcome: fn() -> Result<u32>| {
            let gate = Arc::new(Semaphore::new(0));
            let work = || {
                let (times, gate) = (times.clone(), gate.clone());
                async move {
                    times.fetch_add(1, Ordering::Relaxed);
                    gate.acquire().await.unwrap().forget();
                    outcome()
                }
            };
            let all = join_all((0..20).map(|_| flights.join(&1, work())));
            // Polled in this order: all are on board before it goes on.
            join(all, async { gate.add_permits(20) }).await.0
        };
        assert!(all(|| Ok(7)).await.into_iter().all(|one| one.unwrap() == 7));
        assert!(all(|| Err(Error::Busy)).await.into_iter().all(|one| one.unwrap_err().is_outage()));
        assert_eq!(times.load(Ordering::Relaxed), 2);
        assert!(flights.under_way().is_empty());
    }

    #[tokio::test]
    async fn whoever_goes_away_ends_nothing_for_the_others() {
        let flights = Flights::<u32, u32>::default();
        let gate = Arc::new(Semaphore::new(0));
        let work = || {
            let gate = gate.clone();
            async move {
                gate.acquire().await.unwrap().forget();
                Ok(7)
            }
        };
        let mut first = Box::pin(flights.join(&1, work()));
        assert!(first.as_mut().now_or_never().is_none());
        let mut second = Box::pin(flights.join(&1, work()));
        assert!(second.as_mut().now_or_never().is_none());
        drop(first);
        gate.add_permits(1);
        assert_eq!(second.await.unwrap(), 7);
    }
}
