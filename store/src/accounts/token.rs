//! Random bearer tokens, of which the database stores only hashes.

use std::fmt;

use sha2::{Digest, Sha256};

/// A bearer token of 256 random bits: for a session, for API access, or for the deletion of a paste.
/// The database has only its SHA-256. Debug does not show it.
#[derive(Clone)]
pub struct Token([u8; 32]);

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

impl Token {
    /// A new random token.
    ///
    /// # Errors
    /// The operating system has no randomness.
    pub fn random() -> Result<Self, getrandom::Error> {
        let mut bits = [0; 32];
        getrandom::fill(&mut bits)?;
        Ok(Self(bits))
    }

    /// The token for `salt` and `key`: always the same for the same two.
    pub fn derived(salt: &[u8], key: &[u8]) -> Self {
        let salt = Sha256::digest(salt);
        Self(Sha256::new().chain_update(salt).chain_update(key).finalize().into())
    }

    /// 64 hex digits.
    pub fn to_hex(&self) -> String {
        hex::encode(self.0)
    }

    /// `None` for anything but 64 hex digits.
    pub fn from_hex(digits: &str) -> Option<Self> {
        let mut bits = [0; 32];
        hex::decode_to_slice(digits, &mut bits).ok()?;
        Some(Self(bits))
    }

    /// The SHA-256, as the database stores it.
    pub fn hash(&self) -> Vec<u8> {
        Sha256::digest(self.0).to_vec()
    }
}
