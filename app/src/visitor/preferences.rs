//! Language, theme and line wrapping, as the visitor has chosen or as the browser prefers.

use axum::http::{HeaderMap, header};
use axum_extra::extract::CookieJar;

use crate::ui::i18n::Lang;
use crate::ui::page::Theme;

pub const LANG: &str = "lang";
pub const THEME: &str = "theme";
pub const WRAP: &str = "wrap";

pub fn lang(cookies: &CookieJar, headers: &HeaderMap) -> Lang {
    let chosen = cookies.get(LANG).and_then(|cookie| Lang::from_code(cookie.value()));
    chosen.unwrap_or_else(|| {
        let accepted = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
        Lang::negotiate(accepted.unwrap_or(""))
    })
}

pub fn theme(cookies: &CookieJar) -> Theme {
    cookies.get(THEME).and_then(|cookie| Theme::from_name(cookie.value())).unwrap_or_default()
}

/// Whether long lines wrap; `None` if the visitor has not chosen.
pub fn wrap(cookies: &CookieJar) -> Option<bool> {
    cookies.get(WRAP).and_then(|cookie| parse_switch(cookie.value()))
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
