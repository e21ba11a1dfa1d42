//! What stands in the log in place of a secret.

use std::fmt;

use sha2::{Digest, Sha256};

/// The first 12 hex digits of a text's SHA-256. It recognizes the text in the log for those who know
/// it (`printf %s ID | sha256sum | cut -c 1-12`), and does not reveal it to others: the id of an
/// unlisted paste is all that is needed to read it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LogHash([u8; 6]);

impl LogHash {
    pub fn of(secret: &str) -> Self {
        let hash = Sha256::digest(secret);
        let mut start = [0; 6];
        start.copy_from_slice(&hash[..6]);
        Self(start)
    }
}

impl fmt::Display for LogHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}
