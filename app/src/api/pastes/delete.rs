//! `DELETE /api/v1/pastes/{id}`.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use store::Scope;
use tracing::info;

use crate::api::pastes::{Id, NoQuery, Target, authorized_target, precondition_failed};
use crate::api::query::Query;
use crate::error::Result;
use crate::state::App;
use crate::visitor::Visitor;

/// Deletes a paste: from this moment on nobody reads it.
#[utoipa::path(
    delete, path = "/pastes/{id}", tag = "pastes", operation_id = "deletePaste",
    security(("access_token" = ["delete"]), ("delete_token" = [])),
    params(
        ("id" = String, Path, pattern = "^[1-9A-HJ-NP-Za-km-z]{12}$"),
        ("If-Match" = Option<String>, Header, description = "The `ETag` of what is to be deleted.", nullable = false),
    ),
    responses(
        (status = 204, description = "It is gone."),
        (status = 401), (status = 403), (status = 404), (status = 412), (status = 422),
    )
)]
pub async fn delete(
    State(app): State<App>,
    visitor: Visitor,
    Id(name): Id,
    Query(NoQuery {}): Query<NoQuery>,
    headers: HeaderMap,
) -> Result<StatusCode> {
    let Target { paste, condition } =
        authorized_target(&app, &visitor, &name, &headers, Scope::Delete).await?;
    if !app.store.delete_seen(&paste, condition, app.clock.now()).await? {
        return Err(precondition_failed(condition));
    }
    info!(paste = %name.id.log_hash(), "paste deleted by the API");
    Ok(StatusCode::NO_CONTENT)
}
