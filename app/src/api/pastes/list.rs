//! `GET /api/v1/pastes`.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use store::{Cursor, Scope, Span};
use utoipa::{IntoParams, ToSchema};

use crate::api::paste::{CACHE_CONTROL, Paste};
use crate::api::query::Query;
use crate::error::refusal::{Fault, Refusal};
use crate::error::{Error, Result};
use crate::state::App;
use crate::visitor::Visitor;

/// The most pastes that one answer lists.
const LIMIT_MAX: u32 = 100;

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListQuery {
    /// How many at most.
    #[serde(default = "default_limit")]
    #[param(minimum = 1, maximum = 100, default = 20, required = false)]
    limit: u32,
    /// The `next_cursor` of the page before.
    #[param(
        pattern = "^[0-9]{1,15}-[1-9A-HJ-NP-Za-km-z]{12}$",
        required = false,
        nullable = false
    )]
    cursor: Option<String>,
}

/// Part of a list, newest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct Pastes {
    pastes: Vec<Paste>,
    /// Where the next part begins; null where this is the last.
    #[schema(required = true)]
    next_cursor: Option<String>,
}

fn default_limit() -> u32 {
    20
}

/// The pastes of the token's user, newest first.
#[utoipa::path(
    get, path = "/pastes", tag = "pastes", operation_id = "listPastes",
    security(("access_token" = ["read"])),
    params(ListQuery),
    responses(
        (status = 200, body = Pastes, headers(("Link" = Option<String>, description = "The next part, as `rel=\"next\"`."))),
        (status = 401), (status = 403), (status = 422),
    )
)]
pub async fn list(
    State(app): State<App>,
    visitor: Visitor,
    Query(query): Query<ListQuery>,
) -> Result<Response> {
    let owner = visitor.authorize(Scope::Read)?.ok_or(Error::Unauthorized)?;
    let span = query.span()?;
    let mut pastes = app.store.pastes_of(owner, &span, app.clock.now()).await?;
    let has_more = pastes.len() > query.limit as usize;
    pastes.truncate(query.limit as usize);
    let next_cursor = pastes.last().filter(|_| has_more).map(|last| last.cursor().to_string());
    let link = next_cursor.as_ref().map(|cursor| {
        format!(
            "<{}/api/v1/pastes?limit={}&cursor={cursor}>; rel=\"next\"",
            visitor.public_url, query.limit
        )
    });
    let pastes = pastes.into_iter().map(|paste| Paste::new(&visitor.public_url, paste)).collect();
    let mut response = ([CACHE_CONTROL], Json(Pastes { pastes, next_cursor })).into_response();
    if let Some(link) = link {
        let link = HeaderValue::try_from(link).map_err(anyhow::Error::from)?;
        response.headers_mut().insert(header::LINK, link);
    }
    Ok(response)
}

impl ListQuery {
    fn span(&self) -> Result<Span> {
        if !(1..=LIMIT_MAX).contains(&self.limit) {
            return Err(invalid_parameter("limit", format!("A limit is from 1 to {LIMIT_MAX}.")));
        }
        let after = self.cursor.as_ref().map(|cursor| cursor.parse::<Cursor>()).transpose();
        let after = after.map_err(|_| {
            invalid_parameter("cursor", "This is no cursor that a list has answered.")
        })?;
        // One paste more than the limit shows whether there is a next part.
        Ok(Span { after, until: None, limit: self.limit + 1 })
    }
}

fn invalid_parameter(field: &str, detail: impl Into<String>) -> Error {
    let refusal = Refusal::new(Fault::Invalid, detail);
    Error::Refused(Refusal { field: Some(field.to_owned()), ..refusal })
}
