//! Every syntax to read a paste in, as a page and in place. The choice is part of the address.

use axum::extract::State;
use maud::Markup;
use render::syntaxes;

use crate::page::Page;
use crate::pastes::{Name, view, visible};
use crate::{App, Result, Visit};

pub async fn page(app: State<App>, visit: Visit, name: Name) -> Result<Markup> {
    answer(app, visit, name, view::syntaxes_page).await
}

pub async fn list(app: State<App>, visit: Visit, name: Name) -> Result<Markup> {
    answer(app, visit, name, view::syntaxes).await
}

async fn answer(
    State(app): State<App>,
    visit: Visit,
    name: Name,
    render: fn(&Page, &str, &str) -> Markup,
) -> Result<Markup> {
    let paste = visible(&app, &visit, &name).await?;
    let current = name.extension.as_deref().and_then(syntaxes::find);
    let current = current.map_or(paste.syntax.as_str(), |syntax| syntax.slug);
    Ok(render(&visit.page(), &format!("/{}", paste.id), current))
}
