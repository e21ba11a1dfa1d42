//! Bounds the connections, and what they hold, in total and per client subnet.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tokio::io::AsyncWriteExt as _;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tracing::{debug, info, warn};

use crate::client_ip::{ClientKey, TrustedProxies};
use crate::connection::Connection;
use crate::listener::Listener;
use crate::log_throttle::LogThrottle;
use crate::quota::{Quota, QuotaExceeded, QuotaGuard};
use crate::rejection::TOO_MANY_CONNECTIONS;
use crate::stream::Stream;

/// Connections per client subnet. A browser opens six; an office behind one address some dozens.
const MAX_PER_CLIENT: usize = 512;

/// HTTP/2 connections per client subnet. Each carries many requests, and a client needs one.
const MAX_HTTP2_PER_CLIENT: usize = 16;

/// At most this many over-limit connections get a 429 at a time; the rest are closed.
const MAX_REJECTING: usize = 64;

/// The bytes of headers that are not counted for each connection. Browsers send less.
const FREE_HEAD_BYTES: usize = 8 * 1024;

/// Memory for unfinished headers beyond the free bytes.
const MAX_HEAD_BYTES: usize = 32 * 1024 * 1024;

/// One client may use one in this many bytes for headers.
const HEADS_PER_CLIENT: usize = 8;

/// Open files beside the connections: databases, Redis, the bucket, standard streams.
const OTHER_FILES: u64 = 256;

/// How often a recurring problem is logged.
const LOG_INTERVAL: Duration = Duration::from_mins(1);

/// Raises the limit on open files as far as the system allows, and returns how many of `wanted`
/// connections fit into it.
pub fn available_connections(wanted: usize) -> usize {
    let files = wanted as u64 + OTHER_FILES;
    let limit = getrlimit(Resource::Nofile);
    let target = limit.maximum.map_or(files, |maximum| maximum.min(files));
    let mut allowed = limit.current.unwrap_or(u64::MAX);
    if allowed < target {
        match setrlimit(Resource::Nofile, Rlimit { current: Some(target), ..limit }) {
            Ok(()) => allowed = target,
            Err(error) => debug!(%error, "the limit on open files cannot be raised"),
        }
    }
    // With a very low limit, half of it is for connections.
    let available = allowed.saturating_sub(OTHER_FILES).max(allowed / 2);
    let available = usize::try_from(available).unwrap_or(usize::MAX);
    if available < wanted {
        warn!(wanted, available, "the system allows too few open files for MAX_CONNECTIONS");
    }
    available.min(wanted)
}

/// The limits on connections.
#[derive(Debug)]
pub struct ConnectionLimits {
    pub total: usize,
    pub per_client: usize,
    /// HTTP/2 connections of one client. They count among the others, too.
    pub http2_per_client: usize,
    /// Memory for unfinished headers of one client, in bytes.
    pub heads_per_client: usize,
    /// A proxy's connections carry many clients, so they are not counted per client.
    pub proxies: Arc<TrustedProxies>,
}

impl ConnectionLimits {
    /// `limits_clients` is false where one client may use all of each limit.
    pub fn new(total: usize, limits_clients: bool, proxies: Arc<TrustedProxies>) -> Self {
        let limit = |limit: usize, all: usize| if limits_clients { limit } else { all };
        Self {
            total,
            per_client: limit(MAX_PER_CLIENT.min(total.div_ceil(2)), total),
            http2_per_client: limit(MAX_HTTP2_PER_CLIENT, total),
            heads_per_client: limit(MAX_HEAD_BYTES / HEADS_PER_CLIENT, MAX_HEAD_BYTES),
            proxies,
        }
    }
}

/// Bounds the open connections, per client and in total.
pub struct ConnectionLimiter {
    total: usize,
    slots: Arc<Semaphore>,
    per_client: Arc<Quota>,
    http2: Arc<Quota>,
    heads: Arc<Quota>,
    proxies: Arc<TrustedProxies>,
    rejecting: Arc<Semaphore>,
    full: LogThrottle,
    failing: LogThrottle,
    rejected: LogThrottle,
}

/// A slot for one connection.
pub type Slot = OwnedSemaphorePermit;

impl ConnectionLimiter {
    pub fn new(limits: ConnectionLimits) -> Self {
        let ConnectionLimits { total, .. } = limits;
        Self {
            total,
            slots: Arc::new(Semaphore::new(total)),
            per_client: Quota::new(total, limits.per_client),
            http2: Quota::new(total, limits.http2_per_client),
            heads: Quota::new(MAX_HEAD_BYTES, limits.heads_per_client),
            proxies: limits.proxies,
            rejecting: Arc::new(Semaphore::new(MAX_REJECTING)),
            full: LogThrottle::new(LOG_INTERVAL),
            failing: LogThrottle::new(LOG_INTERVAL),
            rejected: LogThrottle::new(LOG_INTERVAL),
        }
    }

    /// The next connection. While all slots are taken, new connections wait in the system's queue.
    pub async fn accept(&mut self, listener: &mut Listener) -> (Stream, IpAddr, Slot) {
        loop {
            if self.slots.available_permits() == 0 && self.full.should_log() {
                warn!(total = self.total, "all connection slots are taken; new connections wait");
            }
            let Ok(slot) = self.slots.clone().acquire_owned().await else {
                // The semaphore is never closed.
                return std::future::pending().await;
            };
            match listener.accept().await {
                Ok((stream, peer)) => return (stream, peer, slot),
                Err(error) => {
                    // Probably out of file descriptors, which ending connections release.
                    if self.failing.should_log() {
                        warn!(%error, "connections cannot be accepted");
                    }
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
            }
        }
    }

    pub fn reserve(&self, peer: IpAddr) -> Result<QuotaGuard, QuotaExceeded> {
        self.per_client.reserve(peer.into(), usize::from(!self.proxies.contains(peer)))
    }

    /// Memory for the connection's unfinished headers. `None` where they are not counted.
    pub fn heads(&self, peer: IpAddr) -> Option<QuotaGuard> {
        let is_counted = !self.proxies.contains(peer);
        is_counted.then(|| self.heads.guard(peer.into(), FREE_HEAD_BYTES))
    }

    /// The right of a connection to speak HTTP/2.
    pub fn http2(&self, peer: IpAddr) -> Http2Slot {
        let quota = (!self.proxies.contains(peer)).then(|| self.http2.clone());
        Http2Slot { quota, peer }
    }

    pub fn reject(&mut self, stream: Stream, peer: IpAddr, slot: Slot) {
        if let Some(skipped) = self.rejected.admit() {
            let client = ClientKey::from(peer);
            info!(%client, skipped, "a client has too many connections; more are refused");
        }
        let Ok(rejecting) = self.rejecting.clone().try_acquire_owned() else { return };
        tokio::spawn(async move {
            let mut connection = Connection::new(stream, None);
            let _ = connection.write_all(TOO_MANY_CONNECTIONS.as_bytes()).await;
            let _ = connection.shutdown().await;
            drop((slot, rejecting));
        });
    }
}

/// The right to speak HTTP/2, which is asked for when the client turns out to do so.
pub struct Http2Slot {
    quota: Option<Arc<Quota>>,
    peer: IpAddr,
}

impl Http2Slot {
    /// `None` as the guard where the client is not counted.
    pub fn reserve(self) -> Result<Option<QuotaGuard>, QuotaExceeded> {
        self.quota.map(|quota| quota.reserve(self.peer.into(), 1)).transpose()
    }
}
