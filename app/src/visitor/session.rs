//! The session cookie: 256 random bits, of which the database keeps only a hash.

use std::time::Duration;

use axum::http::HeaderValue;
use axum_extra::extract::CookieJar;
use store::{Token, UserId};

use crate::error::Result;
use crate::state::App;
use crate::visitor::Visitor;

/// How long a visitor stays logged in: 30 days.
const LIFETIME: Duration = Duration::from_hours(720);

const NAME: &str = "session";

/// The token in the session cookie.
pub fn token(app: &App, cookies: &CookieJar) -> Option<Token> {
    Token::from_hex(app.cookies.get(cookies, NAME)?)
}

/// Starts a new session and ends the one that the browser brought, if any. Returns the cookie.
///
/// # Errors
/// The database fails, or the operating system gives no randomness.
pub async fn start(app: &App, visitor: &Visitor, user: UserId) -> Result<HeaderValue> {
    if let Some(old) = &visitor.session {
        app.store.end_session(old).await?;
    }
    let token = Token::random().map_err(anyhow::Error::from)?;
    let now = app.clock.now();
    app.store.start_session(&token, user, now, now.plus(LIFETIME)).await?;
    let max_age = LIFETIME.as_secs().cast_signed();
    Ok(app.cookies.set(NAME, token.to_hex(), max_age))
}

/// Ends the session on the server.
///
/// # Errors
/// The database fails.
pub async fn end(app: &App, visitor: &Visitor) -> Result<()> {
    if let Some(token) = &visitor.session {
        app.store.end_session(token).await?;
    }
    Ok(())
}

/// The cookie that deletes the browser's.
pub fn clear(app: &App) -> HeaderValue {
    app.cookies.set(NAME, String::new(), 0)
}
