//! `GET /api/v1/pastes/{id}`, and its text at `/api/v1/pastes/{id}/text`.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum_extra::headers::{HeaderMapExt as _, IfNoneMatch};

use crate::api::paste;
use crate::api::paste::Paste;
use crate::api::pastes::{Id, NoQuery};
use crate::api::query::Query;
use crate::error::refusal::{Fault, Refusal};
use crate::error::{Error, Result};
use crate::pastes::name::visible_to;
use crate::pastes::raw;
use crate::state::App;
use crate::visitor::Visitor;

/// What is known of a paste but its text.
#[utoipa::path(
    get, path = "/pastes/{id}", tag = "pastes", operation_id = "getPaste",
    security((), ("access_token" = ["read"])),
    params(
        ("id" = String, Path, pattern = "^[1-9A-HJ-NP-Za-km-z]{12}$"),
        ("If-None-Match" = Option<String>, Header, description = "The `ETag` that is known already.", nullable = false),
    ),
    responses(
        (status = 200, body = Paste, headers(("ETag" = String, description = "For `If-Match` and `If-None-Match`."))),
        (status = 304, description = "It is as the caller knows it."),
        (status = 401), (status = 404), (status = 422),
    )
)]
pub async fn read(
    State(app): State<App>,
    visitor: Visitor,
    Id(name): Id,
    Query(NoQuery {}): Query<NoQuery>,
    headers: HeaderMap,
) -> Result<Response> {
    let paste = visible_to(&app, &visitor, visitor.user_id(), &name).await?;
    let etag = paste::etag(&paste)?;
    let known = headers.typed_get::<IfNoneMatch>();
    if known.is_some_and(|known| !known.precondition_passes(&etag)) {
        let mut response = StatusCode::NOT_MODIFIED.into_response();
        paste::insert_etag(response.headers_mut(), etag);
        return Ok(response);
    }
    paste::response(&visitor, Arc::unwrap_or_clone(paste))
}

/// The text, byte for byte.
#[utoipa::path(
    get, path = "/pastes/{id}/text", tag = "pastes", operation_id = "getText",
    security((), ("access_token" = ["read"])),
    params(
        ("id" = String, Path, pattern = "^[1-9A-HJ-NP-Za-km-z]{12}$"),
        ("If-None-Match" = Option<String>, Header, description = "The `ETag` that is known already.", nullable = false),
        ("Range" = Option<String>, Header, description = "A part of it, in bytes.", example = "bytes=0-1023", nullable = false),
    ),
    responses(
        (status = 200, body = String, content_type = "text/plain; charset=utf-8",
            headers(("ETag" = String, description = "A text never changes, and neither does this."))),
        (status = 206, body = String, content_type = "text/plain; charset=utf-8"),
        (status = 304, description = "It is as the caller knows it."),
        (status = 401), (status = 404), (status = 416), (status = 422),
    )
)]
pub async fn text(
    State(app): State<App>,
    visitor: Visitor,
    Id(name): Id,
    Query(NoQuery {}): Query<NoQuery>,
    headers: HeaderMap,
) -> Result<Response> {
    let response = raw::respond(&app, &visitor, &name, &headers, |_| None).await?;
    if response.status() != StatusCode::RANGE_NOT_SATISFIABLE {
        return Ok(response);
    }
    let refusal = Refusal::new(
        Fault::Range,
        "The text does not reach so far; `Content-Range` has its length.",
    );
    let mut refused = Error::Refused(refusal).into_response();
    let length = response.headers().get(header::CONTENT_RANGE).cloned();
    length.map(|length| refused.headers_mut().insert(header::CONTENT_RANGE, length));
    Ok(refused)
}
