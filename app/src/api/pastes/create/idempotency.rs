//! `Idempotency-Key`: a create that is sent again answers with the paste of the first time.

use std::sync::Arc;

use axum::http::{HeaderMap, HeaderName};
use sha2::{Digest as _, Sha256};
use store::{IdempotencyKey, Token, UserId};

use crate::error::refusal::{Fault, Refusal};
use crate::error::{Error, Result};
use crate::pastes::save::{Saved, save_with_key};
use crate::pastes::submission::{Submission, ValidPaste};
use crate::state::App;
use crate::visitor::Visitor;

const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// The longest `Idempotency-Key`, in characters.
const KEY_MAX: usize = 255;

/// The key of the request, if it has one.
///
/// # Errors
/// 400 for a key that is empty, too long or not visible ASCII.
pub(super) fn key(headers: &HeaderMap) -> Result<Option<&str>> {
    let Some(value) = headers.get(IDEMPOTENCY_KEY) else { return Ok(None) };
    let is_valid = |key: &&str| {
        (1..=KEY_MAX).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_graphic())
    };
    let key = value.to_str().ok().filter(is_valid);
    key.map(Some).ok_or_else(|| {
        let detail = format!("An Idempotency-Key has 1 to {KEY_MAX} visible ASCII characters.");
        Error::Refused(Refusal::new(Fault::Malformed, detail))
    })
}

/// A create with an `Idempotency-Key`: however often it is sent, it saves one paste.
pub(super) struct IdempotentCreate {
    key: String,
    key_hash: Vec<u8>,
    request_hash: Vec<u8>,
}

impl IdempotentCreate {
    /// The key is hashed together with its sender, so equal keys of two senders are different keys.
    pub fn new(visitor: &Visitor, key: &str, submission: &Submission) -> Self {
        let sender = match &visitor.bearer {
            Some((user, _)) => format!("user {}", user.id.0),
            None => format!("client {}", visitor.client),
        };
        Self {
            key: key.to_owned(),
            key_hash: Sha256::digest(format!("{sender}\n{key}")).to_vec(),
            request_hash: submission.digest(),
        }
    }

    /// Saves the paste, or gives the one that an earlier request with the key saved.
    ///
    /// # Errors
    /// [`Fault::KeyUsed`] if the earlier request was another one, or its paste no longer exists; or
    /// saving fails.
    pub async fn save(&self, app: &App, owner: Option<UserId>, valid: ValidPaste) -> Result<Saved> {
        if let Some(saved) = self.saved_before(app, owner, &valid).await? {
            return Ok(saved);
        }
        // The delete token is derived from the key, which only its sender has. So every request
        // with the key is answered with the token, although the site stores only its hash.
        let salt = Token::random().map_err(anyhow::Error::from)?.hash();
        let once = IdempotencyKey {
            key_hash: self.key_hash.clone(),
            request_hash: self.request_hash.clone(),
            salt: salt.clone(),
        };
        let token = Token::derived(&salt, self.key.as_bytes());
        match save_with_key(app, owner, &valid, token, once).await? {
            Some(saved) => Ok(saved),
            // Another request with the same key was saved first.
            None => self.saved_before(app, owner, &valid).await?.ok_or(Error::Unavailable),
        }
    }

    /// The paste of an earlier request with the key.
    async fn saved_before(
        &self,
        app: &App,
        owner: Option<UserId>,
        valid: &ValidPaste,
    ) -> Result<Option<Saved>> {
        let now = app.clock.now();
        let Some(earlier) = app.store.recorded_create(&self.key_hash, now).await? else {
            return Ok(None);
        };
        if earlier.request_hash != self.request_hash {
            let detail =
                "This Idempotency-Key has made another paste. A new request needs a new key.";
            return Err(Error::Refused(Refusal::new(Fault::KeyUsed, detail)));
        }
        let Some(paste) = app.store.visible_paste(&earlier.paste_id, owner, &app.clock).await?
        else {
            let detail = "The paste that this Idempotency-Key made has expired or was deleted.";
            return Err(Error::Refused(Refusal::new(Fault::KeyUsed, detail)));
        };
        let paste = Arc::unwrap_or_clone(paste);
        let token = Token::derived(&earlier.salt, self.key.as_bytes());
        let delete_token = paste.delete_token_hash.is_some().then_some(token);
        Ok(Some(Saved { paste, delete_token, source: valid.source }))
    }
}
