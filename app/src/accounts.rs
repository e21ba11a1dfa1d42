//! Accounts: an email address and a password.

mod log_in;
pub mod password;
mod register;
pub mod session;
pub mod tokens;
pub mod view;

use axum::Router;
use axum::routing::{get, post};
use serde::Deserialize;

use crate::{App, preferences};

pub fn routes() -> Router<App> {
    Router::new()
        .merge(tokens::page::routes())
        .route("/register", get(register::form).post(register::submit))
        .route("/register/strength", post(register::strength))
        .route("/login", get(log_in::form).post(log_in::submit))
        .route("/logout", post(log_in::log_out))
}

#[derive(Deserialize)]
struct Account {
    #[serde(default)]
    email: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    next: String,
}

#[derive(Deserialize)]
struct Next {
    #[serde(default)]
    next: String,
}

impl Account {
    /// Two spellings of one address are one account.
    fn email(&self) -> String {
        self.email.trim().to_lowercase()
    }
}

/// Where to go after logging in.
fn destination(next: &str) -> &str {
    preferences::local_path(next).unwrap_or("/profile")
}

/// What the form carries on of it.
fn carried(next: &str) -> &str {
    preferences::local_path(next).unwrap_or("")
}
