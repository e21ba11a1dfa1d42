//! The page of a paste: its text, a part at a time, in the view mode that its syntax suggests or the
//! visitor asks for.

use axum::extract::{Query, State};
use axum::http::{HeaderMap, header};
use axum::response::Response;
use maud::Markup;
use store::Visibility;

use crate::error::Result;
use crate::http::response_cache::Rendered;
use crate::pastes::derived::derived_view;
use crate::pastes::headers::ROBOTS;
use crate::pastes::loaded::{self, highlighted_part};
use crate::pastes::name::{Name, NameAndView, visible};
use crate::pastes::page_cache::cached_page;
use crate::pastes::query::{DerivedQuery, FindQuery, PartQuery, SourceQuery};
use crate::pastes::search;
use crate::pastes::view::paste_view::PasteView;
use crate::pastes::view_mode::ViewMode;
use crate::pastes::{raw, view};
use crate::state::App;
use crate::ui::countdown;
use crate::ui::page::Flash;
use crate::visitor::Visitor;
use crate::visitor::format::ResponseFormat;
use crate::visitor::programs;

/// The view mode and the part that a page shows.
struct PageQuery {
    /// `None` for the default of the syntax.
    view_mode: Option<ViewMode>,
    source: SourceQuery,
    find: FindQuery,
    derived: DerivedQuery,
}

/// The page, or the bare text for a program that does not ask for HTML.
pub async fn page(
    State(app): State<App>,
    visitor: Visitor,
    name: Name,
    headers: HeaderMap,
    Query(source): Query<SourceQuery>,
    Query(find): Query<FindQuery>,
    Query(derived): Query<DerivedQuery>,
) -> Result<Response> {
    if programs::wants_bare_text(&visitor, &headers) {
        return raw::instead_of_page(&app, &visitor, &name, &headers).await;
    }
    let query = PageQuery { view_mode: None, source, find, derived };
    let mut response = respond(&app, &visitor, &name, query, &headers).await?;
    if visitor.format == ResponseFormat::PlainText {
        response.headers_mut().append(header::VARY, programs::VARY);
    }
    Ok(response)
}

/// The page in a given view mode: `/{id}/table`.
pub async fn in_view_mode(
    State(app): State<App>,
    visitor: Visitor,
    NameAndView { name, view_mode }: NameAndView,
    headers: HeaderMap,
    Query(source): Query<SourceQuery>,
    Query(find): Query<FindQuery>,
    Query(derived): Query<DerivedQuery>,
) -> Result<Response> {
    let query = PageQuery { view_mode: Some(view_mode), source, find, derived };
    respond(&app, &visitor, &name, query, &headers).await
}

async fn respond(
    app: &App,
    visitor: &Visitor,
    name: &Name,
    PageQuery { view_mode, source, find, derived }: PageQuery,
    headers: &HeaderMap,
) -> Result<Response> {
    let paste = visible(app, visitor, name).await?;
    let (mut cx, now) = (visitor.page_context(), app.clock.now());
    let created = visitor.created.as_ref().filter(|created| created.id == paste.id);
    if created.is_some() {
        cx.flash = Some(Flash::Created);
    }
    let until = countdown::next_change(&paste, now);
    let render = async {
        let loaded = loaded::load_visible(app, visitor, paste.clone(), name, view_mode).await?;
        let path = cx.href(&name.path());
        let found = search::on_page(app, visitor, &loaded, find).await?;
        let source = found.as_ref().map_or(source, |found| found.source(source));
        let mut part = highlighted_part(app, &loaded, source).await?;
        if let Some(found) = &found {
            part.html = render::search::mark(&part.html, &found.query).into();
        }
        let derived = derived_view(app, &cx, &loaded, &path, derived).await?;
        let complete = part.is_complete() && derived.as_ref().is_none_or(|view| view.complete);
        let paste_view = PasteView {
            loaded: &loaded,
            part: &part,
            marked: source.lines,
            found: found.as_ref(),
            derived_view: derived.map(|view| view.html),
            path: &path,
            decoded_from: created.and_then(|created| created.source),
            now,
            owned: paste.owner.is_some() && paste.owner == visitor.user_id(),
        };
        Ok(Rendered { html: view::show::page(&cx, &paste_view), complete })
    };
    let mut response = cached_page(app, visitor, headers, &cx, &paste, until, render).await?;
    if paste.visibility != Visibility::Public {
        response.headers_mut().insert(ROBOTS.0, ROBOTS.1);
    }
    Ok(response)
}

/// Another part of the source text, as a fragment: `/{id}/source/lines?part=2&side=after`.
pub async fn more_lines(
    State(app): State<App>,
    visitor: Visitor,
    NameAndView { name, view_mode }: NameAndView,
    Query(PartQuery { part, side }): Query<PartQuery>,
) -> Result<Markup> {
    let loaded = loaded::load(&app, &visitor, &name, Some(view_mode)).await?;
    let query = SourceQuery { part: Some(part), lines: None };
    let part = highlighted_part(&app, &loaded, query).await?;
    let cx = visitor.page_context();
    let path = format!("{}/{}", cx.href(&name.path()), view_mode.slug());
    Ok(view::show::more_lines(&cx, &path, &loaded, &part, side))
}

/// The time left, as a fragment: `/{id}/expiry`.
pub async fn expiry(State(app): State<App>, visitor: Visitor, name: Name) -> Result<Markup> {
    let paste = visible(&app, &visitor, &name).await?;
    Ok(view::expiry::for_refresh(&visitor.page_context(), &paste, app.clock.now()))
}
