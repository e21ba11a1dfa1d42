//! The page of a paste: its text, a part at a time, in the way that its syntax or the visitor asks.

use std::sync::Arc;

use axum::extract::{Query, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::response::Response;
use maud::Markup;
use render::listing::{Lines, Prefix};
use render::syntaxes::{self, Syntax};
use serde::Deserialize;
use store::{Paste, Timestamp, Visibility};

use crate::answers::{Made, Tag};
use crate::page::{Flash, Page};
use crate::pastes::made::MadePlace;
use crate::pastes::reading::Reading;
use crate::pastes::{Name, ReadingName, made, raw, view, visible};
use crate::text::paint::{Painted, Source};
use crate::visit::Wants;
use crate::{App, Error, Result, Visit, clients, expiry};

/// Which part of a text is asked for, and what is marked in it.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
pub struct Place {
    pub lines: Option<Lines>,
    /// From 1.
    pub part: Option<u64>,
}

/// How a paste is asked for, beside its name.
struct Wanted {
    reading: Option<Reading>,
    place: Place,
    beside: MadePlace,
}

/// A paste with its text, as somebody wants to read it.
pub struct Opened {
    pub paste: Arc<Paste>,
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
    Query(beside): Query<MadePlace>,
) -> Result<Response> {
    if clients::wants_bare_text(&visit, &headers) {
        return raw::instead_of_page(&app, &visit, &name, &headers).await;
    }
    let wanted = Wanted { reading: None, place, beside };
    let mut response = answer(&app, &visit, &name, wanted, &headers).await?;
    if visit.wants == Wants::Line {
        response.headers_mut().append(header::VARY, clients::VARY);
    }
    Ok(response)
}

/// `/{id}/table`.
pub async fn reading(
    State(app): State<App>,
    visit: Visit,
    ReadingName { name, reading }: ReadingName,
    headers: HeaderMap,
    Query(place): Query<Place>,
    Query(beside): Query<MadePlace>,
) -> Result<Response> {
    let wanted = Wanted { reading: Some(reading), place, beside };
    answer(&app, &visit, &name, wanted, &headers).await
}

async fn answer(
    app: &App,
    visit: &Visit,
    name: &Name,
    Wanted { reading, place, beside }: Wanted,
    asked: &HeaderMap,
) -> Result<Response> {
    let paste = visible(app, visit, name).await?;
    let (mut page, now) = (visit.page(), app.clock.now());
    if visit.created.as_ref() == Some(&paste.id) {
        page.flash = Some(Flash::Created);
    }
    let until = expiry::next_tick(&paste, now);
    let render = async {
        let opened = opened(app, visit, paste.clone(), name, reading).await?;
        let path = name.path();
        let part = painted(app, &opened, place).await?;
        let made = made::beside(app, &page, &opened, &path, beside).await?;
        let whole = part.in_time && made.as_ref().is_none_or(|made| made.whole);
        let shown = view::Shown {
            path: &path,
            now,
            owned: paste.owner.is_some() && paste.owner == visit.user_id(),
            part: &part,
            marked: place.lines,
            made: made.map(|made| made.html),
            opened: &opened,
        };
        Ok(Made { html: view::page(&page, &shown), whole })
    };
    let mut response = kept(app, visit, asked, &page, &paste, until, render).await?;
    if paste.visibility != Visibility::Public {
        response.headers_mut().insert(ROBOTS.0, ROBOTS.1);
    }
    Ok(response)
}

/// What `make` makes of a paste, kept where it is the same for everybody until `until`.
pub async fn kept(
    app: &App,
    visit: &Visit,
    asked: &HeaderMap,
    page: &Page<'_>,
    paste: &Paste,
    until: Option<Timestamp>,
    make: impl Future<Output = Result<Made>>,
) -> Result<Response> {
    let tag = visit.is_anonymous().then(|| tag(page, paste, until));
    let mut response = app.answers.page(asked, tag.as_ref(), make).await?;
    if response.headers().contains_key(header::ETAG) {
        let cache = visit.cache_control(app, paste, until);
        response.headers_mut().insert(header::CACHE_CONTROL, cache);
    }
    Ok(response)
}

/// Of all that a page of this paste shows to nobody in particular. The address has the syntax, the
/// reading, the part and what is marked.
fn tag(page: &Page, paste: &Paste, until: Option<Timestamp>) -> Tag {
    let Page { lang, theme, user: _, path, public_url, flash: _, wrap } = page;
    let Paste {
        id,
        owner: _,
        title,
        syntax,
        syntax_guessed,
        visibility,
        bytes,
        lines,
        created_at,
        expires_at,
        sha256,
        blob_key: _,
        delete_token_hash: _,
    } = paste;
    let number = |number: Option<i64>| {
        number.map_or([0; 9], |number| {
            let mut bytes = [1; 9];
            bytes[1..].copy_from_slice(&number.to_le_bytes());
            bytes
        })
    };
    let time = |at: Option<Timestamp>| number(at.map(|at| at.0));
    Tag::of(&[
        public_url.as_bytes(),
        path.as_bytes(),
        lang.code().as_bytes(),
        theme.as_str().as_bytes(),
        &number(wrap.map(i64::from)),
        id.as_str().as_bytes(),
        title.as_bytes(),
        syntax.as_bytes(),
        &[u8::from(*syntax_guessed)],
        visibility.as_str().as_bytes(),
        &bytes.to_le_bytes(),
        &lines.to_le_bytes(),
        &time(Some(*created_at)),
        &time(*expires_at),
        sha256,
        &time(until),
    ])
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
    opened(app, visit, visible(app, visit, name).await?, name, reading).await
}

/// The same for a paste that this visitor may see.
pub async fn opened(
    app: &App,
    visit: &Visit,
    paste: Arc<Paste>,
    name: &Name,
    reading: Option<Reading>,
) -> Result<Opened> {
    let text = app.text(visit, &paste).await?;
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
    let paste = visible(&app, &visit, &name).await?;
    Ok(view::expiry(&visit.page(), &paste, app.clock.now()))
}
