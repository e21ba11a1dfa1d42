//! Rate limits per client: counted in memory by this site, and in Redis for all sites of a fleet.

pub mod action;
pub mod guesses;
mod redis;

use std::hash::RandomState;
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use governor::clock::Clock as _;
use governor::middleware::StateInformationMiddleware;
use governor::state::keyed::DashMapStateStore;
use governor::{Quota, RateLimiter};
use store::Clock;
use tracing::info;

use crate::http::client_ip::ClientKey;
use crate::http::log_throttle::LogThrottle;
use crate::http::rate_limit::action::{Action, Allowance};
use crate::http::rate_limit::guesses::{AccountKey, Guesses};
use crate::http::rate_limit::redis::RedisRateLimiter;

/// After this many checks, clients whose allowance is full again are forgotten.
const FORGET_EVERY: u32 = 4096;

/// How often the refusal of an action is logged.
const LOG_INTERVAL: Duration = Duration::from_secs(1);

type MemoryRateLimiter = RateLimiter<
    ClientKey,
    DashMapStateStore<ClientKey, RandomState>,
    Time,
    StateInformationMiddleware,
>;

/// A refused action.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RateLimited {
    pub action: Action,
    pub retry_after: Duration,
}

/// What this site has counted by itself.
#[derive(Debug)]
struct MemoryLimits {
    /// One for each action.
    subnets: [MemoryRateLimiter; Action::ALL.len()],
    /// As `subnets`, for every IPv6 /48.
    networks: [MemoryRateLimiter; Action::ALL.len()],
    guesses: Guesses,
}

/// The limits of one site.
#[derive(Debug)]
pub struct RateLimits {
    /// `None` if limits are switched off.
    memory: Option<MemoryLimits>,
    redis: Option<RedisRateLimiter>,
    time: Time,
    checks: AtomicU32,
    refusals: Mutex<[LogThrottle; Action::ALL.len()]>,
}

impl RateLimits {
    /// A limiter that allows every action.
    pub fn off(clock: Clock) -> Self {
        let time = Time { clock, since: Instant::now() };
        let refusals = Mutex::new(Action::ALL.map(|_| LogThrottle::new(LOG_INTERVAL)));
        Self { memory: None, redis: None, time, checks: AtomicU32::new(0), refusals }
    }

    /// Limits that are counted in Redis too, if `redis_url` is given.
    ///
    /// # Errors
    /// `redis_url` is not the address of a Redis.
    pub fn new(redis_url: Option<&str>, clock: Clock) -> anyhow::Result<Self> {
        let redis = redis_url.map(|url| RedisRateLimiter::new(url, clock.clone())).transpose()?;
        let off = Self::off(clock);
        let limiter = |(burst, period): (u32, Duration)| {
            let quota = Quota::with_period(period).unwrap_or(Quota::per_second(NonZeroU32::MIN));
            let quota = quota.allow_burst(NonZeroU32::new(burst).unwrap_or(NonZeroU32::MIN));
            MemoryRateLimiter::new(quota, DashMapStateStore::default(), off.time.clone())
        };
        let memory = MemoryLimits {
            subnets: Action::ALL.map(|action| limiter(action.quota())),
            networks: Action::ALL.map(|action| limiter(action.network_quota())),
            guesses: Guesses::default(),
        };
        Ok(Self { memory: Some(memory), redis, ..off })
    }

    pub fn are_on(&self) -> bool {
        self.memory.is_some()
    }

    /// Counts one action and returns the remaining allowance; `None` if limits are switched off.
    ///
    /// # Errors
    /// The client has used up its allowance.
    pub async fn check(
        &self,
        action: Action,
        client: ClientKey,
    ) -> Result<Option<Allowance>, RateLimited> {
        self.check_several(action, client, NonZeroU32::MIN).await
    }

    /// Counts `times` actions, or none if they exceed the allowance. A client that this site
    /// refuses is refused without a call to Redis; if Redis does not answer, this site's count
    /// decides. If the client's IPv6 /48 has used up its allowance, the actions stay counted for
    /// the client.
    ///
    /// # Errors
    /// The client or its /48 has used up its allowance.
    pub async fn check_several(
        &self,
        action: Action,
        client: ClientKey,
        times: NonZeroU32,
    ) -> Result<Option<Allowance>, RateLimited> {
        let outcome = self.count(action, client, times).await;
        if outcome.is_err() {
            self.log_refusal(action, client);
        }
        outcome
    }

    async fn count(
        &self,
        action: Action,
        client: ClientKey,
        times: NonZeroU32,
    ) -> Result<Option<Allowance>, RateLimited> {
        let Some(memory) = &self.memory else { return Ok(None) };
        self.forget_idle(memory);
        let mut remaining = u32::MAX;
        for client in client.levels() {
            remaining = remaining.min(self.check_memory(memory, action, client, times)?);
        }
        if let Some(redis) = &self.redis {
            for client in client.levels() {
                match redis.check(action, client, times).await {
                    Some(Ok(in_fleet)) => remaining = remaining.min(in_fleet),
                    Some(Err(retry_after)) => return Err(RateLimited { action, retry_after }),
                    None => {}
                }
            }
        }
        Ok(Some(Allowance { action, remaining }))
    }

    /// Counts an attempt to log in as failed, until [`RateLimits::undo_guess`] takes it back. If
    /// Redis answers, it decides.
    ///
    /// # Errors
    /// The client has failed at this account too often to try again already. This attempt is not
    /// counted then.
    pub async fn guess(&self, account: AccountKey, client: ClientKey) -> Result<(), RateLimited> {
        let Some(MemoryLimits { guesses, .. }) = &self.memory else { return Ok(()) };
        let refusal = |retry_after: Duration| {
            if retry_after.is_zero() {
                return Ok(());
            }
            self.log_refusal(Action::LogIn, client);
            Err(RateLimited { action: Action::LogIn, retry_after })
        };
        refusal(guesses.wait(account, client, self.time.now()))?;
        if let Some(redis) = &self.redis
            && let Some(retry_after) = redis.guess(account, client).await
        {
            refusal(retry_after)?;
        }
        refusal(guesses.attempt(account, client, self.time.now()))
    }

    /// Takes back a guess: the password was right, or could not be checked.
    pub async fn undo_guess(&self, account: AccountKey, client: ClientKey) {
        if let Some(MemoryLimits { guesses, .. }) = &self.memory {
            guesses.undo(account, client);
            if let Some(redis) = &self.redis {
                redis.undo_guess(account, client).await;
            }
        }
    }

    fn check_memory(
        &self,
        memory: &MemoryLimits,
        action: Action,
        client: ClientKey,
        times: NonZeroU32,
    ) -> Result<u32, RateLimited> {
        let limiters = if client.is_network() { &memory.networks } else { &memory.subnets };
        match limiters[action as usize].check_key_n(&client, times) {
            Ok(Ok(state)) => Ok(state.remaining_burst_capacity()),
            Ok(Err(until)) => {
                Err(RateLimited { action, retry_after: until.wait_time_from(self.time.now()) })
            }
            // `times` exceeds the largest burst.
            Err(_) => Err(RateLimited { action, retry_after: action.quota_of(client).1 }),
        }
    }

    /// A flood of refusals is one line a second for each action.
    fn log_refusal(&self, action: Action, client: ClientKey) {
        let mut refusals = self.refusals.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(skipped) = refusals[action as usize].admit() {
            info!(%client, action = action.name(), skipped, "a client is over its rate limit");
        }
    }

    fn forget_idle(&self, memory: &MemoryLimits) {
        if self.checks.fetch_add(1, Ordering::Relaxed) % FORGET_EVERY == FORGET_EVERY - 1 {
            let limiters = memory.subnets.iter().chain(&memory.networks);
            limiters.for_each(MemoryRateLimiter::retain_recent);
        }
    }
}

/// The limiters' clock. It is monotonic, so that a system clock that is set back locks out no
/// client; tests move it.
#[derive(Clone, Debug)]
struct Time {
    clock: Clock,
    since: Instant,
}

impl governor::clock::Clock for Time {
    type Instant = Duration;

    fn now(&self) -> Duration {
        match &self.clock {
            Clock::System => self.since.elapsed(),
            manual @ Clock::Manual(_) => Duration::from_millis(manual.now().0.cast_unsigned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use store::Timestamp;

    use super::*;

    fn limits() -> (RateLimits, Clock) {
        let clock = Clock::manual(Timestamp(1_000_000));
        (RateLimits::new(None, clock.clone()).unwrap(), clock)
    }

    fn client(address: &str) -> ClientKey {
        address.parse::<IpAddr>().unwrap().into()
    }

    #[tokio::test]
    async fn a_client_over_its_limit_waits_and_others_do_not() {
        let (limits, clock) = limits();
        let (one, other) = (client("192.0.2.1"), client("192.0.2.2"));
        for _ in 0..10 {
            limits.check(Action::LogIn, one).await.unwrap();
        }
        let retry_after = limits.check(Action::LogIn, one).await.unwrap_err().retry_after;
        assert!(
            retry_after <= Duration::from_secs(6) && retry_after > Duration::from_secs(5),
            "{retry_after:?}"
        );
        limits.check(Action::LogIn, other).await.unwrap();
        limits.check(Action::Create, one).await.unwrap();
        clock.advance(retry_after);
        limits.check(Action::LogIn, one).await.unwrap();
    }

    #[tokio::test]
    async fn an_ipv6_subnet_counts_as_one_client() {
        let (limits, _) = limits();
        for n in 0..10 {
            limits.check(Action::LogIn, client(&format!("2001:db8::{n}"))).await.unwrap();
        }
        assert!(limits.check(Action::LogIn, client("2001:db8::99")).await.is_err());
        limits.check(Action::LogIn, client("2001:db8:0:1::1")).await.unwrap();
    }

    #[tokio::test]
    async fn the_subnets_of_an_ipv6_network_have_the_allowance_of_four() {
        let (limits, clock) = limits();
        let subnet = |n: u32| client(&format!("2001:db8:0:{n:x}::1"));
        for n in 0..40 {
            limits.check(Action::LogIn, subnet(n)).await.unwrap();
        }
        let retry_after = limits.check(Action::LogIn, subnet(99)).await.unwrap_err().retry_after;
        limits.check(Action::LogIn, client("2001:db8:1::1")).await.unwrap();
        clock.advance(retry_after);
        limits.check(Action::LogIn, subnet(100)).await.unwrap();
    }

    #[tokio::test]
    async fn nothing_is_limited_when_limits_are_off() {
        let limits = RateLimits::off(Clock::manual(Timestamp(1_000_000)));
        for _ in 0..1000 {
            limits.check(Action::LogIn, client("192.0.2.1")).await.unwrap();
        }
    }
}
