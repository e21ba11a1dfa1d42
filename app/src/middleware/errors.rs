//! Turns an error into the answer that its caller can use, and logs the cause of a 500.

use std::any::Any;
use std::sync::Arc;
use std::time::Duration;

use axum::Extension;
use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::error::refusal::Fault;
use crate::error::{Error, RefusedForm};
use crate::error_pages::{html, problem};
use crate::http::rate_limit::action::Allowance;
use crate::http::request_coding;
use crate::middleware::refusal_log::{self, Route};
use crate::visitor::Visitor;
use crate::visitor::format::{ResponseFormat, is_html};

/// `Retry-After` of an outage: most engines are back by then.
const RETRY_AFTER_OUTAGE: Duration = Duration::from_secs(5);

/// `Retry-After` of an overload: a request takes a moment.
const RETRY_AFTER_OVERLOAD: Duration = Duration::from_secs(1);

#[expect(clippy::needless_pass_by_value, reason = "the signature that tower-http calls")]
pub fn from_panic(panic: Box<dyn Any + Send + 'static>) -> Response {
    // A formatted message may quote the visitor's text. The panic hook has logged the place.
    let message = panic.downcast_ref::<&str>().copied().unwrap_or("its message is not logged");
    Error::Internal(anyhow::anyhow!("panicked: {message}")).into_response()
}

/// Renders an error as a page, a fragment for htmx, problem details or a line of text. Turns a
/// redirect for htmx into one that the browser follows.
pub async fn render_errors(visitor: Visitor, request: Request, next: Next) -> Response {
    let is_submission = !request.method().is_safe();
    let route = Route::of(&request);
    // An outer layer has refused the request already.
    let response = match request.extensions().get::<Arc<Error>>() {
        Some(refused) => (refused.status(), Extension(refused.clone())).into_response(),
        None => next.run(request).await,
    };
    if visitor.is_htmx() && response.status() == StatusCode::SEE_OTHER {
        return redirect_by_htmx(response);
    }
    let error = match response.extensions().get::<Arc<Error>>() {
        Some(error) => error.clone(),
        None if is_html(response.headers()) => return response,
        None => match Error::from_status(response.status()) {
            Some(error) => Arc::new(error),
            None => return response,
        },
    };
    let form = response.extensions().get().filter(|_| visitor.format == ResponseFormat::Page);
    let mut answer = match form {
        Some(RefusedForm(form)) => (error.status(), form.clone()).into_response(),
        None => render(&visitor, &error, is_submission),
    };
    refusal_log::log(&visitor, &error, &route);
    copy_extras(&error, &response, &mut answer);
    answer
}

/// Adds headers to the answer: those of the handler's response, and those that depend on the kind
/// of error.
fn copy_extras(error: &Error, response: &Response, answer: &mut Response) {
    let allowance = match error {
        Error::RateLimited { action, .. } => Some(Allowance::none(*action)),
        _ => response.extensions().get().copied(),
    };
    allowance.map(|allowance: Allowance| answer.extensions_mut().insert(allowance));
    let headers = answer.headers_mut();
    let copied =
        [header::ALLOW, header::SET_COOKIE, header::CONTENT_SECURITY_POLICY, header::CONTENT_RANGE];
    for (name, value) in response.headers().iter().filter(|(name, _)| copied.contains(name)) {
        headers.append(name, value.clone());
    }
    let retry_after = match *error {
        Error::Full | Error::Unavailable => Some(RETRY_AFTER_OUTAGE),
        Error::Overloaded | Error::ClientOverloaded => Some(RETRY_AFTER_OVERLOAD),
        Error::RateLimited { retry_after, .. } => Some(retry_after),
        _ => None,
    };
    if let Some(retry_after) = retry_after {
        headers.insert(header::RETRY_AFTER, HeaderValue::from(html::whole_seconds(retry_after)));
    }
    if matches!(error, Error::Refused(refusal) if refusal.fault == Fault::Coding) {
        headers.insert(header::ACCEPT_ENCODING, request_coding::ACCEPTED);
    }
    if matches!(error, Error::Unauthorized | Error::LoggedOut) {
        let scheme = HeaderValue::from_static("Bearer realm=\"pastebin\"");
        headers.insert(header::WWW_AUTHENTICATE, scheme);
    }
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
}

/// `is_submission`: the request submitted a form, which the browser may still show.
fn render(visitor: &Visitor, error: &Error, is_submission: bool) -> Response {
    let id = &*visitor.request_id;
    let cx = visitor.page_context();
    let status = error.status();
    match (visitor.format, error) {
        (ResponseFormat::Page, Error::Invalid { form, .. }) => {
            (status, form.clone()).into_response()
        }
        (ResponseFormat::Page, _) => {
            (status, html::page(&cx, error, id, is_submission)).into_response()
        }
        (ResponseFormat::Fragment, _) => (status, html::fragment(&cx, error, id)).into_response(),
        (ResponseFormat::Notice, Error::Invalid { fragment: Some(fragment), .. }) => {
            (status, fragment.clone()).into_response()
        }
        (ResponseFormat::Notice, _) => (status, html::notice(&cx, error, id)).into_response(),
        (ResponseFormat::ProblemJson, _) => problem::answer(&cx, error, id),
        (ResponseFormat::PlainText, _) => {
            (status, html::line_with_advice(&cx, error, id) + "\n").into_response()
        }
    }
}

fn redirect_by_htmx(mut response: Response) -> Response {
    const HX_REDIRECT: HeaderName = HeaderName::from_static("hx-redirect");
    if let Some(location) = response.headers_mut().remove(header::LOCATION) {
        response.headers_mut().insert(HX_REDIRECT, location);
        *response.status_mut() = StatusCode::OK;
    }
    response
}
