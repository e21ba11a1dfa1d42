//! Users, their sessions, and their access tokens.

pub(crate) mod secret;
mod sessions;
pub(crate) mod tokens;
pub(crate) mod users;
