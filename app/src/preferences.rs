//! `POST /preferences`: language, theme and how lines wrap, remembered in a cookie each.

use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{AppendHeaders, IntoResponse, Redirect};
use axum::routing::post;
use axum::{Form, Router};
use axum_extra::extract::CookieJar;
use serde::Deserialize;

use crate::accounts::session;
use crate::i18n::Lang;
use crate::page::Theme;
use crate::{App, Error};

const YEAR: i64 = 365 * 24 * 60 * 60;

pub fn routes() -> Router<App> {
    Router::new().route("/preferences", post(remember))
}

#[derive(Deserialize)]
struct Choice {
    lang: Option<String>,
    theme: Option<String>,
    wrap: Option<String>,
    #[serde(default)]
    next: String,
}

async fn remember(
    State(app): State<App>,
    Form(choice): Form<Choice>,
) -> Result<impl IntoResponse, Error> {
    let mut cookies = Vec::new();
    if let Some(lang) = choice.lang {
        let lang = Lang::from_code(&lang).ok_or(Error::BadRequest)?;
        cookies.push(session::cookie(&app, "lang", lang.code().to_owned(), YEAR));
    }
    if let Some(theme) = choice.theme {
        let theme = Theme::from_name(&theme).ok_or(Error::BadRequest)?;
        cookies.push(session::cookie(&app, "theme", theme.as_str().to_owned(), YEAR));
    }
    if let Some(wrap) = choice.wrap {
        let wrap = on_or_off(&wrap).ok_or(Error::BadRequest)?;
        cookies.push(session::cookie(
            &app,
            "wrap",
            if wrap { "on" } else { "off" }.to_owned(),
            YEAR,
        ));
    }
    let cookies = AppendHeaders(
        cookies.into_iter().map(|cookie| (header::SET_COOKIE, cookie)).collect::<Vec<_>>(),
    );
    Ok((cookies, Redirect::to(local_path(&choice.next).unwrap_or("/"))))
}

pub fn lang(jar: &CookieJar, headers: &HeaderMap) -> Lang {
    let chosen = jar.get("lang").and_then(|cookie| Lang::from_code(cookie.value()));
    chosen.unwrap_or_else(|| {
        let accepted = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
        Lang::negotiate(accepted.unwrap_or(""))
    })
}

pub fn theme(jar: &CookieJar) -> Theme {
    jar.get("theme").and_then(|cookie| Theme::from_name(cookie.value())).unwrap_or_default()
}

/// Whether long lines wrap, where the visitor has chosen.
pub fn wrap(jar: &CookieJar) -> Option<bool> {
    jar.get("wrap").and_then(|cookie| on_or_off(cookie.value()))
}

fn on_or_off(choice: &str) -> Option<bool> {
    match choice {
        "on" => Some(true),
        "off" => Some(false),
        _ => None,
    }
}

/// `next`, where it is a path of this site and nothing that a browser takes for another's.
pub fn local_path(next: &str) -> Option<&str> {
    let local = next.starts_with('/') && !next.starts_with("//") && !next.starts_with("/\\");
    let plain = next.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    (local && plain && next.len() <= 2048).then_some(next)
}

#[cfg(test)]
mod tests {
    use super::local_path;

    #[test]
    fn only_paths_of_this_site_are_gone_back_to() {
        for good in ["/", "/profile", "/profile?after=1-x", "/abc#x"] {
            assert_eq!(local_path(good), Some(good));
        }
        for bad in [
            "",
            "profile",
            "//evil.org",
            "/\\evil.org",
            "/\t/evil.org",
            "https://evil.org",
            "/\n/evil.org",
            "/a\\b",
        ] {
            assert_eq!(local_path(bad), None, "{bad:?}");
        }
    }
}
