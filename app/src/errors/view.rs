//! Error pages: what happened, what one can do now, a way on.

use std::time::Duration;

use maud::{Markup, html};
use render::escape::without_bidi_controls;

use crate::accounts::tokens::Scope;
use crate::api::problem::Refusal;
use crate::form_errors::FormErrors;
use crate::page::{Page, layout};
use crate::words;

#[derive(Debug, Clone)]
pub enum Problem<'a> {
    BadRequest,
    Refused(&'a Refusal),
    Unauthorized,
    Forbidden(Scope),
    Stalled,
    /// Refused because the request came from another site.
    CrossSite,
    /// Missing, expired, deleted or another's: one wording for all of them.
    NotFound,
    MethodNotAllowed,
    TooLarge {
        limit: u64,
    },
    /// What is wrong with a form, for those who do not get the form itself back.
    Invalid(&'a FormErrors),
    TooMany {
        retry_after: Duration,
    },
    TooMuch,
    Busy,
    /// The id stands in the log beside the cause.
    Internal {
        id: &'a str,
    },
    Unavailable,
}

impl Problem<'_> {
    /// Whether the same may be taken in a while.
    fn passes(&self) -> bool {
        matches!(
            self,
            Self::Stalled | Self::TooMany { .. } | Self::TooMuch | Self::Busy | Self::Unavailable
        )
    }
}

pub struct Words {
    pub title: String,
    pub what: String,
    pub action: String,
}

/// The whole page. Where it comes instead of what a form made, without scripts, it says that the
/// form is not lost.
pub fn page(page: &Page, problem: &Problem, is_sent: bool) -> Markup {
    let title = page.t().page_title(words(page, problem).title);
    let is_kept = is_sent && problem.passes();
    layout(page, &title, &html! { article { (section(page, problem, is_kept)) } })
}

/// In place of what could not be shown: the answer to an htmx GET.
pub fn fragment(page: &Page, problem: &Problem) -> Markup {
    section(page, problem, false)
}

fn section(page: &Page, problem: &Problem, is_kept: bool) -> Markup {
    let words = words(page, problem);
    html! {
        section.problem {
            h1 { (words.title) }
            (what(page, problem, &words))
            p { (words.action) }
            @if is_kept { p { (page.t().problem_kept()) } }
            p { a.button href="/" { (page.t().problem_home()) } }
        }
    }
}

/// Beside what is still there, when an action failed: the answer to any other htmx request.
pub fn notice(page: &Page, problem: &Problem) -> Markup {
    let words = words(page, problem);
    html! {
        div.problem {
            p { strong { (words.title) } }
            (what(page, problem, &words))
            @if !matches!(problem, Problem::Invalid(_)) { p { (words.action) } }
        }
    }
}

/// One line, for a program that asked.
pub fn line(page: &Page, problem: &Problem) -> String {
    let words = words(page, problem);
    match problem {
        Problem::Invalid(errors) => messages(page, errors).join(" "),
        _ => format!("{}. {} {}", words.title, words.what, words.action).trim_end().to_owned(),
    }
}

fn what(page: &Page, problem: &Problem, words: &Words) -> Markup {
    html! {
        @if let Problem::Invalid(errors) = problem {
            ul { @for message in messages(page, errors) { li { (message) } } }
        } @else {
            p { (words.what) }
        }
    }
}

fn messages(page: &Page, errors: &FormErrors) -> Vec<String> {
    errors.0.iter().map(|error| error.message(page.lang)).collect()
}

/// What happened, and what one can do now.
pub fn words(page: &Page, problem: &Problem) -> Words {
    let t = page.t();
    let (title, what, action) = match problem {
        Problem::BadRequest => {
            (t.problem_bad_request(), t.problem_bad_request_what(), t.problem_bad_request_do())
        }
        Problem::Refused(refusal) => {
            return Words {
                title: refusal.title().to_owned(),
                what: refusal.detail.clone(),
                action: String::new(),
            };
        }
        Problem::Unauthorized => {
            (t.problem_unauthorized(), t.problem_unauthorized_what(), t.problem_unauthorized_do())
        }
        Problem::Forbidden(scope) => (
            t.problem_forbidden(),
            t.problem_forbidden_what(scope.as_str()),
            t.problem_forbidden_do(),
        ),
        Problem::Stalled => (t.problem_stalled(), t.problem_stalled_what(), t.problem_stalled_do()),
        Problem::CrossSite => {
            (t.problem_cross_site(), t.problem_cross_site_what(), t.problem_cross_site_do())
        }
        Problem::NotFound => {
            (t.problem_not_found(), t.problem_not_found_what(), t.problem_not_found_do())
        }
        Problem::MethodNotAllowed => {
            (t.problem_method(), t.problem_method_what(), t.problem_method_do())
        }
        Problem::TooLarge { limit } => (
            t.problem_too_large(),
            t.problem_too_large_what(words::size(page.lang, *limit)),
            t.problem_too_large_do(),
        ),
        Problem::Invalid(_) => (t.problem_invalid(), t.problem_invalid(), t.problem_invalid_do()),
        Problem::TooMany { retry_after } => (
            t.problem_too_many(),
            t.problem_too_many_what(),
            t.problem_too_many_do(words::left(page.lang, *retry_after)),
        ),
        Problem::TooMuch => {
            (t.problem_too_many(), t.problem_too_much_what(), t.problem_too_much_do())
        }
        Problem::Busy => (t.problem_unavailable(), t.problem_busy_what(), t.problem_busy_do()),
        Problem::Internal { id } => (
            t.problem_internal(),
            t.problem_internal_what(without_bidi_controls(id)),
            t.problem_internal_do(),
        ),
        Problem::Unavailable => {
            (t.problem_unavailable(), t.problem_unavailable_what(), t.problem_unavailable_do())
        }
    };
    Words { title: title.to_string(), what: what.to_string(), action: action.to_string() }
}
