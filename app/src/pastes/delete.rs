use axum::extract::State;
use axum::http::header;
use axum::response::{AppendHeaders, IntoResponse, Redirect};
use maud::Markup;
use tracing::info;

use crate::page::Flash;
use crate::pastes::Name;
use crate::profile;
use crate::visit::flash;
use crate::{App, Error, Result, Visit};

/// htmx: the row goes, and the answer carries what changes beside it.
pub async fn in_place(State(app): State<App>, visit: Visit, name: Name) -> Result<Markup> {
    let title = delete(&app, &visit, &name).await?;
    let owner = visit.user_id().ok_or(Error::NotFound)?;
    let totals = app.store.totals_of(owner, app.clock.now()).await?;
    Ok(profile::view::delete_answer(&visit.page(), &totals, &title))
}

/// The plain form.
pub async fn by_form(
    State(app): State<App>,
    visit: Visit,
    name: Name,
) -> Result<impl IntoResponse> {
    delete(&app, &visit, &name).await?;
    let cookies = AppendHeaders([(header::SET_COOKIE, flash(&app, Flash::Deleted))]);
    Ok((cookies, Redirect::to("/profile")))
}

/// Its title. Only an owner deletes, and to everybody else there is nothing to delete.
async fn delete(app: &App, visit: &Visit, name: &Name) -> Result<String> {
    let owner = visit.user_id().ok_or(Error::NotFound)?;
    let title = app.store.delete(&name.id, owner, app.clock.now()).await?.ok_or(Error::NotFound)?;
    info!(paste.id = %name.id, "paste deleted by its owner");
    Ok(title)
}
