use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};
use store::Editor;
use tracing::info;

use crate::accounts::tokens::{self, Scope};
use crate::page::Flash;
use crate::pastes::Name;
use crate::profile;
use crate::visit::{Wants, flash};
use crate::{App, Error, Result, Visit};

/// htmx: the row goes, and the answer carries what changes beside it. A program is told in a line.
pub async fn in_place(
    State(app): State<App>,
    visit: Visit,
    name: Name,
    headers: HeaderMap,
) -> Result<Response> {
    if let Some(token) = tokens::holder(&headers)? {
        let deleted = app.store.delete(&name.id, Editor::Holder(token), app.clock.now()).await?;
        deleted.ok_or(Error::NotFound)?;
        info!(paste.id = %name.id, "paste deleted by its token");
        return Ok("deleted\n".into_response());
    }
    let title = delete(&app, &visit, &name).await?;
    if visit.wants == Wants::Line {
        return Ok("deleted\n".into_response());
    }
    let owner = visit.user_id().ok_or(Error::NotFound)?;
    let totals = app.store.totals_of(owner, app.clock.now()).await?;
    Ok(profile::view::delete_answer(&visit.page(), &totals, &title).into_response())
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
    let owner = visit.acting(Scope::Delete)?.ok_or(Error::NotFound)?;
    let title = app.store.delete(&name.id, owner, app.clock.now()).await?.ok_or(Error::NotFound)?;
    info!(paste.id = %name.id, "paste deleted by its owner");
    Ok(title)
}
