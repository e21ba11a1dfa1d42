//! Pages of pastes in the response cache.

use axum::http::{HeaderMap, header};
use axum::response::Response;
use store::{Paste, Timestamp};

use crate::error::Result;
use crate::http::etag::EntityTag;
use crate::http::response_cache::Rendered;
use crate::pastes::headers;
use crate::state::App;
use crate::ui::page::PageContext;
use crate::visitor::Visitor;
use crate::visitor::format::VARY;

/// The page of a paste, from the cache or from `render`. Only pages for anonymous visitors are cached,
/// because those are equal for all of them. `until` is the time at which the page changes next;
/// `None` if it does not change before the paste expires.
///
/// # Errors
/// Those of `render`.
pub async fn cached_page(
    app: &App,
    visitor: &Visitor,
    request: &HeaderMap,
    cx: &PageContext<'_>,
    paste: &Paste,
    until: Option<Timestamp>,
    render: impl Future<Output = Result<Rendered>>,
) -> Result<Response> {
    let tag = visitor.is_anonymous().then(|| tag(cx, paste, until));
    let client = visitor.client_key();
    let mut response = app.responses.page(client, request, tag.as_ref(), &VARY, render).await?;
    if response.headers().contains_key(header::ETAG) {
        // Without PUBLIC_URL the links of the page name the host of this request, and a shared cache
        // may not distinguish hosts.
        let cache = match app.address.public_url() {
            Some(_) => visitor.cache_control(app, paste, until),
            None => headers::cache_control(visitor),
        };
        response.headers_mut().insert(header::CACHE_CONTROL, cache);
    }
    Ok(response)
}

/// A tag of everything that a page of this paste shows to an anonymous visitor. The page's path
/// contains the syntax, the view mode, the part and the marked lines. Both structs are destructured
/// so that a new field must be considered here.
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
    EntityTag::of(&[
        public_url.as_bytes(),
        path.as_bytes(),
        lang.code().as_bytes(),
        theme.as_str().as_bytes(),
        &encode(wrap.map(i64::from)),
        id.as_str().as_bytes(),
        title.as_bytes(),
        syntax.as_bytes(),
        &[u8::from(*syntax_guessed)],
        visibility.as_str().as_bytes(),
        &bytes.to_le_bytes(),
        &lines.to_le_bytes(),
        &encode(Some(created_at.0)),
        &encode(expires_at.map(|at| at.0)),
        sha256,
        &encode(until.map(|at| at.0)),
    ])
}

/// A number as bytes that differ from those of any other number and of `None`.
fn encode(number: Option<i64>) -> [u8; 9] {
    let Some(number) = number else { return [0; 9] };
    let mut bytes = [1; 9];
    bytes[1..].copy_from_slice(&number.to_le_bytes());
    bytes
}
