//! The record of one paste, and which answers about it are correct.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use super::Account;
use crate::recorder::lock;
use crate::texts::Text;

/// The largest difference between the clock of a site and the clock of this program.
const CLOCK_SKEW: Duration = Duration::from_millis(250);

/// The time between a request and its answer, within which a site acted on the request.
#[derive(Clone, Copy, Debug)]
pub struct Span {
    pub start: Instant,
    pub end: Instant,
}

impl Span {
    pub fn now() -> Self {
        let now = Instant::now();
        Self { start: now, end: now }
    }
}

/// What a read must find.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expected {
    Present,
    Gone,
    /// The paste may have expired or been deleted meanwhile.
    Either,
}

/// An acknowledged paste.
#[derive(Debug)]
pub struct Paste {
    pub id: String,
    pub text: Text,
    pub owner: Option<Arc<Account>>,
    pub private: bool,
    pub delete_token: Option<String>,
    end: Mutex<End>,
}

/// When a paste ends, as far as the answers show.
#[derive(Clone, Copy, Debug)]
struct End {
    /// It is present until then; `None` if it never expires.
    present_until: Option<Instant>,
    /// It has expired from then on; `None` if that is unknown or it never expires.
    expired_from: Option<Instant>,
    delete_requested_at: Option<Instant>,
    deleted_at: Option<Instant>,
}

impl Paste {
    /// A paste that was created within `created`. `lifetime` is `None` if it never expires.
    pub fn new(id: String, text: Text, lifetime: Option<Duration>, created: Span) -> Self {
        let end = End {
            present_until: lifetime.map(|lifetime| created.start + lifetime),
            expired_from: lifetime.map(|lifetime| created.end + lifetime),
            delete_requested_at: None,
            deleted_at: None,
        };
        let end = Mutex::new(end);
        Self { id, text, owner: None, private: false, delete_token: None, end }
    }

    /// What a read within this span must find.
    pub fn expected(&self, read: Span) -> Expected {
        let end = lock(&self.end);
        let ended_before = |moment: Option<Instant>, slack: Duration| {
            moment.is_some_and(|moment| read.start >= moment + slack)
        };
        if ended_before(end.deleted_at, Duration::ZERO)
            || ended_before(end.expired_from, CLOCK_SKEW)
        {
            return Expected::Gone;
        }
        let may_have_ended = |moment: Option<Instant>, slack: Duration| {
            moment.is_some_and(|moment| read.end + slack >= moment)
        };
        if may_have_ended(end.delete_requested_at, Duration::ZERO)
            || may_have_ended(end.present_until, CLOCK_SKEW)
        {
            Expected::Either
        } else {
            Expected::Present
        }
    }

    pub fn expected_now(&self) -> Expected {
        self.expected(Span::now())
    }

    /// Whether a delete was requested and not acknowledged.
    pub fn has_unanswered_delete(&self) -> bool {
        let end = lock(&self.end);
        end.delete_requested_at.is_some() && end.deleted_at.is_none()
    }

    pub fn may_have_expired(&self) -> bool {
        let end = lock(&self.end).present_until;
        end.is_some_and(|end| Instant::now() + CLOCK_SKEW >= end)
    }

    pub fn is_deleted(&self) -> bool {
        lock(&self.end).deleted_at.is_some()
    }

    pub fn delete_requested(&self) {
        lock(&self.end).delete_requested_at = Some(Instant::now());
    }

    pub fn deleted(&self) {
        lock(&self.end).deleted_at = Some(Instant::now());
    }

    /// From now on it may expire at its old time or at the new one.
    pub fn lifetime_requested(&self, lifetime: Option<Duration>) {
        let mut end = lock(&self.end);
        let new = lifetime.map(|lifetime| Instant::now() + lifetime);
        end.present_until = end.present_until.into_iter().chain(new).min();
        end.expired_from = None;
    }

    pub fn lifetime_changed(&self, lifetime: Option<Duration>, changed: Span) {
        let mut end = lock(&self.end);
        end.present_until = lifetime.map(|lifetime| changed.start + lifetime);
        end.expired_from = lifetime.map(|lifetime| changed.end + lifetime);
    }
}
