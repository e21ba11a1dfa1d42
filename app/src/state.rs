//! The state that all handlers share: services, caches, limits and settings.

pub mod highlights;
pub mod passwords;
pub mod paste_ids;
pub mod storage_limits;

use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;

use axum::http::HeaderValue;
use idservice::Ids;
use server::ListenAddress;
use store::{Clock, Store};

use crate::http::admission::Admission;
use crate::http::blocking::Pools;
use crate::http::client_ip::TrustedProxies;
use crate::http::cookie::CookieScope;
use crate::http::csp;
use crate::http::rate_limit::RateLimits;
use crate::http::response_cache::ResponseCache;
use crate::http::site_address::SiteAddress;
use crate::lifetime::Lifetimes;
use crate::settings::origins::Origins;
use crate::settings::{Settings, Switch};
use crate::state::highlights::HighlightCache;
use crate::state::passwords::Passwords;
use crate::state::paste_ids::IdBuffer;
use crate::state::storage_limits::StorageLimits;

/// The state of the site. Cheap to clone.
#[derive(Clone, Debug)]
pub struct App(Arc<Site>);

/// The parts of the state.
#[derive(Debug)]
pub struct Site {
    pub store: Store,
    pub ids: IdBuffer,
    pub clock: Clock,
    pub passwords: Passwords,
    pub limits: RateLimits,
    pub proxies: Arc<TrustedProxies>,
    pub admission: Admission,
    pub highlights: HighlightCache,
    pub responses: ResponseCache,
    /// The threads for work that takes long.
    pub pools: Pools,
    /// How long a shared cache may store public pages, in seconds.
    pub shared_max_age: u32,
    /// The content security policy of the page that other sites may show in a frame.
    pub embed_policy: HeaderValue,
    pub address: SiteAddress,
    /// The origins whose pages may use the API.
    pub cors_origins: Origins,
    /// Where to report a vulnerability, as a URI.
    pub security_contact: Option<String>,
    pub cookies: CookieScope,
    /// The largest text, in bytes.
    pub max_paste_bytes: usize,
    pub lifetimes: Lifetimes,
    pub storage_limits: StorageLimits,
    /// The port that accepts texts over TCP, if any.
    pub tcp_port: Option<u16>,
}

impl Deref for App {
    type Target = Site;

    fn deref(&self) -> &Site {
        &self.0
    }
}

impl App {
    /// The state of a site with these settings.
    ///
    /// # Errors
    /// The operating system gives no randomness, or a setting is invalid.
    pub fn new(
        settings: &Settings,
        store: Store,
        ids: Arc<dyn Ids>,
        clock: Clock,
    ) -> anyhow::Result<Self> {
        let cache = settings.cache_size.0 as u64;
        let highlight_wait = Duration::from_millis(settings.highlight_wait);
        let limits_clients = settings.rate_limit == Switch::On;
        let redis_url = settings.backends.redis_url();
        let limits = if limits_clients {
            RateLimits::new(redis_url, clock.clone())?
        } else {
            RateLimits::off(clock.clone())
        };
        let address = SiteAddress::new(settings.public_url.as_ref(), settings.listen.clone());
        let pools = Pools::new(limits_clients);
        Ok(Self(Arc::new(Site {
            store,
            ids: IdBuffer::new(ids),
            limits,
            proxies: Arc::new(TrustedProxies::new(settings.trusted_proxies.clone())),
            admission: Admission::new(settings.max_paste_bytes.0, limits_clients),
            clock,
            passwords: Passwords::new(&pools, &address.base())?,
            highlights: HighlightCache::new(highlight_wait, cache / 8, &pools),
            responses: ResponseCache::new(cache / 8 * 3, pools.compression.clone()),
            pools,
            shared_max_age: settings.shared_max_age,
            embed_policy: csp::embed(&settings.frame_ancestors)?,
            cookies: CookieScope::new(address.is_https(), &address.base()),
            address,
            cors_origins: settings.cors_origins.clone(),
            security_contact: settings.security_contact.clone(),
            max_paste_bytes: settings.max_paste_bytes.0,
            lifetimes: settings.lifetimes(),
            storage_limits: StorageLimits::new(
                settings.max_client_bytes.0,
                settings.max_total_bytes,
            ),
            tcp_port: settings.tcp_listen.as_ref().and_then(ListenAddress::port),
        })))
    }
}
