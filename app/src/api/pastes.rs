//! `/api/v1/pastes`, and the checks that its routes share.

pub mod change;
pub mod create;
pub mod delete;
pub mod list;
pub mod read;

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::header::IF_MATCH;
use axum::http::request::Parts;
use axum_extra::headers::{HeaderMapExt as _, IfMatch};
use serde::Deserialize;
use store::{Editor, Paste, Precondition};

use crate::api::paste::etag;
use crate::error::refusal::{Fault, Refusal};
use crate::error::{Error, Result};
use crate::pastes::name::{Name, visible_to};
use crate::state::App;
use crate::visitor::Visitor;
use crate::visitor::tokens;
use store::Scope;

/// A paste that may be changed or deleted, and the condition for it.
struct Target {
    paste: Arc<Paste>,
    condition: Precondition,
}

/// The paste of a request that changes or deletes it, after checking the token and `If-Match`.
///
/// # Errors
/// [`Error::Unauthorized`] or [`Error::Forbidden`] for the token, [`Error::NotFound`] for a paste
/// that the caller cannot see, [`Fault::NotYours`] for one that the caller cannot change, and
/// [`Fault::Changed`] if `If-Match` does not match.
async fn authorized_target(
    app: &App,
    visitor: &Visitor,
    name: &Name,
    headers: &HeaderMap,
    scope: Scope,
) -> Result<Target> {
    let editor = match tokens::delete_token(headers)? {
        Some(token) => Editor::DeleteToken(token),
        None => Editor::Owner(visitor.authorize(scope)?.ok_or(Error::Unauthorized)?),
    };
    // Owners may change their private pastes with a token that lacks the scope `read`.
    let viewer = match &editor {
        Editor::Owner(owner) => Some(*owner),
        Editor::DeleteToken(_) => visitor.user_id(),
    };
    let paste = visible_to(app, visitor, viewer, name).await?;
    if !editor.may_change(&paste) {
        let detail = "Only its owner, or whoever has its delete token, changes or deletes it.";
        return Err(Error::Refused(Refusal::new(Fault::NotYours, detail)));
    }
    if !headers.contains_key(IF_MATCH) {
        return Ok(Target { paste, condition: Precondition::Exists });
    }
    let tag = etag(&paste)?;
    match headers.typed_get::<IfMatch>() {
        Some(known) if known.precondition_passes(&tag) => {
            Ok(Target { paste, condition: Precondition::Unchanged })
        }
        _ => Err(precondition_failed(Precondition::Unchanged)),
    }
}

/// The error of a change or a deletion whose condition does not hold.
fn precondition_failed(condition: Precondition) -> Error {
    let detail = "It is no more as `If-Match` says. Read it again, and decide anew.";
    match condition {
        Precondition::Unchanged => Error::Refused(Refusal::new(Fault::Changed, detail)),
        Precondition::Exists => Error::NotFound,
    }
}

/// The query of a route that takes no parameters.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoQuery {}

/// The `{id}` of `/pastes/{id}`. Unlike the name in a paste's link, it has no file extension.
pub struct Id(Name);

impl<S: Send + Sync> FromRequestParts<S> for Id {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self> {
        let id = crate::pastes::name::parameter(parts, state, "id").await?;
        let id = id.parse().map_err(|_| Error::NotFound)?;
        Ok(Self(Name { id, extension: None }))
    }
}
