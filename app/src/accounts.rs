//! Accounts: registration, log-in, and the access tokens of the user's programs.

mod form;
pub mod log_in;
pub mod register;
pub mod tokens;
mod view;
