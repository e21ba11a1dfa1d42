//! Users, their sessions, and their access tokens.

pub(crate) mod access_tokens;
pub(crate) mod email_key;
mod sessions;
pub(crate) mod token;
pub(crate) mod users;
