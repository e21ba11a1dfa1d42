//! Errors as pages and lines: what happened, and what the visitor can do now.

use std::time::Duration;

use maud::{Markup, html};
use render::escape::without_invisible;

use crate::error::Error;
use crate::error::form::FormErrors;
use crate::ui::format;
use crate::ui::layout::layout;
use crate::ui::links::with_next;
use crate::ui::page::PageContext;

/// An error in the visitor's language.
pub struct Words {
    pub title: String,
    pub description: String,
    pub action: String,
}

/// The whole page. After a submission it says, if the error is temporary, that the browser still has
/// the form. `id` is quoted by internal errors and stands in the log.
pub fn page(cx: &PageContext, error: &Error, id: &str, is_submission: bool) -> Markup {
    let title = cx.messages().page_title(words(cx, error, id).title);
    let keeps_form = is_submission && error.is_temporary();
    layout(cx, &title, &html! { article { (section(cx, error, id, keeps_form)) } })
}

/// The error in place of the content that could not be loaded: the answer to an htmx GET.
pub fn fragment(cx: &PageContext, error: &Error, id: &str) -> Markup {
    section(cx, error, id, false)
}

fn section(cx: &PageContext, error: &Error, id: &str, keeps_form: bool) -> Markup {
    let words = words(cx, error, id);
    html! {
        section.problem {
            h1 { (words.title) }
            (description(cx, error, &words))
            p { (words.action) }
            (way_on(cx, error))
            @if keeps_form { p { (cx.messages().problem_kept()) } }
            p { a.button href={ (cx.base()) "/" } { (cx.messages().problem_home()) } }
            (request(cx, error, id))
        }
    }
}

/// The error in a form that is shown again with what was typed.
pub fn in_form(cx: &PageContext, error: &Error, id: &str) -> Markup {
    html! { (notice(cx, error, id)) p { (cx.messages().problem_in_form()) } }
}

/// Where the visitor gets on from here.
fn way_on(cx: &PageContext, error: &Error) -> Markup {
    let messages = cx.messages();
    html! {
        @match error {
            Error::LoggedOut => p { a href={ (cx.base()) (with_next("/login", cx.path)) } { (messages.log_in_title()) } },
            Error::AlreadyGone => p { a href={ (cx.base()) "/profile" } { (messages.profile_title()) } },
            _ => {},
        }
    }
}

/// The request's id, by which an operator finds it in the log. The text of an internal error has it
/// already.
fn request(cx: &PageContext, error: &Error, id: &str) -> Markup {
    html! {
        @if error.log_kind().is_some() && !matches!(error, Error::Internal(_)) {
            p.hint { (cx.messages().problem_request(id)) }
        }
    }
}

/// The error beside the page that is still shown: the answer to any other htmx request.
pub fn notice(cx: &PageContext, error: &Error, id: &str) -> Markup {
    let words = words(cx, error, id);
    html! {
        div.problem {
            p { strong { (words.title) } }
            (description(cx, error, &words))
            @if !matches!(error, Error::Invalid { .. }) { p { (words.action) } }
            (way_on(cx, error))
            (request(cx, error, id))
        }
    }
}

/// The error as one line, for programs. It says what can be done only if a program can do it.
pub fn line(cx: &PageContext, error: &Error, id: &str) -> String {
    let Words { title, description, action } = words(cx, error, id);
    match error {
        Error::Invalid { errors, .. } => messages(cx, errors).join(" "),
        // The action that the page offers for these is one of its buttons.
        Error::BadRequest | Error::MethodNotAllowed => format!("{title}. {description}"),
        _ => format!("{title}. {description} {action}").trim_end().to_owned(),
    }
}

/// As [`line`], with the options by which a request can avoid the error.
pub fn line_with_advice(cx: &PageContext, error: &Error, id: &str) -> String {
    let line = line(cx, error, id);
    let advice = match error {
        Error::Invalid { errors, .. } => errors.0.iter().find_map(|error| error.advice(cx.lang)),
        _ => None,
    };
    advice.map_or(line.clone(), |advice| format!("{line} {advice}"))
}

fn description(cx: &PageContext, error: &Error, words: &Words) -> Markup {
    html! {
        @if let Error::Invalid { errors, .. } = error {
            ul { @for message in messages(cx, errors) { li { (message) } } }
        } @else {
            p { (words.description) }
        }
    }
}

fn messages(cx: &PageContext, errors: &FormErrors) -> Vec<String> {
    errors.0.iter().map(|error| error.message(cx.lang)).collect()
}

/// What happened, and what the visitor can do now.
#[expect(clippy::too_many_lines, reason = "one arm for each error")]
pub fn words(cx: &PageContext, error: &Error, id: &str) -> Words {
    let messages = cx.messages();
    let (title, description, action) = match error {
        Error::BadRequest => (
            messages.problem_bad_request(),
            messages.problem_bad_request_what(),
            messages.problem_bad_request_do(),
        ),
        Error::Refused(refusal) => {
            return Words {
                title: refusal.title().to_owned(),
                description: refusal.detail.clone(),
                action: String::new(),
            };
        }
        Error::Unauthorized => (
            messages.problem_unauthorized(),
            messages.problem_unauthorized_what(),
            messages.problem_unauthorized_do(),
        ),
        Error::Forbidden(scope) => (
            messages.problem_forbidden(),
            messages.problem_forbidden_what(scope.as_str()),
            messages.problem_forbidden_do(),
        ),
        Error::BodyTimeout => (
            messages.problem_stalled(),
            messages.problem_stalled_what(),
            messages.problem_stalled_do(),
        ),
        Error::CrossSite => (
            messages.problem_cross_site(),
            messages.problem_cross_site_what(),
            messages.problem_cross_site_do(),
        ),
        Error::Misdirected => (
            messages.problem_misdirected(),
            messages.problem_misdirected_what(),
            messages.problem_misdirected_do(),
        ),
        Error::NotFound => (
            messages.problem_not_found(),
            messages.problem_not_found_what(),
            messages.problem_not_found_do(),
        ),
        Error::LoggedOut => (
            messages.problem_logged_out(),
            messages.problem_logged_out_what(),
            messages.problem_logged_out_do(),
        ),
        Error::AlreadyGone => {
            (messages.problem_gone(), messages.problem_gone_what(), messages.problem_gone_do())
        }
        Error::MethodNotAllowed => (
            messages.problem_method(),
            messages.problem_method_what(),
            messages.problem_method_do(),
        ),
        Error::TooLarge { limit } => (
            messages.problem_too_large(),
            messages.problem_too_large_what(format::size(cx.lang, *limit)),
            messages.problem_too_large_do(),
        ),
        Error::Invalid { .. } => {
            (messages.problem_invalid(), messages.problem_invalid(), messages.problem_invalid_do())
        }
        Error::RateLimited { retry_after, .. } => {
            let wait = Duration::from_secs(whole_seconds(*retry_after));
            (
                messages.problem_too_many(),
                messages.problem_too_many_what(),
                messages.problem_too_many_do(format::time_left(cx.lang, wait)),
            )
        }
        Error::ClientOverloaded => (
            messages.problem_too_many(),
            messages.problem_too_much_what(),
            messages.problem_too_much_do(),
        ),
        Error::Overloaded => (
            messages.problem_unavailable(),
            messages.problem_busy_what(),
            messages.problem_busy_do(),
        ),
        Error::Internal(_) => (
            messages.problem_internal(),
            messages.problem_internal_what(without_invisible(id)),
            messages.problem_internal_do(),
        ),
        Error::Full => {
            (messages.problem_full(), messages.problem_full_what(), messages.problem_full_do())
        }
        Error::Unavailable => (
            messages.problem_unavailable(),
            messages.problem_unavailable_what(),
            messages.problem_unavailable_do(),
        ),
    };
    Words {
        title: title.to_string(),
        description: description.to_string(),
        action: action.to_string(),
    }
}

/// Rounded up, and at least one: a client that waits for so long is accepted.
pub fn whole_seconds(wait: Duration) -> u64 {
    (wait.as_secs() + u64::from(wait.subsec_nanos() > 0)).max(1)
}
