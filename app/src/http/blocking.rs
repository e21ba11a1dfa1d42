//! Blocking work off the async threads. Each kind of work has a pool of its own, so that a flood of
//! one kind delays no other.

use std::collections::HashMap;
use std::num::NonZero;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::thread::available_parallelism;

use tokio::sync::Semaphore;
use tokio::task::{JoinHandle, spawn_blocking};

use crate::http::client_ip::ClientKey;

/// Bounds how much work of one kind runs at once. Further work waits in order. Cheap to clone; all
/// clones share one pool.
#[derive(Clone, Debug)]
pub struct BlockingPool(Arc<Semaphore>);

impl Default for BlockingPool {
    /// One slot per core.
    fn default() -> Self {
        Self::with_slots(cores())
    }
}

impl BlockingPool {
    pub fn with_slots(slots: usize) -> Self {
        Self(Arc::new(Semaphore::new(slots)))
    }

    /// Waits for a slot and starts the work. Once started it runs to its end, even if the handle is
    /// dropped.
    pub async fn spawn<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> JoinHandle<T> {
        // The semaphore is never closed, so there always is a permit.
        let permit = self.0.clone().acquire_owned().await.ok();
        spawn_blocking(move || {
            let result = work();
            drop(permit);
            result
        })
    }

    /// Runs the work in a slot and returns its result.
    ///
    /// # Errors
    /// The work panicked.
    pub async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> anyhow::Result<T> {
        // The error's own text has the panic's message, which may quote the user's text.
        self.spawn(work).await.await.map_err(|_| anyhow::anyhow!("the work panicked"))
    }

    #[cfg(test)]
    pub fn add_slot(&self) {
        self.0.add_permits(1);
    }
}

/// A pool of which each client may use only a part. The rest of a client's work waits in the
/// client's own queue, not in the common one.
#[derive(Debug)]
pub struct FairBlockingPool {
    pool: BlockingPool,
    slots_per_client: usize,
    /// The clients whose work runs or waits.
    clients: Mutex<HashMap<ClientKey, Weak<Semaphore>>>,
}

impl FairBlockingPool {
    /// One slot per core. A client has half of them, or all if `limits_clients` is false.
    pub fn new(limits_clients: bool) -> Self {
        let slots = cores();
        Self::with_slots(slots, if limits_clients { (slots / 2).max(1) } else { slots })
    }

    fn with_slots(slots: usize, slots_per_client: usize) -> Self {
        Self { pool: BlockingPool::with_slots(slots), slots_per_client, clients: Mutex::default() }
    }

    /// Runs the work in a slot of the client and returns its result.
    ///
    /// # Errors
    /// The work panicked.
    pub async fn run<T: Send + 'static>(
        &self,
        client: ClientKey,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> anyhow::Result<T> {
        let permit = self.slots_of(client).acquire_owned().await?;
        self.pool
            .run(move || {
                let result = work();
                drop(permit);
                result
            })
            .await
    }

    /// An IPv6 /48 counts as one client here, because it may have as many slots as one.
    fn slots_of(&self, client: ClientKey) -> Arc<Semaphore> {
        let client = client.network().unwrap_or(client);
        let mut clients = self.clients.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(slots) = clients.get(&client).and_then(Weak::upgrade) {
            return slots;
        }
        // The map is small: it holds only clients with requests under way.
        clients.retain(|_, slots| slots.strong_count() > 0);
        let slots = Arc::new(Semaphore::new(self.slots_per_client));
        clients.insert(client, Arc::downgrade(&slots));
        slots
    }
}

fn cores() -> usize {
    available_parallelism().map_or(1, NonZero::get)
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;
    use std::sync::mpsc;
    use std::time::Duration;

    use tokio::time::timeout;

    use super::*;

    /// Longer than anything here takes on a busy machine.
    const DEADLINE: Duration = Duration::from_mins(1);

    #[tokio::test]
    async fn a_flood_of_one_client_waits_in_its_own_queue() {
        let pool = Arc::new(FairBlockingPool::with_slots(2, 1));
        let [flooding, other] = [1, 2].map(|n| ClientKey::from(IpAddr::from([192, 0, 2, n])));
        let (started, mut starts_seen) = tokio::sync::mpsc::unbounded_channel();
        let mut releases = Vec::new();
        let mut flood = Vec::new();
        for _ in 0..10 {
            let (release, wait) = mpsc::channel::<()>();
            releases.push(release);
            let (pool, started) = (pool.clone(), started.clone());
            flood.push(tokio::spawn(async move {
                let work = move || {
                    started.send(()).unwrap();
                    let _ = wait.recv();
                };
                pool.run(flooding, work).await.unwrap();
            }));
        }
        timeout(DEADLINE, starts_seen.recv()).await.unwrap();
        let answer = timeout(DEADLINE, pool.run(other, || "found")).await;
        assert_eq!(answer.expect("the other client waits for the flood").unwrap(), "found");
        assert!(starts_seen.is_empty(), "the flood has more than its part");
        drop(releases);
        for work in flood {
            timeout(DEADLINE, work).await.unwrap().unwrap();
        }
        pool.slots_of(other);
        assert_eq!(pool.clients.lock().unwrap().len(), 1, "finished clients are forgotten");
    }
}
