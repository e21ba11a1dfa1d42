//! Deletes a paste, for its owner or for a request with its delete token.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};
use store::Editor;
use tracing::info;

use crate::error::{Error, Result};
use crate::pastes::name::Name;
use crate::pastes::view::own_list;
use crate::state::App;
use crate::ui::page::Flash;
use crate::visitor::Visitor;
use crate::visitor::flash;
use crate::visitor::format::ResponseFormat;
use crate::visitor::tokens;
use store::Scope;

/// `DELETE /{id}`. For htmx the answer has the fragments that change with the row; for a program it is
/// one line.
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
        info!(paste = %name.id.log_hash(), "paste deleted by its token");
        return Ok("deleted\n".into_response());
    }
    if visitor.format == ResponseFormat::Notice {
        return in_list(&app, &visitor, &name).await;
    }
    visitor.authorize(Scope::Delete)?.ok_or(Error::NotFound)?;
    let title = delete(&app, &visitor, &name).await?.ok_or(Error::NotFound)?;
    if visitor.format == ResponseFormat::PlainText {
        return Ok("deleted\n".into_response());
    }
    let owner = visitor.user_id().ok_or(Error::NotFound)?;
    let totals = app.store.totals_of(owner, app.clock.now()).await?;
    Ok(own_list::after_delete(&visitor.page_context(), &totals, &title).into_response())
}

/// `POST /{id}/delete`: the form without scripts.
pub async fn by_form(
    State(app): State<App>,
    visitor: Visitor,
    name: Name,
) -> Result<impl IntoResponse> {
    delete(&app, &visitor, &name).await?.ok_or(Error::AlreadyGone)?;
    let cookies = AppendHeaders([(header::SET_COOKIE, flash::set(&app.cookies, Flash::Deleted))]);
    Ok((cookies, Redirect::to("/profile")))
}

/// Deletes a row of the visitor's list. A row whose paste is gone already goes, too; the status says
/// that nothing was deleted now.
async fn in_list(app: &App, visitor: &Visitor, name: &Name) -> Result<Response> {
    let deleted = delete(app, visitor, name).await?;
    let owner = visitor.user_id().ok_or(Error::NotFound)?;
    let totals = app.store.totals_of(owner, app.clock.now()).await?;
    let cx = visitor.page_context();
    Ok(match deleted {
        Some(title) => own_list::after_delete(&cx, &totals, &title).into_response(),
        None => (StatusCode::NOT_FOUND, own_list::already_gone(&cx, &totals)).into_response(),
    })
}

/// Deletes the paste of the visitor and returns its title; `None` if the visitor has no such paste.
async fn delete(app: &App, visitor: &Visitor, name: &Name) -> Result<Option<String>> {
    let owner = visitor.authorize(Scope::Delete)?.ok_or(Error::LoggedOut)?;
    let title = app.store.delete(&name.id, owner, app.clock.now()).await?;
    if title.is_some() {
        info!(paste = %name.id.log_hash(), "paste deleted by its owner");
    }
    Ok(title)
}
