//! Pages of pastes in the response cache.

use axum::http::{HeaderMap, header};
use axum::response::Response;
use store::{Paste, Timestamp};

use crate::error::Result;
use crate::http::etag::EntityTag;
use crate::http::response_cache::Rendered;
use crate::state::App;
use crate::ui::page::PageContext;
use crate::visitor::Visitor;
use crate::visitor::format::VARY;

/// The page of a paste that `render` makes. It is cached if every anonymous visitor gets the same one,
/// which it stays until `until`.
pub async fn cached_page(
    app: &App,
    visitor: &Visitor,
    headers: &HeaderMap,
    cx: &PageContext<'_>,
    paste: &Paste,
    until: Option<Timestamp>,
    render: impl Future<Output = Result<Rendered>>,
) -> Result<Response> {
    let tag = visitor.is_anonymous().then(|| tag(cx, paste, until));
    let mut response = app.responses.page(headers, tag.as_ref(), &VARY, render).await?;
    if response.headers().contains_key(header::ETAG) {
        let cache = visitor.cache_control(app, paste, until);
        response.headers_mut().insert(header::CACHE_CONTROL, cache);
    }
    Ok(response)
}

/// The tag of everything that a page of this paste shows to an anonymous visitor. The page's path names
/// the syntax, the view mode, the part and the marked lines.
fn tag(cx: &PageContext, paste: &Paste, until: Option<Timestamp>) -> EntityTag {
    let PageContext { lang, theme, user: _, path, public_url, flash: _, wrap } = cx;
    let Paste {
        id,
        owner: _,
        title,
        syntax,
        syntax_guessed,
        visibility,
        bytes,
        lines,
        created_at,
        expires_at,
        sha256,
        blob_key: _,
        delete_token_hash: _,
    } = paste;
    let number = |number: Option<i64>| {
        number.map_or([0; 9], |number| {
            let mut bytes = [1; 9];
            bytes[1..].copy_from_slice(&number.to_le_bytes());
            bytes
        })
    };
    let time = |at: Option<Timestamp>| number(at.map(|at| at.0));
    EntityTag::of(&[
        public_url.as_bytes(),
        path.as_bytes(),
        lang.code().as_bytes(),
        theme.as_str().as_bytes(),
        &number(wrap.map(i64::from)),
        id.as_str().as_bytes(),
        title.as_bytes(),
        syntax.as_bytes(),
        &[u8::from(*syntax_guessed)],
        visibility.as_str().as_bytes(),
        &bytes.to_le_bytes(),
        &lines.to_le_bytes(),
        &time(Some(*created_at)),
        &time(*expires_at),
        sha256,
        &time(until),
    ])
}
