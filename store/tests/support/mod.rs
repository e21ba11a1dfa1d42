//! Helpers for the tests of the contract and of the copy.

#![allow(dead_code, reason = "each test program uses its own part")]

use std::time::Duration;

use bytes::Bytes;
use store::{NewPaste, PasteId, Timestamp, Visibility};

pub(crate) const START: Timestamp = Timestamp(1_893_499_200_000);
pub(crate) const DAY: Duration = Duration::from_hours(24);

/// An anonymous, unlisted paste that never expires, with a new id.
pub(crate) fn draft(text: impl Into<Vec<u8>>) -> NewPaste {
    NewPaste {
        id: new_id(),
        owner: None,
        title: String::new(),
        syntax: "text".to_owned(),
        syntax_guessed: false,
        visibility: Visibility::Unlisted,
        expires_at: None,
        delete_token_hash: None,
        text: Bytes::from(text.into()),
    }
}

pub(crate) fn new_id() -> PasteId {
    const BASE58: &[u8] = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
    let id: String = noise(PasteId::LENGTH)
        .into_iter()
        .map(|bits| char::from(BASE58[usize::from(bits) % BASE58.len()]))
        .collect();
    id.parse().unwrap()
}

/// Random bytes, which do not compress.
pub(crate) fn noise(length: usize) -> Vec<u8> {
    let mut bytes = vec![0; length];
    getrandom::fill(&mut bytes).unwrap();
    bytes
}
