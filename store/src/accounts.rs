//! Users, their sessions, and their access tokens.

pub(crate) mod access_tokens;
mod sessions;
pub(crate) mod token;
pub(crate) mod users;
