//! The limits of creates: how often and how much one client may save, and how much the site keeps.

use crate::error::Result;
use crate::http::client_ip::ClientKey;
use crate::http::rate_limit::action::{Action, Allowance};
use crate::pastes::submission::Submission;
use crate::state::App;

/// Counts the texts of a submission and their bytes. Returns how many texts the client may still
/// save; `None` if limits are switched off.
///
/// # Errors
/// [`Error::RateLimited`](crate::error::Error::RateLimited) and
/// [`Error::Full`](crate::error::Error::Full).
pub async fn check(
    app: &App,
    client: ClientKey,
    submission: &Submission,
) -> Result<Option<Allowance>> {
    let allowance = app.limits.check_several(Action::Create, client, submission.count()).await?;
    let bytes = submission.bytes();
    app.storage_limits.check_total(&app.store, bytes, app.clock.now()).await?;
    app.limits.check_several(Action::Save, client, app.storage_limits.units(bytes)).await?;
    Ok(allowance)
}
