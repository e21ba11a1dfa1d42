//! The new-paste form, and the requests that create pastes with it or from a terminal.

use axum::extract::{Query, Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};
use maud::Markup;
use percent_encoding::percent_decode_str;
use render::syntaxes;
use serde::Deserialize;
use store::{Scope, Visibility};

use crate::error::form::FormErrors;
use crate::error::{Error, Result};
use crate::error_pages::html::in_form;
use crate::http::charset;
use crate::lifetime::Lifetime;
use crate::pastes::allowance;
use crate::pastes::draft::{Draft, LIFETIMES, NewPaste};
use crate::pastes::headers;
use crate::pastes::link::link;
use crate::pastes::name::{Name, visible};
use crate::pastes::receipt;
use crate::pastes::save::{self, Saved};
use crate::pastes::submission::Submission;
use crate::pastes::submission::fields::Sender;
use crate::pastes::text;
use crate::pastes::usage;
use crate::pastes::view;
use crate::state::App;
use crate::visitor::Visitor;
use crate::visitor::flash;
use crate::visitor::format::ResponseFormat;
use crate::visitor::programs;

/// `?from={id}` of the form.
#[derive(Deserialize)]
pub struct FormQuery {
    /// The paste whose text and options fill the form.
    from: Option<String>,
}

/// The form, or usage instructions for a program that does not ask for HTML.
pub async fn form(
    State(app): State<App>,
    visitor: Visitor,
    request_headers: HeaderMap,
    Query(query): Query<FormQuery>,
) -> Result<Response> {
    if programs::wants_bare_text(&visitor, &request_headers) {
        return Ok(usage::respond(&app, &visitor));
    }
    let mut draft = Draft {
        syntax: syntaxes::AUTO.to_owned(),
        expires: app.lifetimes.default(visitor.user.is_none()).to_string(),
        visibility: Visibility::default().as_str().to_owned(),
        ..Draft::default()
    };
    let shows_paste = query.from.is_some();
    if let Some(name) = query.from {
        let name = name.parse().map_err(|_| Error::NotFound)?;
        fill_from_paste(&mut draft, &app, &visitor, &name).await?;
    }
    let page = form_page(&app, &visitor, draft, &FormErrors::default(), None).into_response();
    Ok(if shows_paste { headers::hide_from_robots(page).await } else { page })
}

async fn fill_from_paste(
    draft: &mut Draft,
    app: &App,
    visitor: &Visitor,
    name: &Name,
) -> Result<()> {
    let paste = visible(app, visitor, name).await?;
    let text = text::load(app, visitor, &paste).await?;
    draft.text = String::from_utf8_lossy(&text).into_owned();
    draft.title.clone_from(&paste.title);
    // So that a copy of a private paste is not shared by accident.
    if paste.visibility == Visibility::Private {
        paste.visibility.as_str().clone_into(&mut draft.visibility);
    }
    if !paste.syntax_guessed {
        draft.syntax.clone_from(&paste.syntax);
    }
    Ok(())
}

/// `POST /` and `PUT /`: a form, or a bare text.
pub async fn submit(
    State(app): State<App>,
    visitor: Visitor,
    request: Request,
) -> Result<Response> {
    let sender =
        if visitor.format == ResponseFormat::PlainText { Sender::Program } else { Sender::Browser };
    let submission = Submission::read(request, app.max_paste_bytes, sender).await?;
    // A copy of the text's handle, not of the text.
    let kept = (visitor.format == ResponseFormat::Page).then(|| submission.clone());
    match save(&app, &visitor, submission).await {
        Ok(saved) => Ok(respond(&app, &visitor, &saved)),
        Err(invalid @ Error::Invalid { .. }) => Err(invalid),
        Err(error) => {
            let draft = kept.and_then(|submission| submission.draft_to_send_back());
            let form = draft.map(|draft| {
                let problem = in_form(&visitor.page_context(), &error, &visitor.request_id);
                form_page(&app, &visitor, draft, &FormErrors::default(), Some(problem))
            });
            Ok(error.with_form(form))
        }
    }
}

/// `PUT /main.rs`, which `curl -T main.rs URL/` sends.
pub async fn submit_named(
    State(app): State<App>,
    visitor: Visitor,
    request: Request,
) -> Result<Response> {
    let name = path_name(&request);
    save_named(&app, &visitor, &name, request).await
}

/// The path without its first slash; empty if its encoding cannot be told.
fn path_name(request: &Request) -> String {
    let path: Vec<u8> = percent_decode_str(request.uri().path()).collect();
    let name = path.strip_prefix(b"/").unwrap_or(&path);
    charset::decode_word(name, None).unwrap_or_default()
}

/// A method that the route does not have. `PUT` saves a file whose name is also the path of a page, as
/// `curl -T settings URL/` does; anything else is a 405.
pub async fn submit_named_as_page(
    State(app): State<App>,
    visitor: Visitor,
    request: Request,
) -> Result<Response> {
    let name = path_name(&request);
    if request.method() == Method::PUT && !name.is_empty() && !name.contains('/') {
        return save_named(&app, &visitor, &name, request).await;
    }
    Err(Error::MethodNotAllowed)
}

async fn save_named(
    app: &App,
    visitor: &Visitor,
    name: &str,
    request: Request,
) -> Result<Response> {
    let submission = Submission::read(request, app.max_paste_bytes, Sender::Program).await?;
    Ok(respond(app, visitor, &save(app, visitor, submission.with_name(name)).await?))
}

/// Saves all texts of the submission, or none.
///
/// # Errors
/// Those of [`allowance::check`], [`Error::Forbidden`] if the request's token may not write,
/// [`Error::Invalid`] with the form to show again, and those of [`save::save_all`].
pub async fn save(app: &App, visitor: &Visitor, submission: Submission) -> Result<Vec<Saved>> {
    // Checked after the body was read: a browser whose upload is cut shows a broken connection
    // instead of the reason.
    allowance::check(app, visitor.client_key(), &submission).await?;
    let owner = visitor.authorize(Scope::Write)?;
    if let Some(error) = submission.account_error(owner) {
        let (errors, draft) = (FormErrors::from(error), submission.draft());
        return Err(invalid(app, visitor, draft, errors));
    }
    let valid = submission.validate(app, owner).map_err(|invalid| {
        let (draft, errors) = *invalid;
        self::invalid(app, visitor, draft, errors)
    })?;
    save::save_all(app, owner, valid).await
}

/// The form again, with what was typed and what is wrong with it.
fn invalid(app: &App, visitor: &Visitor, draft: Draft, errors: FormErrors) -> Error {
    let fragment = Some(view::form::errors(&visitor.page_context(), &errors));
    let form = form_page(app, visitor, draft, &errors, None);
    Error::Invalid { errors, form, fragment }
}

/// For a browser a redirect to the paste. For a program the links, one a line; see [`receipt`] for the
/// headers.
fn respond(app: &App, visitor: &Visitor, saved: &[Saved]) -> Response {
    if let ([Saved { paste, source, .. }], true) =
        (saved, visitor.format != ResponseFormat::PlainText)
    {
        let cookie = flash::set_created(&app.cookies, &paste.id, *source);
        let cookie = AppendHeaders([(header::SET_COOKIE, cookie)]);
        return (cookie, Redirect::to(&format!("/{}", paste.id))).into_response();
    }
    let links: Vec<String> =
        saved.iter().map(|saved| link(&visitor.public_url, &saved.paste.id)).collect();
    let mut response = (StatusCode::CREATED, links.join("\n") + "\n").into_response();
    receipt::insert_headers(response.headers_mut(), saved);
    // Several pastes have no single location.
    if let [link] = &links[..]
        && let Ok(location) = HeaderValue::from_str(link)
    {
        response.headers_mut().insert(header::LOCATION, location);
    }
    response
}

fn form_page(
    app: &App,
    visitor: &Visitor,
    mut draft: Draft,
    errors: &FormErrors,
    problem: Option<Markup>,
) -> Markup {
    // Without a session the form stays that of the user it was made for.
    if let Some(user) = &visitor.user {
        draft.account = user.id.0.to_string();
    }
    let max = app.lifetimes.max(draft.account.is_empty());
    let is_allowed =
        |choice: &&str| choice.parse().is_ok_and(|lifetime: Lifetime| lifetime.within(max));
    let lifetimes: Vec<&str> = LIFETIMES.iter().copied().filter(is_allowed).collect();
    let longest_anonymous = match max {
        Lifetime::For(longest) if max != app.lifetimes.max(false) => Some(longest),
        _ => None,
    };
    let form = NewPaste {
        draft: &draft,
        errors,
        problem,
        max_bytes: app.max_paste_bytes as u64,
        lifetimes: &lifetimes,
        longest_anonymous,
    };
    view::form::page(&visitor.page_context(), &form)
}
