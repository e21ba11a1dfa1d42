//! `GET /assets/{name}.{hash}.{ext}`: embedded, immutable, compressed ahead of time.

use axum::Router;
use axum::extract::Path;
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use crate::answers::Coding;
use crate::{App, Error};

include!(concat!(env!("OUT_DIR"), "/assets.rs"));

struct Asset {
    name: &'static str,
    path: &'static str,
    media_type: &'static str,
    identity: &'static [u8],
    gzip: &'static [u8],
    br: &'static [u8],
}

pub fn routes() -> Router<App> {
    Router::new().route("/assets/{file}", get(serve))
}

/// The address of an asset, with its hash.
pub fn asset(name: &str) -> &'static str {
    ASSETS.iter().find(|asset| asset.name == name).map_or("/assets/missing", |asset| asset.path)
}

async fn serve(Path(file): Path<String>, headers: HeaderMap) -> Result<Response, Error> {
    let path = format!("/assets/{file}");
    let asset = ASSETS.iter().find(|asset| asset.path == path).ok_or(Error::NotFound)?;
    let (coding, body) = asset.best(&headers);
    let mut response = body.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(asset.media_type));
    headers.insert(
        header::CACHE_CONTROL,
        HeaderValue::from_static("public, max-age=31536000, immutable"),
    );
    headers.insert(header::VARY, HeaderValue::from_static("Accept-Encoding"));
    // A sandboxed frame has no origin, and needs its style all the same; nothing here is a secret.
    let policy = HeaderName::from_static("cross-origin-resource-policy");
    headers.insert(policy, HeaderValue::from_static("cross-origin"));
    if let Some(coding) = coding.name() {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(coding));
    }
    Ok(response)
}

impl Asset {
    fn best(&self, headers: &HeaderMap) -> (Coding, &'static [u8]) {
        let body = |coding: &Coding| match coding {
            Coding::Br => Some(self.br),
            Coding::Gzip => Some(self.gzip),
            Coding::Identity => Some(self.identity),
            Coding::Zstd => None,
        };
        let accepted = Coding::accepted(headers).into_iter();
        let mut bodies = accepted.filter_map(|coding| Some((coding, body(&coding)?)));
        bodies.next().unwrap_or((Coding::Identity, self.identity))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_asset_that_a_page_names_is_there() {
        for name in ["site.css", "site.js", "htmx.min.js", "favicon.svg"] {
            assert!(asset(name).starts_with("/assets/"), "{name}");
            assert_ne!(asset(name), "/assets/missing", "{name}");
        }
    }
}
