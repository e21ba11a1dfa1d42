//! Pastes for programs.

pub mod change;
pub mod create;
pub mod delete;
pub mod list;
pub mod read;

use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::request::Parts;
use axum_extra::headers::{HeaderMapExt as _, IfMatch};
use store::{Editor, Paste};

use crate::accounts::tokens::{self, Scope};
use crate::api::paste::etag;
use crate::api::problem::{Fault, Refusal};
use crate::pastes::{Name, visible_to};
use crate::{App, Error, Result, Visit};

/// The paste that somebody is about to change, as it is now.
struct Target {
    paste: Paste,
    /// Whether it must still be as it is now, for the caller has named its state.
    conditional: bool,
}

/// The paste, where it is there and its editor is at the door.
async fn target(
    app: &App,
    visit: &Visit,
    name: &Name,
    headers: &HeaderMap,
    scope: Scope,
) -> Result<Target> {
    let editor = match tokens::holder(headers)? {
        Some(token) => Editor::Holder(token),
        None => Editor::Owner(visit.acting(scope)?.ok_or(Error::Unauthorized)?),
    };
    // A private paste is there for its owner, whatever the token may read.
    let viewer = match &editor {
        Editor::Owner(owner) => Some(*owner),
        Editor::Holder(_) => visit.user_id(),
    };
    let paste = visible_to(app, visit, viewer, name).await?;
    if !editor.may_change(&paste) {
        let detail = "Only its owner, or whoever has its delete token, changes or deletes it.";
        return Err(Error::Refused(Refusal::new(Fault::NotYours, detail)));
    }
    let conditional = headers.contains_key(axum::http::header::IF_MATCH);
    let known = headers.typed_get::<IfMatch>();
    if conditional
        && !known.is_some_and(|known| etag(&paste).is_ok_and(|is| known.precondition_passes(&is)))
    {
        return Err(changed());
    }
    Ok(Target { paste, conditional })
}

fn changed() -> Error {
    let detail = "It is no more as `If-Match` says. Read it again, and decide anew.";
    Error::Refused(Refusal::new(Fault::Changed, detail))
}

/// `/pastes/{id}`: only an id, no extension.
pub struct Id(Name);

impl<S: Send + Sync> FromRequestParts<S> for Id {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self> {
        let id = crate::pastes::parameter(parts, state, "id").await?;
        let id = id.parse().map_err(|_| Error::NotFound)?;
        Ok(Self(Name { id, extension: None }))
    }
}
