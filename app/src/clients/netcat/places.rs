//! The places for connections that send a text. They are shared fairly between clients.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;

use crate::http::client_ip::ClientKey;
use crate::http::quota::{Quota, QuotaGuard};

/// A bounded number of places. When all are taken, a client that has fewer than another gets one of
/// that one's places.
#[derive(Debug)]
pub struct Places {
    total: usize,
    per_client: Arc<Quota>,
    taken: Mutex<Taken>,
}

#[derive(Debug, Default)]
struct Taken {
    /// In the order in which they were taken.
    places: Vec<TakenPlace>,
    next_number: u64,
}

#[derive(Debug)]
struct TakenPlace {
    number: u64,
    /// The client, or the IPv6 network around it: its owner could use many subnets.
    owner: ClientKey,
    /// Dropped to take the place away. `None` when the text is complete.
    withdraw: Option<oneshot::Sender<()>>,
}

/// The place of one connection. Released on drop.
#[derive(Debug)]
pub struct Place {
    places: Arc<Places>,
    number: u64,
    _part: QuotaGuard,
}

/// Resolves when the place is taken away.
pub type Withdrawn = oneshot::Receiver<()>;

impl Places {
    pub fn new(total: usize, per_client: usize) -> Arc<Self> {
        let per_client = Quota::new(usize::MAX, per_client);
        Arc::new(Self { total, per_client, taken: Mutex::default() })
    }

    /// A place for the client; `None` if it has its part, or if all are taken and no other client
    /// has clearly more.
    pub fn take(self: &Arc<Self>, client: ClientKey) -> Option<(Place, Withdrawn)> {
        let part = self.per_client.reserve(client, 1).ok()?;
        let owner = client.network().unwrap_or(client);
        let mut taken = self.taken();
        let own = taken.places.iter().filter(|place| place.owner == owner).count();
        if taken.places.len() >= self.total {
            let withdrawn = taken.last_place_of_largest(own + 1)?;
            taken.places.remove(withdrawn);
        }
        let (withdraw, withdrawn) = oneshot::channel();
        let number = taken.next_number;
        taken.next_number += 1;
        taken.places.push(TakenPlace { number, owner, withdraw: Some(withdraw) });
        Some((Place { places: self.clone(), number, _part: part }, withdrawn))
    }

    fn taken(&self) -> MutexGuard<'_, Taken> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Taken {
    /// The index of the place that was taken last by the owner with the most places, if it has more
    /// than `than`. Only texts that are not complete count.
    fn last_place_of_largest(&self, than: usize) -> Option<usize> {
        let receiving = || self.places.iter().filter(|place| place.withdraw.is_some());
        let mut counts: HashMap<ClientKey, usize> = HashMap::new();
        for place in receiving() {
            *counts.entry(place.owner).or_default() += 1;
        }
        let most = *counts.values().max().filter(|most| **most > than)?;
        self.places
            .iter()
            .rposition(|place| place.withdraw.is_some() && counts.get(&place.owner) == Some(&most))
    }
}

impl Place {
    /// The text is complete: the place stays the client's until it is dropped.
    pub fn keep(&self) {
        let mut taken = self.places.taken();
        if let Some(place) = taken.places.iter_mut().find(|place| place.number == self.number) {
            place.withdraw = None;
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.places.taken().places.retain(|place| place.number != self.number);
    }
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use super::*;

    fn client(number: u8) -> ClientKey {
        IpAddr::from([192, 0, 2, number]).into()
    }

    fn is_withdrawn(withdrawn: &mut Withdrawn) -> bool {
        withdrawn.try_recv() == Err(oneshot::error::TryRecvError::Closed)
    }

    #[test]
    fn a_full_house_makes_room_for_a_client_with_fewer_places() {
        let places = Places::new(6, 4);
        let mut greedy: Vec<_> = (0..4).map(|_| places.take(client(1)).unwrap()).collect();
        assert!(places.take(client(1)).is_none(), "one client has its part");
        let mut modest: Vec<_> = (0..2).map(|_| places.take(client(2)).unwrap()).collect();

        let first = places.take(client(3)).unwrap();
        assert!(is_withdrawn(&mut greedy[3].1), "the last place of the largest client");
        assert!(!greedy[..3].iter_mut().chain(&mut modest).any(|(_, place)| is_withdrawn(place)));
        // Each client has two now.
        let second = places.take(client(3)).unwrap();
        assert!(is_withdrawn(&mut greedy[2].1));
        assert!(places.take(client(3)).is_none());
        assert!(places.take(client(4)).is_some(), "but a client without one gets one");
        drop((first, second));
        assert!(places.take(client(4)).is_some());
    }

    #[test]
    fn a_complete_text_keeps_its_place() {
        let places = Places::new(2, 2);
        let (first, _) = places.take(client(1)).unwrap();
        let (second, _) = places.take(client(1)).unwrap();
        first.keep();
        second.keep();
        assert!(places.take(client(2)).is_none());
        drop(first);
        assert!(places.take(client(2)).is_some());
    }
}
