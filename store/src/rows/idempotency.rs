use std::time::Duration;

/// How long a key is remembered: a client that has heard nothing tries again within hours.
pub(crate) const KEY_LASTS: Duration = Duration::from_hours(24);

/// A create that happens once.
#[derive(Clone, Debug)]
pub struct OnceKey {
    /// SHA-256 of the key and of who sent it.
    pub key_hash: Vec<u8>,
    /// SHA-256 of what was asked for, to tell a repetition from another request.
    pub request_hash: Vec<u8>,
    /// With the key it makes the same delete token again.
    pub salt: Vec<u8>,
}

/// `$1` to `$6`; no row where the key is in use.
pub(crate) const INSERT: &str =
    "insert into idempotency_keys (key_hash, request_hash, paste_id, salt, expires_at)
     values ($1, $2, $3, $4, $5)
     on conflict (key_hash) do update set request_hash = excluded.request_hash, paste_id = excluded.paste_id,
     salt = excluded.salt, expires_at = excluded.expires_at where idempotency_keys.expires_at <= $6";
