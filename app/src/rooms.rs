//! Work off the async threads. Each kind has a room of its own, so that a flood of one kind delays
//! only its kind.

use std::collections::HashMap;
use std::net::IpAddr;
use std::num::NonZero;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::thread::available_parallelism;

use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;

use crate::limits::household;

/// Places for one kind of work. Who finds none waits in a line. Cheap to clone; all clones are one
/// room.
#[derive(Clone, Debug)]
pub struct Room(Arc<Semaphore>);

impl Room {
    /// A place for each core.
    pub fn new() -> Self {
        Self::of(cores())
    }

    fn of(places: usize) -> Self {
        Self(Arc::new(Semaphore::new(places)))
    }

    /// # Errors
    /// The work panicked.
    pub async fn off_thread<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> anyhow::Result<T> {
        let permit = self.0.clone().acquire_owned().await?;
        Ok(spawn_blocking(move || {
            let done = work();
            drop(permit);
            done
        })
        .await?)
    }
}

/// A room of which one household has a share at most. The rest of what it wants waits in a line of
/// its own, not in that of all.
#[derive(Debug)]
pub struct SharedRoom {
    room: Room,
    /// In places.
    share: usize,
    /// Of those who work or wait.
    households: Mutex<HashMap<IpAddr, Weak<Semaphore>>>,
}

impl SharedRoom {
    /// A place for each core; a household has half of them, or all where there are no shares.
    pub fn new(has_shares: bool) -> Self {
        let places = cores();
        Self::of(places, if has_shares { (places / 2).max(1) } else { places })
    }

    fn of(places: usize, share: usize) -> Self {
        Self { room: Room::of(places), share, households: Mutex::default() }
    }

    /// # Errors
    /// The work panicked.
    pub async fn off_thread<T: Send + 'static>(
        &self,
        client: IpAddr,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> anyhow::Result<T> {
        let permit = self.share_of(household(client)).acquire_owned().await?;
        self.room
            .off_thread(move || {
                let done = work();
                drop(permit);
                done
            })
            .await
    }

    fn share_of(&self, household: IpAddr) -> Arc<Semaphore> {
        let mut households = self.households.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(share) = households.get(&household).and_then(Weak::upgrade) {
            return share;
        }
        // Few enough to look at each: those with requests at work.
        households.retain(|_, share| share.strong_count() > 0);
        let share = Arc::new(Semaphore::new(self.share));
        households.insert(household, Arc::downgrade(&share));
        share
    }
}

fn cores() -> usize {
    available_parallelism().map_or(1, NonZero::get)
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;
    use std::time::Duration;

    use tokio::time::timeout;

    use super::*;

    /// Longer than anything here takes on a busy machine.
    const AT_MOST: Duration = Duration::from_mins(1);

    #[tokio::test]
    async fn a_flood_of_one_household_waits_in_its_own_line() {
        let room = Arc::new(SharedRoom::of(2, 1));
        let [one, other] = [1, 2].map(|n| IpAddr::from([192, 0, 2, n]));
        let (began, mut begins) = tokio::sync::mpsc::unbounded_channel();
        let mut ends = Vec::new();
        let mut flood = Vec::new();
        for _ in 0..10 {
            let (end, ended) = mpsc::channel::<()>();
            ends.push(end);
            let (room, began) = (room.clone(), began.clone());
            flood.push(tokio::spawn(async move {
                let work = move || {
                    began.send(()).unwrap();
                    let _ = ended.recv();
                };
                room.off_thread(one, work).await.unwrap();
            }));
        }
        timeout(AT_MOST, begins.recv()).await.unwrap();
        let answer = timeout(AT_MOST, room.off_thread(other, || "found")).await;
        assert_eq!(answer.expect("it waited for the flood").unwrap(), "found");
        assert!(begins.is_empty(), "the flood has more than its share");
        drop(ends);
        for work in flood {
            timeout(AT_MOST, work).await.unwrap().unwrap();
        }
        room.share_of(other);
        assert_eq!(room.households.lock().unwrap().len(), 1, "nobody is kept");
    }
}
