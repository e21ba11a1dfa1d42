//! The actions whose rate is limited, and the headers that report the limits.

use std::time::Duration;

use axum::http::HeaderName;

use crate::http::client_ip::{ClientKey, SUBNETS_PER_NETWORK};

pub const RATE_LIMIT: HeaderName = HeaderName::from_static("ratelimit");
pub const RATE_LIMIT_POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");

/// A client's daily allowance of bytes is divided into so many units, whatever the setting says.
pub const DAILY_UNITS: u32 = 1 << 18;

/// An action that costs the site work or helps an attacker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    Create,
    /// A part of the bytes that a client may save in a day: see [`DAILY_UNITS`].
    Save,
    LogIn,
    Register,
    /// To have a password rated while it is typed.
    RatePassword,
    /// A request for a paste that does not exist: how guessing links looks.
    Miss,
    /// Any request to the API.
    Request,
}

impl Action {
    pub(super) const ALL: [Self; 7] = [
        Self::Create,
        Self::Save,
        Self::LogIn,
        Self::Register,
        Self::RatePassword,
        Self::Miss,
        Self::Request,
    ];

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Save => "save",
            Self::LogIn => "log-in",
            Self::Register => "register",
            Self::RatePassword => "rate-password",
            Self::Miss => "miss",
            Self::Request => "request",
        }
    }

    /// The largest burst of this client or network, and the time until one more action is allowed.
    pub(super) fn quota_of(self, client: ClientKey) -> (u32, Duration) {
        if client.is_network() { self.network_quota() } else { self.quota() }
    }

    /// As [`Action::quota`], for an IPv6 /48.
    pub(super) fn network_quota(self) -> (u32, Duration) {
        let (burst, period) = self.quota();
        (burst * SUBNETS_PER_NETWORK, period / SUBNETS_PER_NETWORK)
    }

    /// The largest burst of a client subnet, and the time until one more action is allowed.
    pub(super) const fn quota(self) -> (u32, Duration) {
        match self {
            Self::Create | Self::RatePassword => (60, Duration::from_secs(1)),
            // All of them within a day.
            Self::Save => (DAILY_UNITS, Duration::from_millis(329)),
            Self::LogIn => (10, Duration::from_secs(6)),
            Self::Register => (10, Duration::from_mins(6)),
            Self::Miss => (100, Duration::from_secs(1)),
            Self::Request => (600, Duration::from_millis(100)),
        }
    }
}

/// How often a client may still do an action, as the `RateLimit` headers report it.
#[derive(Clone, Copy, Debug)]
pub struct Allowance {
    pub(super) action: Action,
    pub(super) remaining: u32,
}

impl Allowance {
    /// Nothing remains: the request was refused.
    pub fn none(action: Action) -> Self {
        Self { action, remaining: 0 }
    }

    /// `"create";q=60;w=60`: 60 within 60 seconds.
    pub fn policy(self) -> String {
        let (burst, period) = self.action.quota();
        format!("\"{}\";q={burst};w={}", self.action.name(), (period * burst).as_secs())
    }

    /// `"create";r=59;t=1`: 59 remain, and all are available again in 1 second.
    pub fn state(self) -> String {
        let (burst, period) = self.action.quota();
        let full = period * burst.saturating_sub(self.remaining);
        let seconds = full.as_millis().div_ceil(1000);
        format!("\"{}\";r={};t={seconds}", self.action.name(), self.remaining)
    }
}
