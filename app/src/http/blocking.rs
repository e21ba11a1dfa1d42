//! Blocking work off the async threads. Each kind of work has a pool of its own, so that a flood of
//! one kind delays no other. Of each pool, a client may use only a part.

use std::collections::HashMap;
use std::num::NonZero;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::thread::available_parallelism;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::{JoinHandle, spawn_blocking};

use crate::http::client_ip::ClientKey;

/// The pools of a site: one for each kind of work.
#[derive(Clone, Debug)]
pub struct Pools {
    /// Highlights texts, in short steps.
    pub highlighting: BlockingPool,
    /// Makes views from texts: tables, indented JSON, rendered Markdown, diff summaries.
    pub derived_views: BlockingPool,
    /// Searches in texts.
    pub searches: BlockingPool,
    /// Compresses answers.
    pub compression: BlockingPool,
    /// Decodes compressed request bodies.
    pub decoding: BlockingPool,
    /// Hashes passwords.
    pub hashing: BlockingPool,
    /// Rates how hard passwords are to guess.
    pub rating: BlockingPool,
}

impl Pools {
    /// `limits_clients`: whether a client may use only a part of each pool.
    pub fn new(limits_clients: bool) -> Self {
        let pool = || BlockingPool::new(limits_clients);
        Self {
            highlighting: pool(),
            derived_views: pool(),
            searches: pool(),
            compression: pool(),
            decoding: pool(),
            hashing: pool(),
            rating: pool(),
        }
    }
}

/// Bounds how much work of one kind runs at once, in total and per client. The rest of a client's
/// work waits in the client's own queue, not in the common one. Cheap to clone; all clones share one
/// pool.
#[derive(Clone, Debug)]
pub struct BlockingPool(Arc<Slots>);

#[derive(Debug)]
struct Slots {
    all: Arc<Semaphore>,
    per_client: usize,
    /// The clients whose work runs or waits.
    clients: Mutex<HashMap<ClientKey, Weak<Semaphore>>>,
}

/// A slot of a client. Dropped, it goes to the client's next work, but not before the work in it ends.
#[derive(Clone, Debug)]
pub struct ClientSlot {
    all: Arc<Semaphore>,
    permit: Arc<Option<OwnedSemaphorePermit>>,
}

impl BlockingPool {
    /// One slot per core, and at least two. A client has half of them, or all if `limits_clients` is
    /// false.
    pub fn new(limits_clients: bool) -> Self {
        let slots = available_parallelism().map_or(1, NonZero::get).max(2);
        Self::with_slots(slots, if limits_clients { slots / 2 } else { slots })
    }

    pub fn with_slots(slots: usize, per_client: usize) -> Self {
        let all = Arc::new(Semaphore::new(slots));
        Self(Arc::new(Slots { all, per_client, clients: Mutex::default() }))
    }

    /// Waits for a slot of the client.
    pub async fn client_slot(&self, client: ClientKey) -> ClientSlot {
        // The semaphores are never closed, so there always is a permit.
        let permit = self.slots_of(client).acquire_owned().await.ok();
        ClientSlot { all: self.0.all.clone(), permit: Arc::new(permit) }
    }

    /// Waits for a slot of the client and starts the work. Once started it runs to its end, even if
    /// the handle is dropped.
    pub async fn spawn<T: Send + 'static>(
        &self,
        client: ClientKey,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> JoinHandle<T> {
        self.client_slot(client).await.spawn(work).await
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
        self.client_slot(client).await.run(work).await
    }

    /// An IPv6 /48 counts as one client here, because it may have as many slots as one.
    fn slots_of(&self, client: ClientKey) -> Arc<Semaphore> {
        let client = client.network().unwrap_or(client);
        let mut clients = self.0.clients.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(slots) = clients.get(&client).and_then(Weak::upgrade) {
            return slots;
        }
        // The map is small: it holds only clients with requests under way.
        clients.retain(|_, slots| slots.strong_count() > 0);
        let slots = Arc::new(Semaphore::new(self.0.per_client));
        clients.insert(client, Arc::downgrade(&slots));
        slots
    }

    #[cfg(test)]
    pub fn add_slot(&self) {
        self.0.all.add_permits(1);
    }
}

impl ClientSlot {
    /// Waits until fewer than all slots of the pool are in use and starts the work. Long work is done
    /// in several short steps, each with a call of its own: the work of other clients has its turn
    /// between them.
    pub async fn spawn<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> JoinHandle<T> {
        let permit = self.all.clone().acquire_owned().await.ok();
        let of_client = self.permit.clone();
        spawn_blocking(move || {
            let result = work();
            drop((permit, of_client));
            result
        })
    }

    /// As [`ClientSlot::spawn`], and returns the result.
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

    fn client(number: u8) -> ClientKey {
        IpAddr::from([192, 0, 2, number]).into()
    }

    #[tokio::test]
    async fn a_flood_of_one_client_waits_in_its_own_queue() {
        let pool = BlockingPool::with_slots(2, 1);
        let [flooding, other] = [1, 2].map(client);
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
        assert_eq!(pool.0.clients.lock().unwrap().len(), 1, "finished clients are forgotten");
    }

    #[tokio::test]
    async fn work_in_steps_leaves_others_their_turn_even_with_one_slot() {
        let pool = BlockingPool::with_slots(1, 1);
        let endless = pool.client_slot(client(1)).await;
        let endless = tokio::spawn(async move {
            loop {
                endless.run(|| ()).await.unwrap();
            }
        });
        for _ in 0..20 {
            let answer = timeout(DEADLINE, pool.run(client(2), || "found")).await;
            assert_eq!(answer.expect("the other client has no turn").unwrap(), "found");
        }
        endless.abort();
    }
}
