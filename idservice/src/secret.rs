//! The secret that an id service and its clients share.

use std::fmt;

use axum::http::HeaderValue;
use subtle::ConstantTimeEq as _;

use crate::error::{Error, Result};

/// The value of the header `Authorization` that holds the secret. Debug does not show it.
#[derive(Clone)]
pub struct Secret(HeaderValue);

impl Secret {
    /// # Errors
    /// [`Error::Secret`] if a header cannot hold it.
    pub fn new(secret: &str) -> Result<Self> {
        let is_valid = !secret.is_empty() && secret.bytes().all(|byte| byte.is_ascii_graphic());
        let header = HeaderValue::from_str(&format!("Bearer {secret}")).ok();
        let mut header = header.filter(|_| is_valid).ok_or(Error::Secret)?;
        header.set_sensitive(true);
        Ok(Self(header))
    }

    pub(crate) fn header(&self) -> HeaderValue {
        self.0.clone()
    }

    /// Takes the same time for every header of the same length.
    pub(crate) fn matches(&self, header: Option<&HeaderValue>) -> bool {
        header.is_some_and(|header| self.0.as_bytes().ct_eq(header.as_bytes()).into())
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_same_secret_matches_and_none_is_shown() {
        let secret = Secret::new("geheim").unwrap();
        assert!(secret.matches(Some(&Secret::new("geheim").unwrap().header())));
        for other in ["Bearer geheim2", "Bearer gehei", "Bearer GEHEIM", "geheim", "Bearer ", ""] {
            assert!(!secret.matches(Some(&HeaderValue::from_static(other))), "{other}");
        }
        assert!(!secret.matches(None));
        assert!(!format!("{secret:?} {:?}", secret.header()).contains("geheim"));
    }

    #[test]
    fn a_secret_fits_into_a_header() {
        for invalid in ["", "two words", "пароль", "line\nbreak"] {
            assert!(matches!(Secret::new(invalid), Err(Error::Secret)), "{invalid}");
        }
    }
}
