//! Every syntax to read a paste in, as a page and in place. The choice is part of the address.

use axum::extract::State;
use maud::Markup;
use render::syntaxes;

use crate::error::Result;
use crate::pastes::name::{Name, visible};
use crate::pastes::view;
use crate::state::App;
use crate::ui::page::PageContext;
use crate::visitor::Visitor;

pub async fn page(app: State<App>, visitor: Visitor, name: Name) -> Result<Markup> {
    answer(app, visitor, name, view::tools::syntaxes_page).await
}

pub async fn list(app: State<App>, visitor: Visitor, name: Name) -> Result<Markup> {
    answer(app, visitor, name, view::tools::syntaxes).await
}

async fn answer(
    State(app): State<App>,
    visitor: Visitor,
    name: Name,
    render: fn(&PageContext, &str, &str) -> Markup,
) -> Result<Markup> {
    let paste = visible(&app, &visitor, &name).await?;
    let current = name.extension.as_deref().and_then(syntaxes::find);
    let current = current.map_or(paste.syntax.as_str(), |syntax| syntax.slug);
    Ok(render(&visitor.page_context(), &format!("/{}", paste.id), current))
}
