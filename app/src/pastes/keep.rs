//! Every create goes through here.

use futures_util::future::join_all;
use store::{If, NewPaste, OnceKey, Paste, Secret, UserId};
use tracing::{info, warn};

use crate::pastes::submission::Judged;
use crate::{App, Result};

/// From the second on, ids are made on the spot: more conflicts than this are a fault.
const ID_ATTEMPTS: u32 = 4;

/// A paste that is on disk.
#[derive(Debug)]
pub struct Kept {
    pub paste: Paste,
    /// For an author without an account: it changes or deletes this paste.
    pub delete_token: Option<Secret>,
}

pub async fn keep(app: &App, owner: Option<UserId>, judged: Judged) -> Result<Kept> {
    let token = Secret::random().map_err(anyhow::Error::from)?;
    let kept = attempt(app, owner, &judged, token, None).await?;
    kept.ok_or_else(|| anyhow::anyhow!("a create without a key was refused for its key").into())
}

/// At the same time, so that they share a commit where they can. Where one cannot be kept the others
/// are taken back; those whose client goes away meanwhile may stay.
pub async fn keep_all(app: &App, owner: Option<UserId>, all: Vec<Judged>) -> Result<Vec<Kept>> {
    let outcomes = join_all(all.into_iter().map(|judged| keep(app, owner, judged))).await;
    let (kept, refused): (Vec<_>, Vec<_>) = outcomes.into_iter().partition(Result::is_ok);
    let kept: Vec<Kept> = kept.into_iter().flatten().collect();
    let Some(Err(error)) = refused.into_iter().next() else { return Ok(kept) };
    // Nobody would learn of those that went well, and who tries again would have them twice.
    for Kept { paste, .. } in &kept {
        if let Err(error) = app.store.delete_seen(paste, If::There, app.clock.now()).await {
            warn!(paste.id = %paste.id, %error, "a paste of several stays, of which not all could be kept");
        }
    }
    Err(error)
}

/// `None` where the key has made a paste already.
pub async fn keep_once(
    app: &App,
    owner: Option<UserId>,
    judged: Judged,
    token: Secret,
    key: OnceKey,
) -> Result<Option<Kept>> {
    attempt(app, owner, &judged, token, Some(key)).await
}

async fn attempt(
    app: &App,
    owner: Option<UserId>,
    judged: &Judged,
    secret: Secret,
    key: Option<OnceKey>,
) -> Result<Option<Kept>> {
    let now = app.clock.now();
    let delete_token = Some(secret).filter(|_| owner.is_none());
    let mut id = app.ids.take().await?;
    for _ in 0..ID_ATTEMPTS {
        let new = NewPaste {
            id,
            owner,
            title: judged.title.clone(),
            syntax: judged.syntax.to_owned(),
            syntax_guessed: judged.syntax_guessed,
            visibility: judged.visibility,
            expires_at: judged.lifetime.expires_at(now),
            delete_token_hash: delete_token.as_ref().map(Secret::hash),
            text: judged.text.clone(),
        };
        let outcome = match key.clone() {
            Some(key) => app.store.create_once(new, key, now).await,
            None => app.store.create(new, now).await,
        };
        match outcome {
            Err(store::Error::IdTaken(taken)) => id = app.ids.replace(&taken)?,
            Err(store::Error::KeyUsed) => return Ok(None),
            Err(other) => return Err(other.into()),
            Ok(paste) => {
                info!(paste.id = %paste.id, paste.bytes, visibility = paste.visibility.as_str(), "paste created");
                return Ok(Some(Kept { paste, delete_token }));
            }
        }
    }
    Err(anyhow::anyhow!("{ID_ATTEMPTS} ids in a row were taken").into())
}
