//! Admission control: limits on concurrent requests and on the memory that they hold, per client
//! and in total. A request beyond a limit is refused at once, before any work.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::http::client_ip::ClientKey;
use crate::http::quota::{Quota, QuotaExceeded, QuotaGuard};

/// Requests whose body is being received.
const MAX_RECEIVING: usize = 1024;

/// Requests that have been received and not answered. A higher limit answers none of them sooner:
/// they would only wait for the database.
const MAX_WORKING: usize = 512;

/// Memory for request bodies, in units of the largest text. Responses get twice as much.
const MAX_TEXTS_IN_MEMORY: usize = 16;

/// The limits are at least those for a largest text of this many bytes, because forms and JSON are
/// larger than their text.
const MIN_TEXT_BYTES: usize = 1024 * 1024;

/// How many times longer than a text its JSON can be: `\u0001` is six bytes for one. The rest of a
/// longer body is read, so that the answer arrives, and discarded.
pub const MAX_JSON_EXPANSION: usize = 6;

/// The first bytes of each body that are not counted, so that small texts are accepted while others
/// send large ones. In all slots together this is 96 MiB.
const FREE_BODY_BYTES: usize = 64 * 1024;

/// Texts and responses up to this size, in bytes, are not counted: they are in the socket's buffer
/// soon, and the hot ones share memory.
pub const FREE_RESPONSE_BYTES: usize = 256 * 1024;

/// One client may use one in this many slots.
const SLOTS_PER_CLIENT: usize = 16;

/// The quota of one client is the memory for responses divided by this: four of the largest texts.
const RESPONSES_PER_CLIENT: usize = 8;

/// The quota of one client is the memory for bodies divided by this: any single body fits.
const BODIES_PER_CLIENT: usize = 2;

/// The limits of a site, and what is used of them now.
#[derive(Debug)]
pub struct Admission {
    receiving: Arc<Quota>,
    working: Arc<Quota>,
    body_bytes: Arc<Quota>,
    response_bytes: ResponseMemory,
    max_body_bytes: usize,
}

impl Admission {
    /// `max_text_bytes` is the size of the largest text, in bytes. Without `limits_clients` one
    /// client may use all of each limit.
    pub fn new(max_text_bytes: usize, limits_clients: bool) -> Self {
        let quota = |total: usize, one_in: usize| {
            Quota::new(total, if limits_clients { total / one_in } else { total })
        };
        let text = max_text_bytes.max(MIN_TEXT_BYTES);
        let texts = MAX_TEXTS_IN_MEMORY * text;
        Self {
            receiving: quota(MAX_RECEIVING, SLOTS_PER_CLIENT),
            working: quota(MAX_WORKING, SLOTS_PER_CLIENT),
            body_bytes: quota(texts, BODIES_PER_CLIENT),
            response_bytes: ResponseMemory(quota(2 * texts, RESPONSES_PER_CLIENT)),
            max_body_bytes: MAX_JSON_EXPANSION * text + MIN_TEXT_BYTES,
        }
    }

    /// Reserves a slot for a request. `has_body` says that its body has yet to be received.
    ///
    /// # Errors
    /// [`QuotaExceeded`] if no slot is free.
    pub fn admit(
        &self,
        client: ClientKey,
        has_body: bool,
    ) -> Result<Arc<RequestPermit>, QuotaExceeded> {
        let slot = if has_body {
            Slot::Receiving(self.receiving.reserve(client, 1)?)
        } else {
            Slot::Working(self.working.reserve(client, 1)?)
        };
        let state = PermitState { slot, body: self.body_memory(client), aborted: None };
        Ok(Arc::new(RequestPermit {
            client,
            working: self.working.clone(),
            response_bytes: self.response_bytes.clone(),
            max_body_bytes: self.max_body_bytes,
            state: Mutex::new(state),
        }))
    }

    /// Memory for a body. It is empty and grows as the body is received.
    pub fn body_memory(&self, client: ClientKey) -> QuotaGuard {
        self.body_bytes.guard(client, FREE_BODY_BYTES)
    }

    /// The most bytes that are kept of one body.
    pub const fn max_body_bytes(&self) -> usize {
        self.max_body_bytes
    }

    pub fn response_memory(&self) -> &ResponseMemory {
        &self.response_bytes
    }
}

/// Memory for large texts that are read and for large responses, in bytes.
#[derive(Clone, Debug)]
pub struct ResponseMemory(Arc<Quota>);

impl ResponseMemory {
    /// Reserves memory for `bytes`; `None` if they are too few to be counted. A single text or
    /// response always fits the client's part, even if it is larger than the site accepts now.
    ///
    /// # Errors
    /// [`QuotaExceeded`] if the memory is used up.
    pub fn reserve(
        &self,
        client: ClientKey,
        bytes: usize,
    ) -> Result<Option<QuotaGuard>, QuotaExceeded> {
        let is_large = bytes > FREE_RESPONSE_BYTES;
        is_large.then(|| self.0.reserve(client, bytes.min(self.0.per_client()))).transpose()
    }
}

/// The right of one request to be served, from its headers to its answer.
#[derive(Debug)]
pub struct RequestPermit {
    pub client: ClientKey,
    working: Arc<Quota>,
    pub response_bytes: ResponseMemory,
    max_body_bytes: usize,
    state: Mutex<PermitState>,
}

#[derive(Debug)]
struct PermitState {
    slot: Slot,
    /// The handler keeps the body until it has answered.
    body: QuotaGuard,
    aborted: Option<BodyError>,
}

/// Where a request is counted. The slot is released on drop.
#[derive(Debug)]
#[expect(dead_code, reason = "the guards are held to be dropped")]
enum Slot {
    Receiving(QuotaGuard),
    Working(QuotaGuard),
}

/// Why a body is not received to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BodyError {
    #[error("the body comes too slowly")]
    Timeout,
    #[error("there is no memory for more of the body")]
    Quota(QuotaExceeded),
}

impl RequestPermit {
    fn state(&self) -> MutexGuard<'_, PermitState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts received bytes of the body, up to the length from which the rest is discarded.
    ///
    /// # Errors
    /// [`BodyError::Quota`] if the memory is used up.
    pub fn received(&self, bytes: usize) -> Result<(), BodyError> {
        let body = &mut self.state().body;
        let counted = bytes.min(self.max_body_bytes - body.amount().min(self.max_body_bytes));
        body.grow(counted).map_err(BodyError::Quota)
    }

    /// Moves the request to a working slot, because its body has been received to its end.
    ///
    /// # Errors
    /// [`BodyError::Quota`] if no working slot is free.
    pub fn complete(&self) -> Result<(), BodyError> {
        let slot = &mut self.state().slot;
        if let Slot::Receiving(_) = slot {
            *slot = Slot::Working(self.working.reserve(self.client, 1).map_err(BodyError::Quota)?);
        }
        Ok(())
    }

    /// Records why the body is not received to its end, and returns the reason.
    pub fn abort(&self, reason: BodyError) -> BodyError {
        *self.state().aborted.insert(reason)
    }

    pub fn aborted(&self) -> Option<BodyError> {
        self.state().aborted
    }

    #[cfg(test)]
    pub fn is_working(&self) -> bool {
        matches!(self.state().slot, Slot::Working(_))
    }
}

#[cfg(test)]
impl Admission {
    /// With some of the limits replaced, as (total, per client).
    #[must_use]
    pub fn with_limits(
        self,
        working: Option<(usize, usize)>,
        body_bytes: Option<(usize, usize)>,
        response_bytes: Option<(usize, usize)>,
    ) -> Self {
        let quota = |limits: Option<(usize, usize)>, default: Arc<Quota>| {
            limits.map_or(default, |(total, per_client)| Quota::new(total, per_client))
        };
        Self {
            working: quota(working, self.working),
            body_bytes: quota(body_bytes, self.body_bytes),
            response_bytes: ResponseMemory(quota(response_bytes, self.response_bytes.0)),
            ..self
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use bytes::Bytes;

    use super::*;
    use crate::http::body::counted;

    #[test]
    fn a_text_is_counted_as_long_as_a_slice_of_it_exists() {
        let client = IpAddr::from([192, 0, 2, 1]).into();
        let admission = Admission::new(1 << 20, true);
        let memory = admission.response_memory();
        assert_eq!(memory.0.per_client(), 4 << 20, "four texts of 1 MiB");
        let reserve = |bytes| memory.reserve(client, bytes);
        assert!(reserve(FREE_RESPONSE_BYTES).unwrap().is_none());
        let guard = reserve(4 << 20).unwrap().unwrap();
        let text = counted(Bytes::from(vec![b'x'; 1 << 20]), Arc::new(guard));
        let part = text.slice(..10);
        drop(text);
        assert_eq!(reserve(FREE_RESPONSE_BYTES + 1).unwrap_err(), QuotaExceeded::Client);
        drop(part);
        // A text that was saved when the site accepted larger ones.
        assert!(reserve(100 << 20).unwrap().is_some());
    }
}
