//! How an address names a paste, and whether the visitor may see it.

use std::str::FromStr;
use std::sync::Arc;

use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::request::Parts;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use render::syntaxes;
use store::{BadId, Paste, PasteId, UserId};

use crate::error::{Error, Result};
use crate::http::rate_limit::action::Action;
use crate::pastes::view_mode::ViewMode;
use crate::state::App;
use crate::visitor::Visitor;

/// The paste that an address names: `/{id}`, or `/{id}.{extension}`.
pub struct Name {
    pub id: PasteId,
    pub extension: Option<String>,
}

impl Name {
    /// `/{id}.{extension}`. An extension that belongs to no syntax is left out.
    pub fn path(&self) -> String {
        let known =
            self.extension.as_deref().filter(|extension| syntaxes::find(extension).is_some());
        let extension =
            known.map(|known| format!(".{}", utf8_percent_encode(known, NON_ALPHANUMERIC)));
        format!("/{}{}", self.id, extension.unwrap_or_default())
    }
}

impl FromStr for Name {
    type Err = BadId;

    fn from_str(name: &str) -> Result<Self, BadId> {
        let (id, extension) = match name.split_once('.') {
            Some((id, extension)) => (id, Some(extension.to_owned())),
            None => (name, None),
        };
        Ok(Self { id: id.parse()?, extension })
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Name {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self> {
        parameter(parts, state, "name").await?.parse().map_err(|_| Error::NotFound)
    }
}

/// A paste, and a way to view it: `/{id}/table`.
pub struct NameAndView {
    pub name: Name,
    pub view_mode: ViewMode,
}

impl<S: Send + Sync> FromRequestParts<S> for NameAndView {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self> {
        let name = Name::from_request_parts(parts, state).await?;
        let slug = parameter(parts, state, "view").await?;
        let view_mode = ViewMode::from_slug(&slug).ok_or(Error::NotFound)?;
        Ok(Self { name, view_mode })
    }
}

/// A parameter of the route's path.
///
/// # Errors
/// [`Error::NotFound`] if the path is not UTF-8.
pub async fn parameter<S: Send + Sync>(
    parts: &mut Parts,
    state: &S,
    wanted: &str,
) -> Result<String> {
    let parameters = RawPathParams::from_request_parts(parts, state).await;
    let parameters = parameters.map_err(|_| Error::NotFound)?;
    let value =
        parameters.iter().find(|(name, _)| *name == wanted).map(|(_, value)| value.to_owned());
    value.ok_or(Error::NotFound)
}

/// The paste, if it exists now and this visitor may see it.
///
/// # Errors
/// [`Error::NotFound`] in all other cases, so that the error reveals nothing;
/// [`Error::RateLimited`] if the client has requested too many pastes that do not exist.
pub async fn visible(app: &App, visitor: &Visitor, name: &Name) -> Result<Arc<Paste>> {
    visible_to(app, visitor, visitor.user_id(), name).await
}

/// As [`visible`], with `viewer` in place of the visitor's account.
///
/// # Errors
/// As [`visible`].
pub async fn visible_to(
    app: &App,
    visitor: &Visitor,
    viewer: Option<UserId>,
    name: &Name,
) -> Result<Arc<Paste>> {
    let paste = app.store.visible_paste(&name.id, viewer, &app.clock).await?;
    if paste.is_none() {
        app.limits.check(Action::Miss, visitor.client_key()).await?;
    }
    paste.ok_or(Error::NotFound)
}
