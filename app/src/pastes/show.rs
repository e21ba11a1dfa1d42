use axum::extract::State;
use axum::http::{HeaderName, HeaderValue};
use axum::response::{IntoResponse, Response};
use maud::Markup;
use store::{Paste, Visibility};

use crate::page::Flash;
use crate::pastes::{Name, view, visible};
use crate::{App, Result, Visit, syntaxes};

/// A text larger than this is made into HTML off the async threads.
const RENDER_INLINE: u64 = 64 * 1024;

pub async fn page(State(app): State<App>, visit: Visit, name: Name) -> Result<Response> {
    let paste = visible(&app, &visit, &name).await?;
    let text = app.store.text(&paste).await?;
    let asked = name.extension.as_deref().and_then(syntaxes::find);
    let syntax = asked.or_else(|| syntaxes::find(&paste.syntax)).unwrap_or_else(syntaxes::plain);
    let now = app.clock.now();
    let (large, unlisted) = (paste.bytes > RENDER_INLINE, paste.visibility != Visibility::Public);
    let render = move || -> Result<Markup> {
        let text = std::str::from_utf8(&text).map_err(anyhow::Error::from)?;
        let mut page = visit.page();
        if visit.created.as_ref() == Some(&paste.id) {
            page.flash = Some(Flash::Created);
        }
        let owned = paste.owner.is_some() && paste.owner == visit.user_id();
        Ok(view::page(&page, &view::Shown { paste: &paste, text, syntax, now, owned }))
    };
    let page = if large {
        tokio::task::spawn_blocking(render).await.map_err(anyhow::Error::from)??
    } else {
        render()?
    };
    let mut response = page.into_response();
    if unlisted {
        response.headers_mut().insert(ROBOTS.0, ROBOTS.1);
    }
    Ok(response)
}

/// An unlisted link that somebody posts somewhere shall not end up in a search engine.
pub const ROBOTS: (HeaderName, HeaderValue) =
    (HeaderName::from_static("x-robots-tag"), HeaderValue::from_static("noindex, nofollow"));

pub async fn expiry(State(app): State<App>, visit: Visit, name: Name) -> Result<Markup> {
    let paste: Paste = visible(&app, &visit, &name).await?;
    Ok(view::expiry(&visit.page(), &paste, app.clock.now()))
}
