//! How many bytes of text may be saved: by one client in a day, and by all in the site.

use std::num::NonZeroU32;

use store::{Store, Timestamp};
use tokio::sync::Mutex;

use crate::error::{Error, Result};
use crate::http::rate_limit::action::DAILY_UNITS;

/// How long the sum of all texts is used, in milliseconds. Texts saved meanwhile are added to it.
const COUNT_FOR: i64 = 60_000;

#[derive(Debug)]
pub struct StorageLimits {
    /// Per client and day.
    client_bytes: u64,
    total_bytes: Option<u64>,
    counted: Mutex<Option<Counted>>,
}

#[derive(Clone, Copy, Debug)]
struct Counted {
    at: Timestamp,
    bytes: u64,
}

impl StorageLimits {
    pub fn new(client_bytes: usize, total_bytes: Option<u64>) -> Self {
        let client_bytes = (client_bytes as u64).max(1);
        Self { client_bytes, total_bytes, counted: Mutex::default() }
    }

    /// What texts of so many bytes cost of a client's daily allowance. Texts that exceed it alone
    /// cost all of it.
    pub fn units(&self, bytes: u64) -> NonZeroU32 {
        let units = bytes.saturating_mul(DAILY_UNITS.into()).div_ceil(self.client_bytes);
        let units = u32::try_from(units).unwrap_or(DAILY_UNITS).min(DAILY_UNITS);
        NonZeroU32::new(units).unwrap_or(NonZeroU32::MIN)
    }

    /// Checks that so many bytes more fit into the site, and counts them.
    ///
    /// # Errors
    /// [`Error::Full`], or the database fails.
    pub async fn check_total(&self, store: &Store, bytes: u64, now: Timestamp) -> Result<()> {
        let Some(limit) = self.total_bytes else { return Ok(()) };
        let mut counted = self.counted.lock().await;
        let is_fresh = |counted: &Counted| (0..COUNT_FOR).contains(&(now.0 - counted.at.0));
        let before = match counted.filter(is_fresh) {
            Some(counted) => counted,
            None => Counted { at: now, bytes: store.total_bytes().await? },
        };
        let after = Counted { bytes: before.bytes.saturating_add(bytes), ..before };
        let fits = after.bytes <= limit;
        *counted = Some(if fits { after } else { before });
        if fits { Ok(()) } else { Err(Error::Full) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_a_share_of_the_daily_allowance() {
        let units = |limit, bytes| StorageLimits::new(limit, None).units(bytes).get();
        assert_eq!(units(1000, 500), DAILY_UNITS / 2);
        assert_eq!(units(1000, 1000), DAILY_UNITS);
        assert_eq!(units(1000, u64::MAX), DAILY_UNITS);
        assert_eq!(units(1 << 30, 0), 1, "an empty text counts as well");
        assert_eq!(units(1 << 30, 1), 1);
    }
}
