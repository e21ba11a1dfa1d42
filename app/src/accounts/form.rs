//! The fields of the log-in and registration forms.

use serde::Deserialize;

use crate::ui::links::local_path;

/// A submitted form.
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

/// The query of the pages with these forms.
#[derive(Deserialize)]
pub struct Next {
    #[serde(default)]
    pub next: String,
}

impl Account {
    /// The address that identifies the account, in lower case: case does not distinguish accounts.
    pub fn email(&self) -> String {
        self.email.trim().to_lowercase()
    }

    /// The address as it was typed.
    pub fn typed_email(&self) -> &str {
        &self.email
    }
}

/// The path to go to after logging in: `next`, or the profile if `next` is not a path of this site.
pub fn destination(next: &str) -> &str {
    local_path(next).unwrap_or("/profile")
}

/// `next` for the form's hidden field: empty if it is not a path of this site.
pub fn carried_next(next: &str) -> &str {
    local_path(next).unwrap_or("")
}
