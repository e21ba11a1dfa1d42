use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use tracing::info;

use super::{Id, changed, target};
use crate::accounts::tokens::Scope;
use crate::{App, Error, Result, Visit};

/// A delete that somebody's change came before is tried again on what is there then.
const ATTEMPTS: u32 = 8;

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
        (status = 401), (status = 403), (status = 404), (status = 412),
    )
)]
pub async fn delete(
    State(app): State<App>,
    visit: Visit,
    Id(name): Id,
    headers: HeaderMap,
) -> Result<StatusCode> {
    for _ in 0..ATTEMPTS {
        let found = target(&app, &visit, &name, &headers, Scope::Delete).await?;
        if app.store.delete_as_seen(&found.paste, app.clock.now()).await? {
            info!(paste.id = %name.id, "paste deleted by the API");
            return Ok(StatusCode::NO_CONTENT);
        }
        if found.conditional {
            return Err(changed());
        }
    }
    Err(Error::Unavailable)
}
