use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};
use store::Editor;
use tracing::info;

use crate::error::{Error, Result};
use crate::pastes::name::Name;
use crate::pastes::view;
use crate::state::App;
use crate::ui::page::Flash;
use crate::visitor::Visitor;
use crate::visitor::flash;
use crate::visitor::format::ResponseFormat;
use crate::visitor::tokens;
use store::Scope;

/// htmx: the row goes, and the answer carries what changes beside it. A program is told in a line.
pub async fn in_place(
    State(app): State<App>,
    visitor: Visitor,
    name: Name,
    headers: HeaderMap,
) -> Result<Response> {
    if let Some(token) = tokens::delete_token(&headers)? {
        let deleted =
            app.store.delete(&name.id, Editor::DeleteToken(token), app.clock.now()).await?;
        deleted.ok_or(Error::NotFound)?;
        info!(paste.id = %name.id, "paste deleted by its token");
        return Ok("deleted\n".into_response());
    }
    let title = delete(&app, &visitor, &name).await?;
    if visitor.format == ResponseFormat::PlainText {
        return Ok("deleted\n".into_response());
    }
    let owner = visitor.user_id().ok_or(Error::NotFound)?;
    let totals = app.store.totals_of(owner, app.clock.now()).await?;
    Ok(view::own_list::delete_answer(&visitor.page_context(), &totals, &title).into_response())
}

/// The plain form.
pub async fn by_form(
    State(app): State<App>,
    visitor: Visitor,
    name: Name,
) -> Result<impl IntoResponse> {
    delete(&app, &visitor, &name).await?;
    let cookies = AppendHeaders([(header::SET_COOKIE, flash::set(app.is_https(), Flash::Deleted))]);
    Ok((cookies, Redirect::to("/profile")))
}

/// Its title. Only an owner deletes, and to everybody else there is nothing to delete.
async fn delete(app: &App, visitor: &Visitor, name: &Name) -> Result<String> {
    let owner = visitor.authorize(Scope::Delete)?.ok_or(Error::NotFound)?;
    let title = app.store.delete(&name.id, owner, app.clock.now()).await?.ok_or(Error::NotFound)?;
    info!(paste.id = %name.id, "paste deleted by its owner");
    Ok(title)
}
