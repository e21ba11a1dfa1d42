//! `GET /api/v1/user`.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use store::{Scope, Timestamp};
use utoipa::ToSchema;

use crate::api::pastes::NoQuery;
use crate::api::query::Query;
use crate::error::{Error, Result};
use crate::state::App;
use crate::visitor::Visitor;

/// Whose token this is, and what it may do.
#[derive(Debug, Serialize, ToSchema)]
pub struct User {
    email: String,
    pastes: Totals,
    token: Token,
}

/// Of the pastes that are there now.
#[derive(Debug, Serialize, ToSchema)]
struct Totals {
    count: u64,
    /// Length of their texts together.
    bytes: u64,
}

#[derive(Debug, Serialize, ToSchema)]
struct Token {
    name: String,
    /// Among `read`, `write` and `delete`.
    scopes: Vec<&'static str>,
    /// Null where it lasts until it is revoked.
    #[schema(format = "date-time", required = true)]
    expires_at: Option<String>,
}

/// The user whose token is sent.
#[utoipa::path(
    get, path = "/user", tag = "user", operation_id = "getUser",
    security(("access_token" = ["read"])),
    responses(
        (status = 200, body = User),
        (status = 401), (status = 403), (status = 422),
    )
)]
pub async fn user(
    State(app): State<App>,
    visitor: Visitor,
    Query(NoQuery {}): Query<NoQuery>,
) -> Result<Json<User>> {
    visitor.authorize(Scope::Read)?;
    let (user, token) = visitor.bearer.ok_or(Error::Unauthorized)?;
    let totals = app.store.totals_of(user.id, app.clock.now()).await?;
    Ok(Json(User {
        email: user.email,
        pastes: Totals { count: totals.count, bytes: totals.bytes },
        token: Token {
            scopes: token.scopes.iter().map(Scope::as_str).collect(),
            expires_at: token.expires_at.map(Timestamp::rfc3339),
            name: token.name,
        },
    }))
}
