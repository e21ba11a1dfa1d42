use axum::extract::{Path, Query, Request, State};
use axum::http::{StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};
use maud::Markup;
use serde::Deserialize;
use store::Visibility;
use tracing::info;

use crate::accounts::tokens::{self, DELETE_TOKEN, Scope};
use crate::form_errors::{FormError, FormErrors};
use crate::limits::Action;
use crate::pastes::draft::Draft;
use crate::pastes::keep::{self, Kept};
use crate::pastes::submission::Submission;
use crate::pastes::{view, visible};
use crate::visit::{Wants, flash_created};
use crate::{App, Error, Result, Visit, lifetime, syntaxes};

#[derive(Deserialize)]
pub struct Start {
    /// The paste to begin with.
    from: Option<String>,
}

pub async fn form(
    State(app): State<App>,
    visit: Visit,
    Query(start): Query<Start>,
) -> Result<Markup> {
    let mut draft = Draft {
        syntax: syntaxes::AUTO.to_owned(),
        expires: app.default_expiry.to_string(),
        visibility: Visibility::default().as_str().to_owned(),
        ..Draft::default()
    };
    if let Some(name) = start.from {
        let name = name.parse().map_err(|_| Error::NotFound)?;
        let paste = visible(&app, &visit, &name).await?;
        let text = app.store.text(&paste).await?;
        draft.text = String::from_utf8_lossy(&text).into_owned();
        draft.title = paste.title;
        // What is private does not become a link by a slip.
        if paste.visibility == Visibility::Private {
            paste.visibility.as_str().clone_into(&mut draft.visibility);
        }
        if !paste.syntax_guessed {
            draft.syntax = paste.syntax;
        }
    }
    Ok(page(&app, &visit, &draft, &FormErrors::default()))
}

pub async fn submit(State(app): State<App>, visit: Visit, request: Request) -> Result<Response> {
    let by_program = visit.wants == Wants::Line;
    let submission = Submission::read(request, app.max_paste_bytes, by_program).await?;
    respond(&app, &visit, submission).await
}

/// `PUT /main.rs`: what `curl -T main.rs` sends.
pub async fn submit_named(
    State(app): State<App>,
    visit: Visit,
    Path(name): Path<String>,
    request: Request,
) -> Result<Response> {
    let submission = Submission::read(request, app.max_paste_bytes, true).await?;
    respond(&app, &visit, submission.named(&name)).await
}

async fn respond(app: &App, visit: &Visit, submission: Submission) -> Result<Response> {
    // After reading: a browser whose upload is cut shows a broken connection, not the reason.
    app.limits.spend(Action::Create, visit.client)?;
    let owner = visit.acting(Scope::Write)?;
    let judged = match submission.judge(app, owner) {
        Ok(judged) => judged,
        Err(refused) => {
            let (draft, errors) = *refused;
            let form = page(app, visit, &draft, &errors);
            let fragment = Some(view::form_errors(&visit.page(), &errors));
            return Err(Error::Invalid { errors, form, fragment });
        }
    };
    let Kept { paste, delete_token } = keep::keep(app, owner, judged).await?;
    info!(paste.id = %paste.id, paste.bytes, visibility = paste.visibility.as_str(), "paste created");
    if visit.wants == Wants::Line {
        let link = format!("{}/{}", app.public_url, paste.id);
        let token = delete_token.map(|token| (DELETE_TOKEN, tokens::of_paste(&token)));
        let headers = AppendHeaders(token.into_iter().chain([(header::LOCATION, link.clone())]));
        return Ok((StatusCode::CREATED, headers, link + "\n").into_response());
    }
    let cookie = AppendHeaders([(header::SET_COOKIE, flash_created(app, &paste.id))]);
    Ok((cookie, Redirect::to(&format!("/{}", paste.id))).into_response())
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

/// For whoever sends more than may be read at all.
pub fn too_large(max_bytes: usize) -> FormError {
    FormError::TextTooLong { limit: max_bytes as u64 }
}
