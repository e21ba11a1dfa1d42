//! `POST /preferences`: remembers language, theme and line wrapping in a cookie each.

use axum::Form;
use axum::extract::State;
use axum::http::header;
use axum::response::{AppendHeaders, IntoResponse, Redirect};
use serde::Deserialize;

use crate::error::{Error, Result};
use crate::state::App;
use crate::ui::i18n::Lang;
use crate::ui::links::local_path;
use crate::ui::page::Theme;
use crate::visitor::preferences::{LANG, MAX_AGE, THEME, WRAP, parse_switch, switch};

#[derive(Deserialize)]
pub struct Preferences {
    lang: Option<String>,
    theme: Option<String>,
    wrap: Option<String>,
    #[serde(default)]
    next: String,
}

pub async fn remember(
    State(app): State<App>,
    Form(preferences): Form<Preferences>,
) -> Result<impl IntoResponse> {
    let mut cookies = Vec::new();
    let mut remember = |name: &'static str, value: &str| {
        let cookie = app.cookies.set(name, value.to_owned(), MAX_AGE);
        cookies.push((header::SET_COOKIE, cookie));
    };
    if let Some(lang) = preferences.lang {
        remember(LANG, Lang::from_code(&lang).ok_or(Error::BadRequest)?.code());
    }
    if let Some(theme) = preferences.theme {
        remember(THEME, Theme::from_name(&theme).ok_or(Error::BadRequest)?.as_str());
    }
    if let Some(wrap) = preferences.wrap {
        remember(WRAP, switch(parse_switch(&wrap).ok_or(Error::BadRequest)?));
    }
    let next = Redirect::to(local_path(&preferences.next).unwrap_or("/"));
    Ok((AppendHeaders(cookies), next))
}
