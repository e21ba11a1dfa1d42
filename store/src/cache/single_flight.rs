//! Single flight: work that several callers need at the same time is done once for all of them.

use std::collections::HashMap;
use std::fmt;
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures_util::future::{BoxFuture, FutureExt as _, Shared, TryFutureExt as _, WeakShared};

type Flight<V, E> = Shared<BoxFuture<'static, Result<V, Arc<E>>>>;
type WeakFlight<V, E> = WeakShared<BoxFuture<'static, Result<V, Arc<E>>>>;

/// The work that runs now, by key.
pub struct SingleFlight<K, V: Clone, E> {
    running: Mutex<HashMap<K, WeakFlight<V, E>>>,
}

impl<K: Clone + Eq + Hash, V: Clone, E: 'static> SingleFlight<K, V, E> {
    /// Starts `work`, or joins the work that already runs for this key, and returns its outcome.
    ///
    /// All callers get the same outcome, errors included. If each of them tried again after an
    /// error, they would wait for an unresponsive database one after the other.
    ///
    /// A success is given to one caller's `keep`, unless [`SingleFlight::forget`] came in between.
    /// Work is dropped unfinished when no caller waits for it any more.
    ///
    /// # Errors
    /// The error of the work.
    pub async fn run(
        &self,
        key: &K,
        work: impl Future<Output = Result<V, E>> + Send + 'static,
        keep: impl FnOnce(&V),
    ) -> Result<V, Arc<E>> {
        let flight = self.join_or_start(key, work);
        let outcome = flight.clone().await;
        let mut running = self.running();
        let current = running.get(key).and_then(WeakShared::upgrade);
        if current.is_some_and(|current| current.ptr_eq(&flight)) {
            running.remove(key);
            if let Ok(value) = &outcome {
                keep(value);
            }
        }
        outcome
    }

    /// Detaches the work that runs for this key: later callers start new work, and its outcome does
    /// not go to `keep`.
    pub fn forget(&self, key: &K) {
        self.running().remove(key);
    }

    /// As [`SingleFlight::forget`], for all keys.
    pub fn forget_all(&self) {
        self.running().clear();
    }

    fn join_or_start(
        &self,
        key: &K,
        work: impl Future<Output = Result<V, E>> + Send + 'static,
    ) -> Flight<V, E> {
        let mut running = self.running();
        if let Some(flight) = running.get(key).and_then(WeakShared::upgrade) {
            return flight;
        }
        let flight = work.map_err(Arc::new).boxed().shared();
        // Entries whose callers have all been cancelled.
        running.retain(|_, flight| flight.upgrade().is_some());
        running.extend(flight.downgrade().map(|weak| (key.clone(), weak)));
        flight
    }

    fn running(&self) -> MutexGuard<'_, HashMap<K, WeakFlight<V, E>>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<K, V: Clone, E> Default for SingleFlight<K, V, E> {
    fn default() -> Self {
        Self { running: Mutex::default() }
    }
}

impl<K, V: Clone, E> fmt::Debug for SingleFlight<K, V, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SingleFlight")
    }
}

#[cfg(test)]
mod tests;
