//! A paste that is loaded with its text, ready to be rendered.

use std::sync::Arc;

use render::listing::Prefix;
use render::syntaxes::{self, Syntax};
use store::Paste;

use crate::error::{Error, Result};
use crate::pastes::name::{Name, visible};
use crate::pastes::query::SourceQuery;
use crate::pastes::text;
use crate::pastes::view_mode::ViewMode;
use crate::state::App;
use crate::state::highlights::{HighlightedPart, Source};
use crate::visitor::Visitor;

/// A paste with its text, in one view mode.
pub struct LoadedPaste {
    pub paste: Arc<Paste>,
    pub source: Source,
    /// The syntax of the address's extension, otherwise the paste's own.
    pub syntax: &'static Syntax,
    /// The view modes that this text offers. The first is the default.
    pub view_modes: &'static [ViewMode],
    pub view_mode: ViewMode,
}

/// Loads the paste in `view_mode`, or in the default mode of its syntax.
///
/// # Errors
/// [`Error::NotFound`] if the visitor may not see the paste, or its text does not offer the mode;
/// otherwise those of [`text::load`].
pub async fn load(
    app: &App,
    visitor: &Visitor,
    name: &Name,
    view_mode: Option<ViewMode>,
) -> Result<LoadedPaste> {
    load_visible(app, visitor, visible(app, visitor, name).await?, name, view_mode).await
}

/// Like [`load`], for a paste that [`visible`] has returned.
///
/// # Errors
/// Those of [`load`].
pub async fn load_visible(
    app: &App,
    visitor: &Visitor,
    paste: Arc<Paste>,
    name: &Name,
    view_mode: Option<ViewMode>,
) -> Result<LoadedPaste> {
    let text = text::load(app, visitor, &paste).await?;
    let requested = name.extension.as_deref().and_then(syntaxes::find);
    let own = syntaxes::find(&paste.syntax).unwrap_or_else(syntaxes::plain);
    let syntax = requested.unwrap_or(own);
    let mut source = Source::new(text, &paste.sha256, Prefix::Line, visitor.client_key())?;
    if syntax.grammar != own.grammar {
        source = source.in_foreign_syntax();
    }
    let view_modes = ViewMode::for_text(syntax, source.text());
    let view_mode = view_mode.unwrap_or(view_modes[0]);
    if !view_modes.contains(&view_mode) {
        return Err(Error::NotFound);
    }
    Ok(LoadedPaste { paste, source, syntax, view_modes, view_mode })
}

/// The part of the source text that `query` asks for, highlighted.
///
/// # Errors
/// [`Error::NotFound`] if there is no such part.
pub async fn highlighted_part(
    app: &App,
    loaded: &LoadedPaste,
    query: SourceQuery,
) -> Result<HighlightedPart> {
    let source = &loaded.source;
    let marked = query.lines.map(|lines| source.part_of_line(lines.first));
    let number = query.part.or(marked).unwrap_or(1);
    let paint = loaded.view_mode.paint(loaded.syntax);
    app.highlights.part(source, paint, number).await.ok_or(Error::NotFound)
}
