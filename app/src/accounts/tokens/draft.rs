//! The form for a new access token.

use store::Scopes;

use crate::error::form::FormErrors;

/// The longest name of a token, in characters.
pub const NAME_MAX: usize = 100;

/// The lifetimes to choose from.
pub const LIFETIMES: [&str; 5] = ["1w", "1M", "3M", "1y", "never"];

/// The values of the form's fields, and their errors.
#[derive(Clone, Debug)]
pub struct Draft {
    pub name: String,
    pub scopes: Scopes,
    pub expires: String,
    pub errors: FormErrors,
}

impl Default for Draft {
    fn default() -> Self {
        Self {
            name: String::new(),
            scopes: Scopes { read: true, write: true, delete: false },
            expires: "3M".to_owned(),
            errors: FormErrors::default(),
        }
    }
}
