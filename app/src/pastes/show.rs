//! The page of a paste: its text, a part at a time, in the way that its syntax or the visitor asks.

use axum::extract::{Query, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::response::{IntoResponse, Response};
use maud::Markup;
use serde::Deserialize;
use store::{Paste, Visibility};

use crate::page::Flash;
use crate::pastes::made::MadePlace;
use crate::pastes::reading::Reading;
use crate::pastes::{Name, ReadingName, made, raw, view, visible};
use crate::syntaxes::{self, Syntax};
use crate::text::listing::{Lines, Prefix};
use crate::text::paint::{Painted, Source};
use crate::{App, Error, Result, Visit, clients};

/// Which part of a text is asked for, and what is marked in it.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
pub struct Place {
    pub lines: Option<Lines>,
    /// From 1.
    pub part: Option<u64>,
}

/// A paste with its text, as somebody wants to read it.
pub struct Opened {
    pub paste: Paste,
    pub source: Source,
    /// The paste's own, or the one that the address asks for.
    pub syntax: &'static Syntax,
    pub readings: &'static [Reading],
    pub reading: Reading,
}

/// The page; for a program that shows none, the bare text.
pub async fn page(
    State(app): State<App>,
    visit: Visit,
    name: Name,
    headers: HeaderMap,
    Query(place): Query<Place>,
    Query(made): Query<MadePlace>,
) -> Result<Response> {
    if clients::wants_bare_text(&visit, &headers) {
        return raw::instead_of_page(&app, &visit, &name, &headers).await;
    }
    answer(&app, &visit, &name, None, place, made).await
}

/// `/{id}/table`.
pub async fn reading(
    State(app): State<App>,
    visit: Visit,
    ReadingName { name, reading }: ReadingName,
    Query(place): Query<Place>,
    Query(made): Query<MadePlace>,
) -> Result<Response> {
    answer(&app, &visit, &name, Some(reading), place, made).await
}

async fn answer(
    app: &App,
    visit: &Visit,
    name: &Name,
    reading: Option<Reading>,
    place: Place,
    made: MadePlace,
) -> Result<Response> {
    let opened = open(app, visit, name, reading).await?;
    let mut page = visit.page();
    let path = name.path();
    let part = painted(app, &opened, place).await?;
    let made = made::beside(app, &page, &opened, &path, made).await?;
    if visit.created.as_ref() == Some(&opened.paste.id) {
        page.flash = Some(Flash::Created);
    }
    let paste = &opened.paste;
    let shown = view::Shown {
        path: &path,
        now: app.clock.now(),
        owned: paste.owner.is_some() && paste.owner == visit.user_id(),
        part: &part,
        marked: place.lines,
        made,
        opened: &opened,
    };
    let mut response = view::page(&page, &shown).into_response();
    if paste.visibility != Visibility::Public {
        response.headers_mut().insert(ROBOTS.0, ROBOTS.1);
    }
    Ok(response)
}

/// Another part, as a fragment: `/{id}/source/lines?part=2&side=after`.
pub async fn more_lines(
    State(app): State<App>,
    visit: Visit,
    ReadingName { name, reading }: ReadingName,
    Query(More { part, side }): Query<More>,
) -> Result<Markup> {
    let opened = open(&app, &visit, &name, Some(reading)).await?;
    let part = painted(&app, &opened, Place { part: Some(part), lines: None }).await?;
    let path = format!("{}/{}", name.path(), reading.slug());
    Ok(view::more_lines(&visit.page(), &path, &opened, &part, side))
}

#[derive(Deserialize)]
pub struct More {
    pub part: u64,
    pub side: view::Side,
}

/// `reading` is `None` for what the syntax suggests.
pub async fn open(
    app: &App,
    visit: &Visit,
    name: &Name,
    reading: Option<Reading>,
) -> Result<Opened> {
    let paste = visible(app, visit, name).await?;
    let text = app.store.text(&paste).await?;
    let asked = name.extension.as_deref().and_then(syntaxes::find);
    let syntax = asked.or_else(|| syntaxes::find(&paste.syntax)).unwrap_or_else(syntaxes::plain);
    let source = Source::new(text, &paste.sha256, Prefix::Line)?;
    let readings = Reading::of(syntax, source.text());
    let reading = reading.unwrap_or(readings[0]);
    if !readings.contains(&reading) {
        return Err(Error::NotFound);
    }
    Ok(Opened { paste, source, syntax, readings, reading })
}

/// The part that `place` asks for, painted.
pub async fn painted(app: &App, opened: &Opened, place: Place) -> Result<Painted> {
    let source = &opened.source;
    let marked = place.lines.map(|lines| source.part_of_line(lines.first));
    let number = place.part.or(marked).unwrap_or(1);
    let paint = opened.reading.paint(opened.syntax);
    app.paints.part(source, paint, number).await.ok_or(Error::NotFound)
}

/// An unlisted link that somebody posts somewhere shall not end up in a search engine.
pub const ROBOTS: (HeaderName, HeaderValue) =
    (HeaderName::from_static("x-robots-tag"), HeaderValue::from_static("noindex, nofollow"));

pub async fn expiry(State(app): State<App>, visit: Visit, name: Name) -> Result<Markup> {
    let paste: Paste = visible(&app, &visit, &name).await?;
    Ok(view::expiry(&visit.page(), &paste, app.clock.now()))
}
