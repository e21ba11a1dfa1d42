//! The choice of a syntax to view a paste in, as a page and as a fragment. The chosen syntax becomes the
//! extension of the address.

use axum::extract::State;
use maud::Markup;
use render::syntaxes;

use crate::error::Result;
use crate::pastes::name::{Name, visible};
use crate::pastes::view::tools;
use crate::state::App;
use crate::ui::page::PageContext;
use crate::visitor::Visitor;

pub async fn page(app: State<App>, visitor: Visitor, name: Name) -> Result<Markup> {
    respond(app, visitor, name, tools::syntaxes_page).await
}

pub async fn list(app: State<App>, visitor: Visitor, name: Name) -> Result<Markup> {
    respond(app, visitor, name, tools::syntaxes).await
}

async fn respond(
    State(app): State<App>,
    visitor: Visitor,
    name: Name,
    view: fn(&PageContext, &str, &str) -> Markup,
) -> Result<Markup> {
    let paste = visible(&app, &visitor, &name).await?;
    let current = name.extension.as_deref().and_then(syntaxes::find);
    let current = current.map_or(paste.syntax.as_str(), |syntax| syntax.slug);
    let cx = visitor.page_context();
    Ok(view(&cx, &cx.href(&format!("/{}", paste.id)), current))
}
