//! Accounts and sessions.

mod log_in;
mod register;
