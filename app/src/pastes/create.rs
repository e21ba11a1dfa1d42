use axum::extract::{Path, Query, Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};
use maud::Markup;
use percent_encoding::percent_decode_str;
use render::syntaxes;
use serde::Deserialize;
use store::{PasteId, Visibility};

use crate::accounts::tokens::{self, DELETE_TOKEN, Scope};
use crate::clients::{self, usage};
use crate::form_errors::FormErrors;
use crate::limits::Action;
use crate::pastes::draft::Draft;
use crate::pastes::keep::{self, Kept};
use crate::pastes::submission::Submission;
use crate::pastes::submission::fields::Sender;
use crate::pastes::{view, visible};
use crate::visit::{Wants, flash_created};
use crate::{App, Error, Result, Visit, lifetime};

#[derive(Deserialize)]
pub struct Start {
    /// The paste to begin with.
    from: Option<String>,
}

/// The form; for a program that shows none, how to do without.
pub async fn form(
    State(app): State<App>,
    visit: Visit,
    headers: HeaderMap,
    Query(start): Query<Start>,
) -> Result<Response> {
    if clients::wants_bare_text(&visit, &headers) {
        return Ok(usage::answer(&app));
    }
    let mut draft = Draft {
        syntax: syntaxes::AUTO.to_owned(),
        expires: app.default_expiry.to_string(),
        visibility: Visibility::default().as_str().to_owned(),
        ..Draft::default()
    };
    if let Some(name) = start.from {
        let name = name.parse().map_err(|_| Error::NotFound)?;
        let paste = visible(&app, &visit, &name).await?;
        let text = app.text(&visit, &paste).await?;
        draft.text = String::from_utf8_lossy(&text).into_owned();
        draft.title.clone_from(&paste.title);
        // What is private does not become a link by a slip.
        if paste.visibility == Visibility::Private {
            paste.visibility.as_str().clone_into(&mut draft.visibility);
        }
        if !paste.syntax_guessed {
            draft.syntax.clone_from(&paste.syntax);
        }
    }
    Ok(page(&app, &visit, &draft, &FormErrors::default()).into_response())
}

pub async fn submit(State(app): State<App>, visit: Visit, request: Request) -> Result<Response> {
    let sender = if visit.wants == Wants::Line { Sender::Program } else { Sender::Browser };
    let submission = Submission::read(request, app.max_paste_bytes, sender).await?;
    Ok(answer(&app, &visit, &keep(&app, &visit, submission).await?))
}

/// `PUT /main.rs`: what `curl -T main.rs` sends.
pub async fn submit_named(
    State(app): State<App>,
    visit: Visit,
    Path(name): Path<String>,
    request: Request,
) -> Result<Response> {
    keep_named(&app, &visit, &name, request).await
}

/// `curl -T settings URL/`: a file may be called as a page is. All else that a page does not take.
pub async fn submit_named_as_page(
    State(app): State<App>,
    visit: Visit,
    request: Request,
) -> Result<Response> {
    let path = percent_decode_str(request.uri().path()).decode_utf8_lossy().into_owned();
    match path.strip_prefix('/') {
        Some(name)
            if request.method() == Method::PUT && !name.is_empty() && !name.contains('/') =>
        {
            keep_named(&app, &visit, name, request).await
        }
        _ => Err(Error::MethodNotAllowed),
    }
}

async fn keep_named(app: &App, visit: &Visit, name: &str, request: Request) -> Result<Response> {
    let submission = Submission::read(request, app.max_paste_bytes, Sender::Program).await?;
    Ok(answer(app, visit, &keep(app, visit, submission.named(name)).await?))
}

/// Every text of it, or none.
pub async fn keep(app: &App, visit: &Visit, submission: Submission) -> Result<Vec<Kept>> {
    // After reading: a browser whose upload is cut shows a broken connection, not the reason.
    app.limits.spend_several(Action::Create, visit.client, submission.count()).await?;
    let owner = visit.acting(Scope::Write)?;
    let judged = submission.judge(app, owner).map_err(|refused| {
        let (draft, errors) = *refused;
        let form = page(app, visit, &draft, &errors);
        let fragment = Some(view::form_errors(&visit.page(), &errors));
        Error::Invalid { errors, form, fragment }
    })?;
    keep::keep_all(app, owner, judged).await
}

/// The page for a browser; for a program the links, one a line, and what deletes each.
fn answer(app: &App, visit: &Visit, kept: &[Kept]) -> Response {
    if let ([Kept { paste, .. }], true) = (kept, visit.wants != Wants::Line) {
        let cookie = AppendHeaders([(header::SET_COOKIE, flash_created(app, &paste.id))]);
        return (cookie, Redirect::to(&format!("/{}", paste.id))).into_response();
    }
    let links: Vec<String> = kept.iter().map(|kept| link(app, &kept.paste.id)).collect();
    let tokens = kept.iter().filter_map(|kept| kept.delete_token.as_ref());
    let tokens = tokens.map(|token| (DELETE_TOKEN, tokens::of_paste(token)));
    let mut response =
        (StatusCode::CREATED, AppendHeaders(tokens), links.join("\n") + "\n").into_response();
    // Several have no one place.
    if let [link] = &links[..]
        && let Ok(place) = HeaderValue::from_str(link)
    {
        response.headers_mut().insert(header::LOCATION, place);
    }
    response
}

pub fn link(app: &App, id: &PasteId) -> String {
    format!("{}/{id}", app.public_url)
}

fn page(app: &App, visit: &Visit, draft: &Draft, errors: &FormErrors) -> Markup {
    let within = |choice: &&str| {
        choice.parse().is_ok_and(|lifetime: lifetime::Lifetime| lifetime.within(app.max_expiry))
    };
    let lifetimes: Vec<&str> = view::LIFETIMES.iter().copied().filter(within).collect();
    let form = view::NewPaste {
        draft,
        errors,
        max_bytes: app.max_paste_bytes as u64,
        lifetimes: &lifetimes,
    };
    view::form_page(&visit.page(), &form)
}
