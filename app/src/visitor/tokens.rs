//! The tokens that programs send: access tokens, and the delete tokens of single pastes.

use axum::http::header::AUTHORIZATION;
use axum::http::{HeaderMap, HeaderName};
use axum_extra::headers::HeaderMapExt as _;
use axum_extra::headers::authorization::{Authorization, Bearer};
use store::{AccessToken, Token, User};

use crate::error::{Error, Result};
use crate::http::client_ip::ClientKey;
use crate::http::rate_limit::action::Action;
use crate::state::App;

/// The prefix of an access token, by which scanners for leaked secrets recognise it.
const ACCESS_TOKEN: &str = "pastebin_pat_";

/// The prefix of a token that changes or deletes one paste.
const PASTE_TOKEN: &str = "pastebin_del_";

/// The header that carries a paste's delete token, in answers and in requests.
pub const DELETE_TOKEN: HeaderName = HeaderName::from_static("delete-token");

/// An access token as its user sees it.
pub fn format_access_token(token: &Token) -> String {
    format!("{ACCESS_TOKEN}{}", token.to_hex())
}

/// A delete token as its holder sees it.
pub fn format_delete_token(token: &Token) -> String {
    format!("{PASTE_TOKEN}{}", token.to_hex())
}

/// The delete token that a request carries.
///
/// # Errors
/// [`Error::Unauthorized`] if it is malformed.
pub fn delete_token(headers: &HeaderMap) -> Result<Option<Token>> {
    let Some(value) = headers.get(DELETE_TOKEN) else { return Ok(None) };
    value.to_str().ok().and_then(parse_delete_token).map(Some).ok_or(Error::Unauthorized)
}

/// A delete token as [`format_delete_token`] writes it.
pub fn parse_delete_token(value: &str) -> Option<Token> {
    Token::from_hex(value.trim().strip_prefix(PASTE_TOKEN)?)
}

/// The access token that a request carries, and its user. A bearer token that is not ours is an
/// error for the API. At other addresses it is ignored: proxies and other sites' clients send their
/// own.
///
/// # Errors
/// [`Error::Unauthorized`] if the token is malformed, unknown, expired or revoked;
/// [`Error::RateLimited`] if the client has tried too many unknown tokens.
pub async fn bearer(
    app: &App,
    headers: &HeaderMap,
    client: ClientKey,
    is_api: bool,
) -> Result<Option<(User, AccessToken)>> {
    let Some(Authorization(bearer)) = headers.typed_get::<Authorization<Bearer>>() else {
        // A script whose token variable is empty must not publish anonymously.
        let is_malformed = headers.contains_key(AUTHORIZATION);
        return if is_api && is_malformed { Err(Error::Unauthorized) } else { Ok(None) };
    };
    let Some(digits) = bearer.token().strip_prefix(ACCESS_TOKEN) else {
        return if is_api { Err(Error::Unauthorized) } else { Ok(None) };
    };
    let token = Token::from_hex(digits).ok_or(Error::Unauthorized)?;
    let found = app.store.bearer(&token, app.clock.now()).await?;
    if found.is_none() {
        app.limits.check(Action::Miss, client).await?;
    }
    found.map(Some).ok_or(Error::Unauthorized)
}
