//! Guesses at the password of one account. Each client waits the longer, the more often it has
//! failed at this account; under an attack from many addresses, each of them waits longer still.
//!
//! A client that has not failed at the account never waits, so that nobody locks its owner out.
//! Unknown accounts are counted alike, so that a wait does not reveal whether an account exists.

use std::fmt;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use quick_cache::unsync::Cache;
use sha2::{Digest as _, Sha256};

use crate::http::client_ip::{ClientKey, SUBNETS_PER_NETWORK};

/// Failures are forgotten so long after the last one.
pub(super) const MEMORY: Duration = Duration::from_hours(1);

/// How many failures a client has before it waits: as many log-ins as it may send in a row.
const FREE: u32 = 10;

/// The same for an account that is under attack.
const FREE_UNDER_ATTACK: u32 = 1;

/// From this many failures at one account on, by all clients, it is under attack.
const ATTACK: u32 = 16;

/// An attack multiplies the wait by two to the power of this at most.
const MAX_PRESSURE: u32 = 6;

const FIRST_WAIT: Duration = Duration::from_secs(1);
const MAX_WAIT: Duration = Duration::from_mins(15);

/// The most counters in memory: about 4 MiB. Each costs an attacker a log-in, and those that were
/// used once are forgotten first.
const MAX_COUNTERS: usize = 1 << 15;

/// An account that somebody tries to log in to: a hash of its email.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct AccountKey([u8; 16]);

impl AccountKey {
    /// `email` identifies the account. It need not exist.
    pub fn new(email: &str) -> Self {
        let hash = Sha256::digest(email);
        let mut key = [0; 16];
        key.copy_from_slice(&hash[..16]);
        Self(key)
    }
}

impl fmt::Display for AccountKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

/// The time from a client's last attempt to its next one.
fn wait(failures: u32, failures_of_all: u32) -> Duration {
    let pressure = (failures_of_all / ATTACK).checked_ilog2();
    let free = if pressure.is_some() { FREE_UNDER_ATTACK } else { FREE };
    let Some(beyond) = failures.checked_sub(free) else { return Duration::ZERO };
    let doublings = beyond.saturating_add(pressure.unwrap_or_default().min(MAX_PRESSURE));
    let factor = 1_u32.checked_shl(doublings).unwrap_or(u32::MAX);
    FIRST_WAIT.saturating_mul(factor).min(MAX_WAIT)
}

/// As [`wait`], for Redis. `ARGV` is the time in milliseconds, or empty for Redis' own; the first
/// key counts the failures of all, the others those of the client and of its network.
pub(super) fn redis_script() -> String {
    let [memory, first, max] = [MEMORY, FIRST_WAIT, MAX_WAIT].map(|time| time.as_millis());
    format!(
        r"
local now = tonumber(ARGV[1])
if not now then
  local time = redis.call('TIME')
  now = time[1] * 1000 + math.floor(time[2] / 1000)
end
local function read(key)
  local count, at = string.match(redis.call('GET', key) or '', '(%d+) (%d+)')
  count, at = tonumber(count) or 0, tonumber(at) or 0
  if now - at >= {memory} then return 0, now end
  return count, math.min(at, now)
end
local all = read(KEYS[1])
local pressure, free = 0, {FREE}
if all >= {ATTACK} then
  local _, exponent = math.frexp(math.floor(all / {ATTACK}))
  pressure, free = math.min(exponent - 1, {MAX_PRESSURE}), {FREE_UNDER_ATTACK}
end
for i = 2, #KEYS do
  local failures, at = read(KEYS[i])
  if i == 3 then failures = math.floor(failures / {SUBNETS_PER_NETWORK}) end
  if failures >= free then
    local left = at + math.min({first} * 2 ^ (failures - free + pressure), {max}) - now
    if left > 0 then return left end
  end
end
for _, key in ipairs(KEYS) do
  local count = read(key)
  redis.call('SET', key, string.format('%d %.0f', count + 1, now), 'PX', {memory})
end
return 0
"
    )
}

/// Takes back one failure of each key, for Redis.
pub(super) const REDIS_UNDO: &str = r"
for _, key in ipairs(KEYS) do
  local count, at = string.match(redis.call('GET', key) or '', '(%d+) (%d+)')
  if count and tonumber(count) > 0 then
    redis.call('SET', key, string.format('%d %s', count - 1, at), 'KEEPTTL')
  end
end
";

/// Failures at one account: of one client, of one network, or of all (`None`).
type Counter = (AccountKey, Option<ClientKey>);

#[derive(Clone, Copy, Debug, Default)]
struct Failures {
    count: u32,
    /// The time of the last one.
    at: Duration,
}

/// What this site has counted by itself.
#[derive(Debug)]
pub(super) struct Guesses(Mutex<Cache<Counter, Failures>>);

impl Default for Guesses {
    fn default() -> Self {
        Self(Mutex::new(Cache::new(MAX_COUNTERS)))
    }
}

impl Guesses {
    /// How long the client has to wait; zero if it may try now.
    pub(super) fn wait(&self, account: AccountKey, client: ClientKey, now: Duration) -> Duration {
        let counters = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        time_left(&counters, account, client, now)
    }

    /// Counts an attempt as failed, unless the client has to wait: then the time is returned.
    pub(super) fn attempt(
        &self,
        account: AccountKey,
        client: ClientKey,
        now: Duration,
    ) -> Duration {
        let mut counters = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let left = time_left(&counters, account, client, now);
        if left.is_zero() {
            for counter in counters_of(account, client) {
                let count = read(&counters, &counter, now).count.saturating_add(1);
                counters.insert(counter, Failures { count, at: now });
            }
        }
        left
    }

    /// Takes back one failure: the password was right, or was not checked.
    pub(super) fn undo(&self, account: AccountKey, client: ClientKey) {
        let mut counters = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for counter in counters_of(account, client) {
            if let Some(&Failures { count, at }) = counters.get(&counter) {
                counters.insert(counter, Failures { count: count.saturating_sub(1), at });
            }
        }
    }
}

/// The counter of all, then those of the client and of its network.
pub(super) fn counters_of(account: AccountKey, client: ClientKey) -> impl Iterator<Item = Counter> {
    std::iter::once((account, None)).chain(client.levels().map(move |level| (account, Some(level))))
}

fn time_left(
    counters: &Cache<Counter, Failures>,
    account: AccountKey,
    client: ClientKey,
    now: Duration,
) -> Duration {
    let of_all = read(counters, &(account, None), now).count;
    let left = client.levels().map(|level| {
        let Failures { count, at } = read(counters, &(account, Some(level)), now);
        let count = if level.is_network() { count / SUBNETS_PER_NETWORK } else { count };
        (at + wait(count, of_all)).saturating_sub(now)
    });
    left.max().unwrap_or_default()
}

fn read(counters: &Cache<Counter, Failures>, counter: &Counter, now: Duration) -> Failures {
    let known = counters.get(counter).copied();
    let remembered = known.filter(|failures| now.saturating_sub(failures.at) < MEMORY);
    remembered.unwrap_or(Failures { count: 0, at: now })
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use super::*;

    const START: Duration = Duration::from_secs(1_000_000);

    fn client(n: u32) -> ClientKey {
        IpAddr::from(n.to_be_bytes()).into()
    }

    fn ada() -> AccountKey {
        AccountKey::new("ada@example.org")
    }

    /// How many of 11 attempts of each of `clients` are checked, within one moment.
    fn checked(guesses: &Guesses, clients: impl Iterator<Item = ClientKey>) -> usize {
        clients
            .map(|client| {
                (0..11).filter(|_| guesses.attempt(ada(), client, START).is_zero()).count()
            })
            .sum()
    }

    #[test]
    fn many_addresses_guess_once_each_and_the_owner_still_logs_in_at_once() {
        let guesses = Guesses::default();
        let attackers = 40;
        assert!(checked(&guesses, (0..attackers).map(client)) < 16 + attackers as usize);
        assert!(guesses.attempt(ada(), client(9999), START).is_zero(), "the owner");
        let elsewhere = AccountKey::new("bob@example.org");
        assert!(guesses.attempt(elsewhere, client(0), START).is_zero(), "another account");
    }

    #[test]
    fn a_wait_doubles_with_each_failure_and_has_an_end() {
        let guesses = Guesses::default();
        let (mut now, mut waits) = (START, Vec::new());
        for _ in 0..30 {
            now += guesses.wait(ada(), client(1), now);
            assert!(guesses.attempt(ada(), client(1), now).is_zero());
            waits.push(guesses.wait(ada(), client(1), now).as_secs());
        }
        assert_eq!(waits[8..15], [0, 1, 2, 4, 8, 16, 32]);
        assert_eq!(waits.iter().max(), Some(&MAX_WAIT.as_secs()));
        assert!(guesses.attempt(ada(), client(1), now + MEMORY).is_zero());
        assert_eq!(guesses.wait(ada(), client(1), now + MEMORY), Duration::ZERO, "forgotten");
    }

    #[test]
    fn an_attempt_during_the_wait_does_not_prolong_it() {
        let guesses = Guesses::default();
        for _ in 0..=FREE {
            guesses.attempt(ada(), client(1), START);
        }
        let left = guesses.wait(ada(), client(1), START);
        for _ in 0..100 {
            assert_eq!(guesses.attempt(ada(), client(1), START), left);
        }
        assert!(guesses.attempt(ada(), client(1), START + left).is_zero());
    }

    #[test]
    fn a_right_password_is_no_failure() {
        let guesses = Guesses::default();
        for _ in 0..1000 {
            assert!(guesses.attempt(ada(), client(1), START).is_zero());
            guesses.undo(ada(), client(1));
        }
    }

    #[test]
    fn the_subnets_of_a_network_do_not_start_anew() {
        let guesses = Guesses::default();
        let subnet = |n: u16| ClientKey::from(IpAddr::from([0x2001, 0xdb8, 0, n, 0, 0, 0, 1]));
        assert!(checked(&guesses, (0..1000).map(subnet)) <= 16);
        let other = IpAddr::from([0x2001, 0xdb8, 7, 0, 0, 0, 0, 1]).into();
        assert!(guesses.attempt(ada(), other, START).is_zero());
    }

    #[test]
    fn invented_accounts_take_bounded_memory_and_do_not_hide_a_guessed_one() {
        let guesses = Guesses::default();
        let attacker = client(1);
        for _ in 0..2 * FREE {
            let now = START + guesses.wait(ada(), attacker, START);
            guesses.attempt(ada(), attacker, now);
        }
        for n in 0..4 * MAX_COUNTERS {
            let invented = AccountKey::new(&format!("{n}@example.org"));
            guesses.attempt(invented, client(2), START);
            if n % 1000 == 0 {
                assert!(!guesses.wait(ada(), attacker, START).is_zero(), "after {n}");
            }
        }
        assert!(guesses.0.lock().unwrap().len() <= MAX_COUNTERS);
    }
}
