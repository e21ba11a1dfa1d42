//! A paste in a page of another site: the frame, and the oEmbed description that leads to it.

use axum::Json;
use axum::extract::{Query, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use render::listing::Lines;
use serde::{Deserialize, Serialize};
use store::Visibility;

use crate::error::{Error, Result};
use crate::http::response_cache::Rendered;
use crate::pastes::loaded::{self, highlighted_part};
use crate::pastes::name::{Name, visible};
use crate::pastes::page_cache::cached_page;
use crate::pastes::query::SourceQuery;
use crate::pastes::view::components::public_title;
use crate::pastes::view::embed::{self, EmbedView, HEIGHT, WIDTH};
use crate::state::App;
use crate::ui::page::{PageContext, Theme};
use crate::visitor::Visitor;

/// The lines to mark, the part to show, and the theme of a frame.
#[derive(Deserialize)]
pub struct FrameQuery {
    lines: Option<Lines>,
    part: Option<u64>,
    /// `light` or `dark`; the theme of the visitor's system otherwise.
    theme: Option<String>,
}

/// The frame. A private paste is a 404 even to its owner, because the frame is part of another site.
pub async fn frame(
    State(app): State<App>,
    visitor: Visitor,
    name: Name,
    headers: HeaderMap,
    Query(FrameQuery { lines, part, theme }): Query<FrameQuery>,
) -> Result<Response> {
    let mut cx = visitor.page_context();
    cx.theme = theme.as_deref().and_then(Theme::from_name).unwrap_or_default();
    match respond(&app, &visitor, &cx, &name, &headers, SourceQuery { lines, part }).await {
        Err(Error::NotFound) => Ok((StatusCode::NOT_FOUND, embed::not_found(&cx)).into_response()),
        response => response,
    }
}

/// Allows other sites to show the response in a frame, even if it is an error.
pub async fn headers(State(app): State<App>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, app.embed_policy.clone());
    let policy = HeaderName::from_static("cross-origin-resource-policy");
    headers.insert(policy, HeaderValue::from_static("cross-origin"));
    response
}

async fn respond(
    app: &App,
    visitor: &Visitor,
    cx: &PageContext<'_>,
    name: &Name,
    headers: &HeaderMap,
    query: SourceQuery,
) -> Result<Response> {
    let paste = visible(app, visitor, name).await?;
    if paste.visibility == Visibility::Private {
        return Err(Error::NotFound);
    }
    let render = async {
        let loaded = loaded::load_visible(app, visitor, paste.clone(), name, None).await?;
        let part = highlighted_part(app, &loaded, query).await?;
        let path = cx.href(&name.path());
        let view = EmbedView { loaded: &loaded, part: &part, marked: query.lines, path: &path };
        Ok(Rendered { html: embed::frame(cx, &view), complete: part.is_complete() })
    };
    // A frame does not show the time left, so it does not change before the paste ends.
    cached_page(app, visitor, headers, cx, &paste, None, render).await
}

/// A request of oEmbed 1.0. The sizes are in CSS pixels.
#[derive(Deserialize)]
pub struct OembedQuery {
    url: String,
    format: Option<String>,
    maxwidth: Option<u32>,
    maxheight: Option<u32>,
}

/// A response of oEmbed 1.0: <https://oembed.com>.
#[derive(Serialize)]
pub struct Description {
    version: &'static str,
    r#type: &'static str,
    provider_name: &'static str,
    provider_url: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<String>,
    html: String,
    width: u32,
    height: u32,
}

/// The oEmbed description of a paste, in JSON; 501 for any other format.
pub async fn describe(
    State(app): State<App>,
    visitor: Visitor,
    Query(query): Query<OembedQuery>,
) -> Result<Response> {
    if query.format.is_some_and(|format| format != "json") {
        return Ok(StatusCode::NOT_IMPLEMENTED.into_response());
    }
    let path = query.url.strip_prefix(&*visitor.public_url).and_then(|path| path.strip_prefix('/'));
    let name = path.and_then(|path| path.split(['/', '?', '#']).next());
    let name: Name = name.and_then(|name| name.parse().ok()).ok_or(Error::NotFound)?;
    let paste = visible(&app, &visitor, &name).await?;
    if paste.visibility == Visibility::Private {
        return Err(Error::NotFound);
    }
    let width = query.maxwidth.map_or(WIDTH, |max| max.clamp(1, WIDTH));
    let height = query.maxheight.map_or(HEIGHT, |max| max.clamp(1, HEIGHT));
    let address = format!("{}{}/embed", visitor.public_url, name.path());
    let title = public_title(&visitor.page_context(), &paste);
    let description = Description {
        version: "1.0",
        r#type: "rich",
        provider_name: "Pastebin",
        provider_url: visitor.public_url.to_string(),
        html: embed::iframe(&address, &title, width, height).into_string(),
        title: (paste.visibility == Visibility::Public).then_some(title),
        width,
        height,
    };
    // It names the host of this request.
    let cache = (header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    Ok(([cache], Json(description)).into_response())
}
