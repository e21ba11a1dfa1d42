//! Language, theme and line wrapping, as the visitor has chosen or as the browser prefers.

use axum::http::{HeaderMap, HeaderValue, header};
use axum_extra::extract::CookieJar;

use crate::http::cookie::CookieScope;
use crate::ui::i18n::Lang;
use crate::ui::page::Theme;

pub const LANG: &str = "lang";
pub const THEME: &str = "theme";
pub const WRAP: &str = "wrap";

/// How long a browser keeps a preference, in seconds: a year.
pub const MAX_AGE: i64 = 365 * 24 * 60 * 60;

/// The preference, also from a cookie without the prefix that cookies have under https: earlier
/// versions of the site set those.
fn get<'a>(scope: &CookieScope, cookies: &'a CookieJar, name: &str) -> Option<&'a str> {
    scope.get(cookies, name).or_else(|| scope.get_unprefixed(cookies, name))
}

/// `Set-Cookie` headers that rename the preferences of earlier versions.
pub fn migrated(scope: &CookieScope, cookies: &CookieJar) -> Vec<HeaderValue> {
    let mut headers = Vec::new();
    for name in [LANG, THEME, WRAP] {
        let Some(old) = scope.get_unprefixed(cookies, name) else { continue };
        if scope.get(cookies, name).is_none() && is_valid(name, old) {
            headers.push(scope.set(name, old.to_owned(), MAX_AGE));
        }
        headers.push(scope.delete_unprefixed(name));
    }
    headers
}

fn is_valid(name: &str, value: &str) -> bool {
    match name {
        LANG => Lang::from_code(value).is_some(),
        THEME => Theme::from_name(value).is_some(),
        _ => parse_switch(value).is_some(),
    }
}

pub fn lang(scope: &CookieScope, cookies: &CookieJar, headers: &HeaderMap) -> Lang {
    let chosen = get(scope, cookies, LANG).and_then(Lang::from_code);
    chosen.unwrap_or_else(|| {
        let accepted = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
        Lang::negotiate(accepted.unwrap_or(""))
    })
}

pub fn theme(scope: &CookieScope, cookies: &CookieJar) -> Theme {
    get(scope, cookies, THEME).and_then(Theme::from_name).unwrap_or_default()
}

/// Whether long lines wrap; `None` if the visitor has not chosen.
pub fn wrap(scope: &CookieScope, cookies: &CookieJar) -> Option<bool> {
    get(scope, cookies, WRAP).and_then(parse_switch)
}

pub fn parse_switch(value: &str) -> Option<bool> {
    match value {
        "on" => Some(true),
        "off" => Some(false),
        _ => None,
    }
}

pub const fn switch(on: bool) -> &'static str {
    if on { "on" } else { "off" }
}
