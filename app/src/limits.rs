//! How often one client may do what costs the site or helps an attacker. Counted in memory, and in
//! a fleet for all its sites in Redis.

pub mod budget;
mod shared;

use std::hash::RandomState;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::{Duration, Instant};

use axum::extract::{ConnectInfo, Request};
use axum::http::HeaderName;
use governor::clock::Clock as _;
use governor::middleware::StateInformationMiddleware;
use governor::state::keyed::DashMapStateStore;
use governor::{Quota, RateLimiter};
use ipnet::IpNet;
use jobs::Secret;
use store::Clock;
use tracing::warn;

use crate::Error;
use crate::settings::{Settings, Switch};
use shared::Shared;

/// Where a proxy says for whom it asks.
const FORWARDED: HeaderName = HeaderName::from_static("x-forwarded-for");

/// After so many checks, clients that have not been seen for long are forgotten.
const FORGET_EVERY: u32 = 4096;

#[derive(Clone, Copy, Debug)]
pub enum Action {
    Create,
    LogIn,
    Register,
    /// Asking for a paste that is not there: what guessing links looks like.
    Miss,
    /// Any request to the API.
    Request,
}

/// How much of something a client may still do: what the `RateLimit` headers say.
#[derive(Clone, Copy, Debug)]
pub struct Allowance {
    action: Action,
    remaining: u32,
}

pub const RATE_LIMIT: HeaderName = HeaderName::from_static("ratelimit");
pub const RATE_LIMIT_POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");

impl Action {
    const ALL: [Self; 5] = [Self::Create, Self::LogIn, Self::Register, Self::Miss, Self::Request];

    const fn name(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::LogIn => "log-in",
            Self::Register => "register",
            Self::Miss => "miss",
            Self::Request => "request",
        }
    }

    /// How many at once, and how long until one more.
    const fn quota(self) -> (u32, Duration) {
        match self {
            Self::Create => (60, Duration::from_secs(1)),
            Self::LogIn => (10, Duration::from_secs(6)),
            Self::Register => (10, Duration::from_mins(6)),
            Self::Miss => (100, Duration::from_secs(1)),
            Self::Request => (600, Duration::from_millis(100)),
        }
    }
}

impl Allowance {
    /// Nothing is left: the request was refused.
    pub fn none(action: Action) -> Self {
        Self { action, remaining: 0 }
    }

    /// `"create";q=60;w=60`: so many in so many seconds.
    pub fn policy(self) -> String {
        let (burst, period) = self.action.quota();
        format!("\"{}\";q={burst};w={}", self.action.name(), (period * burst).as_secs())
    }

    /// `"create";r=59;t=1`: so many are left, and all of them again in so many seconds.
    pub fn state(self) -> String {
        let (burst, period) = self.action.quota();
        let full = period * burst.saturating_sub(self.remaining);
        let seconds = full.as_millis().div_ceil(1000);
        format!("\"{}\";r={};t={seconds}", self.action.name(), self.remaining)
    }
}

type Limiter =
    RateLimiter<IpAddr, DashMapStateStore<IpAddr, RandomState>, Time, StateInformationMiddleware>;

#[derive(Debug)]
pub struct Limits {
    limiters: Option<[Limiter; 5]>,
    shared: Option<Shared>,
    time: Time,
    proxies: Vec<IpNet>,
    /// Whether it was said that a proxy is not among them.
    is_said: AtomicBool,
    checks: AtomicU32,
}

impl Limits {
    /// # Errors
    /// `REDIS_URL` is not an address.
    pub fn new(settings: &Settings, clock: Clock) -> anyhow::Result<Self> {
        let is_on = settings.rate_limit == Switch::On;
        let shared = settings.backends.redis_url.as_ref().filter(|_| is_on);
        let shared = shared.map(|Secret(url)| Shared::new(url, clock.clone())).transpose()?;
        let time = Time { clock, since: Instant::now() };
        let limiter = |action: Action| {
            let (burst, period) = action.quota();
            let quota = Quota::with_period(period).unwrap_or(Quota::per_second(NonZeroU32::MIN));
            let quota = quota.allow_burst(NonZeroU32::new(burst).unwrap_or(NonZeroU32::MIN));
            Limiter::new(quota, DashMapStateStore::default(), time.clone())
        };
        Ok(Self {
            limiters: is_on.then(|| Action::ALL.map(limiter)),
            shared,
            time,
            proxies: settings.trusted_proxies.clone(),
            is_said: AtomicBool::new(false),
            checks: AtomicU32::new(0),
        })
    }

    pub fn are_on(&self) -> bool {
        self.limiters.is_some()
    }

    /// What is left afterwards; `None` where nothing is limited.
    ///
    /// # Errors
    /// [`Error::TooMany`], with when to come back.
    pub async fn spend(&self, action: Action, client: IpAddr) -> Result<Option<Allowance>, Error> {
        self.spend_several(action, client, NonZeroU32::MIN).await
    }

    /// All or nothing. Who is refused here is refused without a word to Redis, and where Redis does
    /// not say, the count of this site is enough.
    ///
    /// # Errors
    /// [`Error::TooMany`], with when to come back.
    pub async fn spend_several(
        &self,
        action: Action,
        client: IpAddr,
        times: NonZeroU32,
    ) -> Result<Option<Allowance>, Error> {
        let Some(mut remaining) = self.spend_here(action, client, times)? else { return Ok(None) };
        if let Some(shared) = &self.shared {
            match shared.spend(action, household(client), times).await {
                Some(Ok(of_all)) => remaining = remaining.min(of_all),
                Some(Err(retry_after)) => return Err(Error::TooMany { action, retry_after }),
                None => {}
            }
        }
        Ok(Some(Allowance { action, remaining }))
    }

    fn spend_here(
        &self,
        action: Action,
        client: IpAddr,
        times: NonZeroU32,
    ) -> Result<Option<u32>, Error> {
        let Some(limiters) = &self.limiters else { return Ok(None) };
        if self.checks.fetch_add(1, Ordering::Relaxed) % FORGET_EVERY == FORGET_EVERY - 1 {
            limiters.iter().for_each(Limiter::retain_recent);
        }
        match limiters[action as usize].check_key_n(&household(client), times) {
            Ok(Ok(state)) => Ok(Some(state.remaining_burst_capacity())),
            Ok(Err(until)) => {
                Err(Error::TooMany { action, retry_after: until.wait_time_from(self.time.now()) })
            }
            // More than any may have at once.
            Err(_) => Err(Error::TooMany { action, retry_after: action.quota().1 }),
        }
    }

    /// Once: whoever forgot the setting looks into the log when visitors are refused.
    fn say_untrusted(&self, proxy: IpAddr) {
        if !self.is_said.swap(true, Ordering::Relaxed) {
            warn!(%proxy, "TRUSTED_PROXIES does not name this proxy: all its visitors count as one client");
        }
    }

    /// Whose word about their clients counts.
    pub fn proxies(&self) -> &[IpNet] {
        &self.proxies
    }

    /// Who sends a request: the peer, or where a trusted proxy says it comes from. What a client
    /// writes into X-Forwarded-For itself is not believed.
    pub fn client(&self, request: &Request) -> IpAddr {
        let peer = request
            .extensions()
            .get::<ConnectInfo<SocketAddr>>()
            .map(|ConnectInfo(peer)| peer.ip());
        let peer = peer.unwrap_or(IpAddr::V6(Ipv6Addr::UNSPECIFIED)).to_canonical();
        let trusted = |address: &IpAddr| self.proxies.iter().any(|proxy| proxy.contains(address));
        if !trusted(&peer) {
            if is_near(peer) && request.headers().contains_key(FORWARDED) {
                self.say_untrusted(peer);
            }
            return peer;
        }
        let forwarded = request.headers().get_all(FORWARDED).iter();
        // A client may write bytes that are no text: they spoil their own hop, not the whole line.
        let forwarded: Vec<_> =
            forwarded.map(|value| String::from_utf8_lossy(value.as_bytes())).collect();
        let hops = forwarded.iter().rev().flat_map(|value| value.rsplit(','));
        // From the nearest on, as far as each was written by a trusted proxy and can be read.
        let mut client = peer;
        for hop in hops.map_while(address) {
            client = hop;
            if !trusted(&hop) {
                break;
            }
        }
        client
    }
}

/// As a proxy has it that stands beside the site; visitors come from elsewhere.
fn is_near(peer: IpAddr) -> bool {
    match peer {
        IpAddr::V4(peer) => peer.is_loopback() || peer.is_private(),
        IpAddr::V6(peer) => peer.is_loopback() || peer.is_unique_local(),
    }
}

/// `203.0.113.9` or `2001:db8::1`; some proxies write `203.0.113.9:1234` or `[2001:db8::1]:1234`.
fn address(hop: &str) -> Option<IpAddr> {
    let hop = hop.trim();
    let address = hop.parse().or_else(|_| hop.parse::<SocketAddr>().map(|hop| hop.ip())).ok();
    address.as_ref().map(IpAddr::to_canonical)
}

/// One household has one IPv4 address, or 2^64 IPv6 addresses.
pub fn household(client: IpAddr) -> IpAddr {
    match client {
        IpAddr::V4(_) => client,
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() >> 64 << 64)),
    }
}

/// The limiter's time: monotonic, so that a clock set back locks nobody out, or moved by tests.
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
    use super::*;
    use axum::body::Body;
    use axum::http::HeaderValue;
    use clap::Parser as _;
    use store::Timestamp;

    fn limits(arguments: &[&str]) -> (Limits, Clock) {
        let clock = Clock::manual(Timestamp(1_000_000));
        let line = ["pastebin"].iter().chain(arguments);
        let settings = crate::settings::Cli::parse_from(line).settings;
        (Limits::new(&settings, clock.clone()).unwrap(), clock)
    }

    fn from(peer: &str, forwarded: &[&str]) -> Request {
        let mut request = Request::builder();
        for hop in forwarded {
            request = request.header("x-forwarded-for", hop.as_bytes());
        }
        let mut request = request.body(Body::empty()).unwrap();
        request.extensions_mut().insert(ConnectInfo(SocketAddr::new(peer.parse().unwrap(), 1)));
        request
    }

    #[tokio::test]
    async fn a_client_waits_and_others_do_not() {
        let (limits, clock) = limits(&[]);
        let (one, other) = ("192.0.2.1".parse().unwrap(), "192.0.2.2".parse().unwrap());
        for _ in 0..10 {
            limits.spend(Action::LogIn, one).await.unwrap();
        }
        let Err(Error::TooMany { retry_after, .. }) = limits.spend(Action::LogIn, one).await else {
            panic!("an eleventh")
        };
        assert!(
            retry_after <= Duration::from_secs(6) && retry_after > Duration::from_secs(5),
            "{retry_after:?}"
        );
        limits.spend(Action::LogIn, other).await.unwrap();
        limits.spend(Action::Create, one).await.unwrap();
        clock.advance(retry_after);
        limits.spend(Action::LogIn, one).await.unwrap();
    }

    #[tokio::test]
    async fn a_household_counts_as_one() {
        let (limits, _) = limits(&[]);
        for n in 0..10 {
            limits.spend(Action::LogIn, format!("2001:db8::{n}").parse().unwrap()).await.unwrap();
        }
        assert!(limits.spend(Action::LogIn, "2001:db8::99".parse().unwrap()).await.is_err());
        limits.spend(Action::LogIn, "2001:db8:0:1::1".parse().unwrap()).await.unwrap();
    }

    #[test]
    fn only_trusted_proxies_are_believed() {
        let (alone, _) = limits(&[]);
        assert_eq!(alone.client(&from("192.0.2.1", &["203.0.113.9"])).to_string(), "192.0.2.1");

        let (behind, _) = limits(&["--trusted-proxies=10.0.0.0/8,127.0.0.1"]);
        assert_eq!(behind.client(&from("192.0.2.1", &["203.0.113.9"])).to_string(), "192.0.2.1");
        assert_eq!(behind.client(&from("127.0.0.1", &["203.0.113.9"])).to_string(), "203.0.113.9");
        let spoofed = from("127.0.0.1", &["198.51.100.1, 203.0.113.9", "10.1.2.3"]);
        assert_eq!(behind.client(&spoofed).to_string(), "203.0.113.9");
        assert_eq!(behind.client(&from("127.0.0.1", &[])).to_string(), "127.0.0.1");
        let inside = from("127.0.0.1", &["10.1.2.3", "10.4.5.6"]);
        assert_eq!(behind.client(&inside).to_string(), "10.1.2.3");
    }

    #[test]
    fn a_proxy_that_was_forgotten_is_told_of() {
        let told = |limits: &Limits| limits.is_said.load(Ordering::Relaxed);
        let (alone, _) = limits(&[]);
        alone.client(&from("203.0.113.9", &["198.51.100.1"]));
        alone.client(&from("10.1.2.3", &[]));
        assert!(!told(&alone), "a visitor may write what it likes");
        alone.client(&from("10.1.2.3", &["203.0.113.9"]));
        assert!(told(&alone));
        let (behind, _) = limits(&["--trusted-proxies=10.0.0.0/8"]);
        behind.client(&from("10.1.2.3", &["203.0.113.9"]));
        assert!(!told(&behind));
    }

    #[test]
    fn a_hop_is_read_as_proxies_write_it() {
        let (behind, _) = limits(&["--trusted-proxies=10.0.0.0/8,127.0.0.1"]);
        for (hops, client) in [
            ("::ffff:203.0.113.7", "203.0.113.7"),
            ("203.0.113.9, ::ffff:10.1.2.3", "203.0.113.9"),
            ("203.0.113.9:1234", "203.0.113.9"),
            ("203.0.113.9:1234, 10.1.2.3:80", "203.0.113.9"),
            ("[2001:db8::1]:1234", "2001:db8::1"),
            ("[::ffff:203.0.113.7]:1234", "203.0.113.7"),
            // Nobody vouches for what is left of what cannot be read.
            ("203.0.113.9, unknown", "127.0.0.1"),
            ("203.0.113.9, unknown, 10.1.2.3", "10.1.2.3"),
            ("198.51.100.1, unknown, 203.0.113.9", "203.0.113.9"),
            // Nor does it hide who wrote it.
            ("é, 203.0.113.9", "203.0.113.9"),
            ("é, 203.0.113.9, 10.1.2.3", "203.0.113.9"),
            ("203.0.113.9, é, 10.1.2.3", "10.1.2.3"),
            ("203.0.113.9, é", "127.0.0.1"),
        ] {
            assert_eq!(behind.client(&from("127.0.0.1", &[hops])).to_string(), client, "{hops}");
        }
        let no_text = HeaderValue::from_bytes(b"\xff, 203.0.113.9").unwrap();
        let mut request = from("127.0.0.1", &[]);
        request.headers_mut().insert("x-forwarded-for", no_text);
        assert_eq!(behind.client(&request).to_string(), "203.0.113.9");
    }

    #[tokio::test]
    async fn off_is_off() {
        let (limits, _) = limits(&["--rate-limit=off"]);
        for _ in 0..1000 {
            limits.spend(Action::LogIn, "192.0.2.1".parse().unwrap()).await.unwrap();
        }
    }
}
