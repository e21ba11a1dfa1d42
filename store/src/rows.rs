//! The rows of pastes: how they are written and found.

pub(crate) mod idempotency;
pub(crate) mod insert;
pub(crate) mod lookup;
pub(crate) mod paste;
