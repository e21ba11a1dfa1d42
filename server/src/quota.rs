//! A bounded number of slots or bytes, of which each client may use only a part.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::client_ip::{ClientKey, SUBNETS_PER_NETWORK};

/// Slots or bytes that are reserved and released.
#[derive(Debug)]
pub struct Quota {
    total: usize,
    per_client: usize,
    /// What one IPv6 /48 may use.
    per_network: usize,
    used: Mutex<Used>,
}

#[derive(Debug, Default)]
struct Used {
    total: usize,
    clients: HashMap<ClientKey, usize>,
}

/// Which bound a reservation would exceed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QuotaExceeded {
    /// All clients together have used up the quota.
    Global,
    /// This client has used up its part.
    Client,
}

/// An amount that one client has reserved. Released on drop.
#[derive(Debug)]
pub struct QuotaGuard {
    quota: Arc<Quota>,
    client: ClientKey,
    /// How much more the guard may grow without being counted.
    free: usize,
    amount: usize,
}

impl Quota {
    pub fn new(total: usize, per_client: usize) -> Arc<Self> {
        let of_subnets = per_client.saturating_mul(SUBNETS_PER_NETWORK as usize);
        let per_network = of_subnets.min(total / 2).max(per_client);
        Arc::new(Self { total, per_client, per_network, used: Mutex::default() })
    }

    const fn limit_of(&self, client: ClientKey) -> usize {
        if client.is_network() { self.per_network } else { self.per_client }
    }

    /// The most that one client may reserve.
    pub const fn per_client(&self) -> usize {
        self.per_client
    }

    /// An empty guard that can grow. Its first `free` units are not counted.
    pub fn guard(self: &Arc<Self>, client: ClientKey, free: usize) -> QuotaGuard {
        QuotaGuard { quota: self.clone(), client, free, amount: 0 }
    }

    /// Reserves `amount` slots or bytes for the client.
    ///
    /// # Errors
    /// [`QuotaExceeded`] if the amount exceeds a bound; nothing is reserved then.
    pub fn reserve(
        self: &Arc<Self>,
        client: ClientKey,
        amount: usize,
    ) -> Result<QuotaGuard, QuotaExceeded> {
        let mut guard = self.guard(client, 0);
        guard.grow(amount)?;
        Ok(guard)
    }

    fn release(&self, client: ClientKey, amount: usize) {
        if amount == 0 {
            return;
        }
        let mut used = self.used();
        used.total -= amount;
        // A client without reservations leaves no entry behind.
        for client in client.levels() {
            if let Some(by_client) = used.clients.get_mut(&client) {
                *by_client -= amount;
                if *by_client == 0 {
                    used.clients.remove(&client);
                }
            }
        }
    }

    fn used(&self) -> MutexGuard<'_, Used> {
        self.used.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl QuotaGuard {
    /// The counted amount.
    pub const fn amount(&self) -> usize {
        self.amount
    }

    /// Reserves `by` more slots or bytes.
    ///
    /// # Errors
    /// [`QuotaExceeded`] if the amount exceeds a bound; the guard is unchanged then.
    pub fn grow(&mut self, by: usize) -> Result<(), QuotaExceeded> {
        let free = by.min(self.free);
        let by = by - free;
        let mut used = self.quota.used();
        if used.total.saturating_add(by) > self.quota.total {
            return Err(QuotaExceeded::Global);
        }
        let exceeds = |client: ClientKey| {
            let by_client = used.clients.get(&client).copied().unwrap_or_default();
            by_client.saturating_add(by) > self.quota.limit_of(client)
        };
        if self.client.levels().any(exceeds) {
            return Err(QuotaExceeded::Client);
        }
        if by > 0 {
            used.total += by;
            for client in self.client.levels() {
                *used.clients.entry(client).or_default() += by;
            }
            self.amount += by;
        }
        self.free -= free;
        Ok(())
    }

    /// Releases what exceeds `amount`.
    pub fn shrink_to(&mut self, amount: usize) {
        let released = self.amount.saturating_sub(amount);
        self.amount -= released;
        self.quota.release(self.client, released);
    }
}

impl Drop for QuotaGuard {
    fn drop(&mut self) {
        self.shrink_to(0);
    }
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use super::*;

    fn client(number: u8) -> ClientKey {
        IpAddr::from([192, 0, 2, number]).into()
    }

    #[test]
    fn a_client_has_its_part_and_all_clients_have_the_total() {
        let quota = Quota::new(10, 4);
        let mut first = quota.reserve(client(1), 3).unwrap();
        assert_eq!(quota.reserve(client(1), 2).unwrap_err(), QuotaExceeded::Client);
        first.grow(1).unwrap();
        assert_eq!(first.grow(1), Err(QuotaExceeded::Client));
        let second = quota.reserve(client(2), 4).unwrap();
        assert_eq!(quota.reserve(client(3), 3).unwrap_err(), QuotaExceeded::Global);
        let third = quota.reserve(client(3), 2).unwrap();

        drop(first);
        assert_eq!(quota.reserve(client(1), 4).unwrap().amount(), 4);
        drop((second, third));
        let used = quota.used();
        assert_eq!((used.total, used.clients.len()), (0, 0), "no entry is left");
    }

    #[test]
    fn a_network_has_the_part_of_four_clients_and_at_most_half_of_the_total() {
        let subnet = |n: u16| ClientKey::from(IpAddr::from([0x2001, 0xdb8, 0, n, 0, 0, 0, 1]));
        for (total, per_client, per_network) in [(100, 10, 40), (100, 20, 50), (100, 60, 60)] {
            let quota = Quota::new(total, per_client);
            let reserved: Vec<_> =
                (0..100).map_while(|n| quota.reserve(subnet(n), 1).ok()).collect();
            assert_eq!(reserved.len(), per_network);
            assert_eq!(quota.reserve(subnet(200), 1).unwrap_err(), QuotaExceeded::Client);
            quota.reserve(IpAddr::from([0x2001, 0xdb8, 1, 0, 0, 0, 0, 1]).into(), 1).unwrap();
            drop(reserved);
            assert!(quota.used().clients.is_empty(), "no entry is left");
        }
    }

    #[test]
    fn free_units_are_granted_when_the_quota_is_used_up() {
        let quota = Quota::new(10, 10);
        let mut large = quota.guard(client(1), 5);
        large.grow(15).unwrap();
        assert_eq!(large.amount(), 10);
        let mut small = quota.guard(client(1), 5);
        assert_eq!(small.grow(6), Err(QuotaExceeded::Global));
        small.grow(3).unwrap();
        small.grow(2).unwrap();
        assert_eq!(small.grow(1), Err(QuotaExceeded::Global));
        drop(small);
        assert_eq!(large.amount(), 10);
    }
}
