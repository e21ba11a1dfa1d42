//! Removes what has expired, and what an interrupted operation has left.

pub(crate) mod purge;
pub(crate) mod sweep;
mod trusted_time;
pub(crate) mod verify;
