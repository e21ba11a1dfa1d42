//! What the forms of log-in and registration send.

use serde::Deserialize;

use crate::ui::links::local_path;

#[derive(Deserialize)]
pub struct Account {
    #[serde(default)]
    email: String,
    #[serde(default)]
    pub password: String,
    /// The path to go to afterwards.
    #[serde(default)]
    pub next: String,
}

#[derive(Deserialize)]
pub struct Next {
    #[serde(default)]
    pub next: String,
}

impl Account {
    /// The address that identifies the account: spellings that differ only in case are one.
    pub fn email(&self) -> String {
        self.email.trim().to_lowercase()
    }

    /// The address as it was typed.
    pub fn typed_email(&self) -> &str {
        &self.email
    }
}

/// Where to go after logging in.
pub fn destination(next: &str) -> &str {
    local_path(next).unwrap_or("/profile")
}

/// `next` as the form carries it on: empty if it is not a path of this site.
pub fn carried_next(next: &str) -> &str {
    local_path(next).unwrap_or("")
}
