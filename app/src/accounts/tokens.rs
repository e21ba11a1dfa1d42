//! What programs carry in place of a password: access tokens, and the tokens of single pastes.

pub mod page;
mod view;

use std::net::IpAddr;

use axum::http::header::AUTHORIZATION;
use axum::http::{HeaderMap, HeaderName};
use axum_extra::headers::HeaderMapExt as _;
use axum_extra::headers::authorization::{Authorization, Bearer};
use store::{AccessToken, Secret, User};

use crate::limits::Action;
use crate::{App, Error, Result};

/// In front of an access token, so that scanners for leaked secrets know it.
const PERSONAL: &str = "pastebin_pat_";

/// In front of a token that changes or deletes one paste.
const OF_PASTE: &str = "pastebin_del_";

/// Carries the token of a paste, in answers and in requests.
pub const DELETE_TOKEN: HeaderName = HeaderName::from_static("delete-token");

/// What an access token may be allowed to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    Read,
    Write,
    Delete,
}

impl Scope {
    pub const ALL: [Self; 3] = [Self::Read, Self::Write, Self::Delete];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
            Self::Delete => "delete",
        }
    }

    pub const fn is_of(self, token: &AccessToken) -> bool {
        match self {
            Self::Read => token.scopes.read,
            Self::Write => token.scopes.write,
            Self::Delete => token.scopes.delete,
        }
    }

    /// The scopes of a token.
    pub fn all_of(token: &AccessToken) -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().filter(|scope| scope.is_of(token))
    }
}

pub fn personal(secret: &Secret) -> String {
    format!("{PERSONAL}{}", secret.to_hex())
}

pub fn of_paste(secret: &Secret) -> String {
    format!("{OF_PASTE}{}", secret.to_hex())
}

/// The token of a paste that a request carries.
///
/// # Errors
/// [`Error::Unauthorized`] where it is none.
pub fn holder(headers: &HeaderMap) -> Result<Option<Secret>> {
    let Some(value) = headers.get(DELETE_TOKEN) else { return Ok(None) };
    let digits = value.to_str().ok().and_then(|value| value.trim().strip_prefix(OF_PASTE));
    digits.and_then(Secret::from_hex).map(Some).ok_or(Error::Unauthorized)
}

/// Whose program this is. A bearer that is none of ours is a mistake where our API is spoken, and
/// somebody else's business elsewhere: proxies and other sites' clients send theirs.
pub async fn bearer(
    app: &App,
    headers: &HeaderMap,
    client: IpAddr,
    speaks_api: bool,
) -> Result<Option<(User, AccessToken)>> {
    let Some(Authorization(bearer)) = headers.typed_get::<Authorization<Bearer>>() else {
        // A script whose variable is empty shall not publish in nobody's name.
        let says_something = headers.contains_key(AUTHORIZATION);
        return if speaks_api && says_something { Err(Error::Unauthorized) } else { Ok(None) };
    };
    let Some(digits) = bearer.token().strip_prefix(PERSONAL) else {
        return if speaks_api { Err(Error::Unauthorized) } else { Ok(None) };
    };
    let secret = Secret::from_hex(digits).ok_or(Error::Unauthorized)?;
    let known = app.store.bearer(&secret, app.clock.now()).await?;
    if known.is_none() {
        app.limits.spend(Action::Miss, client).await?;
    }
    known.map(Some).ok_or(Error::Unauthorized)
}
