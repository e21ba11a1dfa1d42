//! Accounts: an email address and a password, and the access tokens of its programs.

mod form;
pub mod log_in;
pub mod register;
pub mod tokens;
mod view;
