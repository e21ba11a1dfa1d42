use std::fmt;

use sha2::{Digest, Sha256};

/// 256 random bits that somebody carries: a session, an access token, the right to delete a
/// paste. The database keeps only their SHA-256.
#[derive(Clone)]
pub struct Secret([u8; 32]);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

impl Secret {
    /// # Errors
    /// The operating system gives no randomness.
    pub fn random() -> Result<Self, getrandom::Error> {
        let mut bits = [0; 32];
        getrandom::fill(&mut bits)?;
        Ok(Self(bits))
    }

    /// The secret that `salt` and `key` make together, the same each time.
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

    /// What the database knows of it.
    pub fn hash(&self) -> Vec<u8> {
        Sha256::digest(self.0).to_vec()
    }
}
