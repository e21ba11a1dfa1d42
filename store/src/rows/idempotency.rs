//! The row of an Idempotency-Key.

use std::time::Duration;

/// A key is remembered this long. A client that got no answer tries again within hours.
pub(crate) const KEY_LASTS: Duration = Duration::from_hours(24);

/// The Idempotency-Key of a create, which makes at most one paste.
#[derive(Clone, Debug)]
pub struct IdempotencyKey {
    /// SHA-256 of the key and its sender.
    pub key_hash: Vec<u8>,
    /// SHA-256 of the request, to tell a repetition from another request with the same key.
    pub request_hash: Vec<u8>,
    /// Together with the key it gives the delete token again.
    pub salt: Vec<u8>,
}

/// Takes `$1` to `$6`. Affects no row if the key is in use.
pub(crate) const INSERT: &str =
    "insert into idempotency_keys (key_hash, request_hash, paste_id, salt, expires_at)
     values ($1, $2, $3, $4, $5)
     on conflict (key_hash) do update set request_hash = excluded.request_hash, paste_id = excluded.paste_id,
     salt = excluded.salt, expires_at = excluded.expires_at where idempotency_keys.expires_at <= $6";
