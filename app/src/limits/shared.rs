//! The limits of a fleet: what one client has done at all its sites, kept in Redis.

use std::fmt;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use redis::Script;
use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use store::Clock;
use tokio::time::{Instant, timeout};
use tracing::{info, warn};

use super::Action;

/// A visitor waits for it, and the site has its own count: a Redis that takes longer is as good as down.
const DEADLINE: Duration = Duration::from_millis(100);

/// After a failure Redis is left alone for so long.
const PAUSE: Duration = Duration::from_secs(5);

/// The same algorithm (GCRA) as governor's, in milliseconds. A key is the time at which its client
/// has everything again, and is forgotten then. A time that no client can owe is of a clock that
/// was wrong, and is cut.
const SPEND: &str = r"
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

/// Sites that share a Redis share its limits.
pub struct Shared {
    connection: ConnectionManager,
    spend: Script,
    clock: Clock,
    /// When a Redis that fails may be asked again.
    ask_again: Mutex<Option<Instant>>,
}

impl Shared {
    /// Connects when it is first asked.
    ///
    /// # Errors
    /// The address cannot be used. No error shows it: it may hold a password.
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
            spend: Script::new(SPEND),
            clock,
            ask_again: Mutex::default(),
        })
    }

    /// What is left afterwards, or how long to wait; `None` where Redis does not say.
    pub async fn spend(
        &self,
        action: Action,
        household: IpAddr,
        times: NonZeroU32,
    ) -> Option<Result<u32, Duration>> {
        if !self.may_ask() {
            return None;
        }
        let (burst, period) = action.quota();
        // By Redis' own clock, which is one for all sites, unless a test moves it.
        let now = match &self.clock {
            Clock::System => String::new(),
            manual @ Clock::Manual(_) => manual.now().0.to_string(),
        };
        let key = format!("pastebin:limit:{}:{household}", action.name());
        let mut call = self.spend.key(key);
        call.arg(millis(period)).arg(burst).arg(times.get()).arg(now);
        let mut connection = self.connection.clone();
        let answer = match timeout(DEADLINE, call.invoke_async(&mut connection)).await {
            Ok(answer) => answer.map_err(|error| error.category().to_owned()),
            Err(_) => Err("it took too long".to_owned()),
        };
        match answer {
            Ok((wait, remaining)) => {
                self.succeeded();
                Some(if wait == 0 { Ok(remaining) } else { Err(Duration::from_millis(wait)) })
            }
            Err(reason) => {
                self.failed(&reason);
                None
            }
        }
    }

    /// Whether Redis is well, or it is time to see whether it is well again: one asks, the others
    /// go on without.
    fn may_ask(&self) -> bool {
        self.state(|ask_again| match ask_again {
            None => true,
            Some(at) if Instant::now() < *at => false,
            Some(at) => {
                *at = Instant::now() + PAUSE;
                true
            }
        })
    }

    fn succeeded(&self) {
        if self.state(Option::take).is_some() {
            info!("Redis is back; limits are shared again");
        }
    }

    /// Said once, not once a request.
    fn failed(&self, reason: &str) {
        if self.state(|ask_again| ask_again.replace(Instant::now() + PAUSE)).is_none() {
            warn!(reason, "Redis fails; each site counts for itself");
        }
    }

    fn state<T>(&self, change: impl FnOnce(&mut Option<Instant>) -> T) -> T {
        change(&mut self.ask_again.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

fn millis(period: Duration) -> u64 {
    u64::try_from(period.as_millis()).unwrap_or(u64::MAX)
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Shared")
    }
}
