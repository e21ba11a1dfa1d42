//! The session cookie: 256 random bits, of which the database keeps only a hash.

use std::time::Duration;

use axum::http::HeaderValue;
use axum_extra::extract::CookieJar;
use cookie::{Cookie, SameSite};
use store::{Secret, UserId};

use crate::{App, Result, Visit};

/// How long a visitor stays logged in.
const LIFETIME: Duration = Duration::from_hours(720);

/// With https, the browser itself guards the name: no other host and no plain http can set it.
fn name(app: &App) -> &'static str {
    if app.is_https() { "__Host-session" } else { "session" }
}

pub fn token(app: &App, jar: &CookieJar) -> Option<Secret> {
    Secret::from_hex(jar.get(name(app))?.value())
}

/// Starts a new session, never the one that the browser brought, and ends that one.
pub async fn start(app: &App, visit: &Visit, user: UserId) -> Result<HeaderValue> {
    if let Some(old) = &visit.token {
        app.store.end_session(old).await?;
    }
    let token = Secret::random().map_err(anyhow::Error::from)?;
    let now = app.clock.now();
    app.store.start_session(&token, user, now, now.plus(LIFETIME)).await?;
    Ok(cookie(app, name(app), token.to_hex(), LIFETIME.as_secs().cast_signed()))
}

/// Ends the session on the server, and takes the cookie back.
pub async fn end(app: &App, visit: &Visit) -> Result<HeaderValue> {
    if let Some(token) = &visit.token {
        app.store.end_session(token).await?;
    }
    Ok(cookie(app, name(app), String::new(), 0))
}

/// A cookie that scripts cannot read and other sites' forms do not carry.
pub fn cookie(app: &App, name: &'static str, value: String, seconds: i64) -> HeaderValue {
    let cookie = Cookie::build((name, value))
        .path("/")
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(app.is_https())
        .max_age(cookie::time::Duration::seconds(seconds))
        .build();
    // Names and values are ours: hex digits, ids and words, all of them fit for a header.
    HeaderValue::from_str(&cookie.to_string()).unwrap_or_else(|_| HeaderValue::from_static(""))
}
