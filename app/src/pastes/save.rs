//! Saves validated pastes in the store.

use futures_util::future::join_all;
use store::{IdempotencyKey, NewPaste, Paste, Precondition, Token, UserId};
use tracing::{info, warn};

use crate::error::Result;
use crate::http::charset::Source;
use crate::pastes::submission::ValidPaste;
use crate::state::App;

/// How many ids are tried. From the second on they are new random ones, so more conflicts than this are
/// a fault.
const ID_ATTEMPTS: u32 = 4;

/// A paste that the store has saved.
#[derive(Debug)]
pub struct Saved {
    pub paste: Paste,
    /// For an author without an account: the token that changes or deletes this paste.
    pub delete_token: Option<Token>,
    /// The encoding from which the text was decoded; `None` if it came as UTF-8.
    pub source: Option<Source>,
}

/// Saves one paste.
///
/// # Errors
/// Those of [`store::Store::create`], or the operating system gives no randomness.
pub async fn save(app: &App, owner: Option<UserId>, valid: ValidPaste) -> Result<Saved> {
    let token = Token::random().map_err(anyhow::Error::from)?;
    let saved = insert(app, owner, &valid, token, None).await?;
    saved.ok_or_else(|| {
        anyhow::anyhow!("a create without an idempotency key failed because of its key").into()
    })
}

/// Saves the pastes concurrently, so that the store can write them in one commit. If one cannot be
/// saved, the others are deleted again. They may stay if the client disconnects meanwhile.
///
/// # Errors
/// Those of [`save`], for the first paste that could not be saved.
pub async fn save_all(
    app: &App,
    owner: Option<UserId>,
    pastes: Vec<ValidPaste>,
) -> Result<Vec<Saved>> {
    let outcomes = join_all(pastes.into_iter().map(|valid| save(app, owner, valid))).await;
    let (saved, refused): (Vec<_>, Vec<_>) = outcomes.into_iter().partition(Result::is_ok);
    let saved: Vec<Saved> = saved.into_iter().flatten().collect();
    let Some(Err(error)) = refused.into_iter().next() else { return Ok(saved) };
    // The client gets only the error. If it tries again, the saved pastes would exist twice.
    for Saved { paste, .. } in &saved {
        if let Err(error) =
            app.store.delete_seen(paste, Precondition::Exists, app.clock.now()).await
        {
            warn!(paste = %paste.id.log_hash(), %error, "could not delete a paste of a request that failed");
        }
    }
    Err(error)
}

/// Saves one paste under an idempotency key; `None` if a paste was saved under this key before.
///
/// # Errors
/// Those of [`save`].
pub async fn save_with_key(
    app: &App,
    owner: Option<UserId>,
    valid: &ValidPaste,
    token: Token,
    key: IdempotencyKey,
) -> Result<Option<Saved>> {
    insert(app, owner, valid, token, Some(key)).await
}

/// Creates the paste, with another id if the id is taken.
async fn insert(
    app: &App,
    owner: Option<UserId>,
    valid: &ValidPaste,
    secret: Token,
    key: Option<IdempotencyKey>,
) -> Result<Option<Saved>> {
    let now = app.clock.now();
    let delete_token = Some(secret).filter(|_| owner.is_none());
    let mut id = app.ids.take().await?;
    for _ in 0..ID_ATTEMPTS {
        let new = NewPaste {
            id,
            owner,
            title: valid.title.clone(),
            syntax: valid.syntax.to_owned(),
            syntax_guessed: valid.syntax_guessed,
            visibility: valid.visibility,
            expires_at: valid.lifetime.expires_at(now),
            delete_token_hash: delete_token.as_ref().map(Token::hash),
            text: valid.text.clone(),
        };
        let outcome = match key.clone() {
            Some(key) => app.store.create_with_key(new, key, now).await,
            None => app.store.create(new, now).await,
        };
        match outcome {
            Err(store::Error::IdTaken(taken)) => id = app.ids.replace_taken(&taken)?,
            Err(store::Error::KeyUsed) => return Ok(None),
            Err(other) => return Err(other.into()),
            Ok(paste) => {
                info!(paste = %paste.id.log_hash(), paste.bytes, visibility = paste.visibility.as_str(), "paste created");
                return Ok(Some(Saved { paste, delete_token, source: valid.source }));
            }
        }
    }
    Err(anyhow::anyhow!("{ID_ATTEMPTS} ids in a row were taken").into())
}
