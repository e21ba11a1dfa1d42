//! The rate limits of a fleet: all sites with one Redis count together.

use std::fmt;
use std::num::NonZeroU32;
use std::time::Duration;

use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use redis::{FromRedisValue, Script, ScriptInvocation};
use store::Clock;
use tokio::time::timeout;
use tracing::{info, warn};

use crate::http::circuit_breaker::CircuitBreaker;
use crate::http::client_ip::ClientKey;
use crate::http::rate_limit::action::Action;
use crate::http::rate_limit::guesses::{self, AccountKey};

/// Timeout of one check. It is short because a visitor waits; the site's own count is the fallback.
const DEADLINE: Duration = Duration::from_millis(100);

/// How long Redis is not called after it has failed.
const PAUSE: Duration = Duration::from_secs(5);

/// GCRA, the algorithm that governor uses too, in milliseconds. A key holds the time at which its
/// client's allowance is full again, and expires then. A later time than any client can reach
/// was written with a wrong clock, and is capped.
const CHECK: &str = r"
local period, burst, times, now = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
if not now then
  local time = redis.call('TIME')
  now = time[1] * 1000 + math.floor(time[2] / 1000)
end
local full = math.max(now, math.min(tonumber(redis.call('GET', KEYS[1]) or now), now + period * burst))
full = full + period * times
local wait = full - period * burst - now
if wait > 0 then return {wait, 0} end
redis.call('SET', KEYS[1], string.format('%.0f', full), 'PX', full - now)
return {0, math.floor(-wait / period)}
";

/// Counts actions in Redis, which is not called for a while after it has failed.
pub struct RedisRateLimiter {
    connection: ConnectionManager,
    check: Script,
    guess: Script,
    undo_guess: Script,
    clock: Clock,
    breaker: CircuitBreaker,
}

impl RedisRateLimiter {
    /// Connects on the first check.
    ///
    /// # Errors
    /// The address is invalid. The error does not show it, because it may hold a password.
    pub fn new(url: &str, clock: Clock) -> anyhow::Result<Self> {
        let unusable = |_| anyhow::anyhow!("REDIS_URL: it is not the address of a Redis");
        let config = ConnectionManagerConfig::new()
            .set_connection_timeout(Some(DEADLINE))
            .set_response_timeout(Some(DEADLINE))
            .set_number_of_retries(0);
        let client = idservice::redis_client(url).map_err(unusable)?;
        let connection = ConnectionManager::new_lazy_with_config(client, config);
        Ok(Self {
            connection: connection.map_err(unusable)?,
            check: Script::new(CHECK),
            guess: Script::new(&guesses::redis_script()),
            undo_guess: Script::new(guesses::REDIS_UNDO),
            clock,
            breaker: CircuitBreaker::new(PAUSE, PAUSE),
        })
    }

    /// The remaining allowance, or how long to wait; `None` if Redis does not answer.
    pub async fn check(
        &self,
        action: Action,
        client: ClientKey,
        times: NonZeroU32,
    ) -> Option<Result<u32, Duration>> {
        let (burst, period) = action.quota_of(client);
        let key = format!("pastebin:limit:{}:{client}", action.name());
        let mut call = self.check.key(key);
        call.arg(millis(period)).arg(burst).arg(times.get()).arg(self.now());
        let (wait, remaining) = self.invoke(&call).await?;
        Some(if wait == 0 { Ok(remaining) } else { Err(Duration::from_millis(wait)) })
    }

    /// Counts a guess. Returns how long to wait if it is refused, and zero if not; `None` if Redis
    /// does not answer.
    pub async fn guess(&self, account: AccountKey, client: ClientKey) -> Option<Duration> {
        let mut call = self.guess.prepare_invoke();
        for key in guess_keys(account, client) {
            call.key(key);
        }
        call.arg(self.now());
        self.invoke(&call).await.map(Duration::from_millis)
    }

    /// Takes back a guess.
    pub async fn undo_guess(&self, account: AccountKey, client: ClientKey) {
        let mut call = self.undo_guess.prepare_invoke();
        for key in guess_keys(account, client) {
            call.key(key);
        }
        let _: Option<()> = self.invoke(&call).await;
    }

    /// Redis' own clock is the same for all sites. Only tests pass a time of their own.
    fn now(&self) -> String {
        match &self.clock {
            Clock::System => String::new(),
            manual @ Clock::Manual(_) => manual.now().0.to_string(),
        }
    }

    /// The answer to a call; `None` if Redis does not give one.
    async fn invoke<T: FromRedisValue>(&self, call: &ScriptInvocation<'_>) -> Option<T> {
        if !self.breaker.allows() {
            return None;
        }
        let mut connection = self.connection.clone();
        let answer = match timeout(DEADLINE, call.invoke_async(&mut connection)).await {
            Ok(answer) => answer.map_err(|error| error.category().to_owned()),
            Err(_) => Err("it took too long".to_owned()),
        };
        match answer {
            Ok(answer) => {
                if self.breaker.succeeded() {
                    info!("Redis is back; limits are shared again");
                }
                Some(answer)
            }
            Err(reason) => {
                if self.breaker.failed() {
                    warn!(reason, "Redis fails; each site counts for itself");
                }
                None
            }
        }
    }
}

/// The account in braces: a Redis cluster holds all keys of one script on one node.
fn guess_keys(account: AccountKey, client: ClientKey) -> impl Iterator<Item = String> {
    guesses::counters_of(account, client).map(move |(_, client)| match client {
        Some(client) => format!("pastebin:guesses:{{{account}}}:{client}"),
        None => format!("pastebin:guesses:{{{account}}}"),
    })
}

fn millis(period: Duration) -> u64 {
    u64::try_from(period.as_millis()).unwrap_or(u64::MAX)
}

impl fmt::Debug for RedisRateLimiter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RedisRateLimiter")
    }
}
