//! `GET /assets/{name}.{hash}.{ext}`: immutable files, compressed ahead of time.

use axum::extract::Path;
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::response::{IntoResponse, Response};

use crate::error::{Error, Result};
use crate::http::content_coding::ContentCoding;
use crate::ui::assets::{Asset, find};

pub async fn serve(Path(file): Path<String>, headers: HeaderMap) -> Result<Response> {
    let asset = find(&format!("/assets/{file}")).ok_or(Error::NotFound)?;
    let (coding, body) = best(asset, &headers);
    let mut response = body.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(asset.media_type));
    headers.insert(
        header::CACHE_CONTROL,
        HeaderValue::from_static("public, max-age=31536000, immutable"),
    );
    headers.insert(header::VARY, HeaderValue::from_static("Accept-Encoding"));
    // The sandboxed frame of an embedded paste has no origin of its own, and still loads its style.
    let policy = HeaderName::from_static("cross-origin-resource-policy");
    headers.insert(policy, HeaderValue::from_static("cross-origin"));
    if let Some(coding) = coding.name() {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(coding));
    }
    Ok(response)
}

fn best(asset: &Asset, headers: &HeaderMap) -> (ContentCoding, &'static [u8]) {
    let body = |coding: &ContentCoding| match coding {
        ContentCoding::Br => Some(asset.br),
        ContentCoding::Gzip => Some(asset.gzip),
        ContentCoding::Identity => Some(asset.identity),
        ContentCoding::Zstd => None,
    };
    let accepted = ContentCoding::accepted(headers).into_iter();
    let mut bodies = accepted.filter_map(|coding| Some((coding, body(&coding)?)));
    bodies.next().unwrap_or((ContentCoding::Identity, asset.identity))
}
