//! What can go wrong with a request. Errors speak to the user; causes go to the log.

pub mod view;

use std::any::Any;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Extension;
use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use maud::Markup;
use tracing::error;

use crate::Visit;
use crate::accounts::tokens::Scope;
use crate::api::problem::{self, Refusal};
use crate::errors::view::Problem;
use crate::form_errors::{FormError, FormErrors};
use crate::limits::{Action, Allowance};
use crate::news::News;
use crate::visit::{Wants, is_html};

/// When to come back after a 503: what is down is mostly back by then.
const RETRY: Duration = Duration::from_secs(5);

/// When to come back where there was no room: a request takes a moment.
const BUSY: Duration = Duration::from_secs(1);

/// How often an outage is logged: hundreds of requests may learn of it at once.
const NEWS: Duration = Duration::from_secs(1);

#[derive(Debug)]
pub enum Error {
    BadRequest,
    /// Something that only a program sends is not as the API wants it.
    Refused(Refusal),
    /// Nobody was named, or by a token that is none or is over.
    Unauthorized,
    /// The token may not do this.
    Forbidden(Scope),
    /// The body stood still, or came too slowly.
    Stalled,
    CrossSite,
    NotFound,
    MethodNotAllowed,
    TooLarge {
        /// In bytes.
        limit: u64,
    },
    /// A form that says no.
    Invalid {
        errors: FormErrors,
        /// The page, with the form and what was typed.
        form: Markup,
        /// What htmx puts beside the form that is still there.
        fragment: Option<Markup>,
    },
    TooMany {
        action: Action,
        retry_after: Duration,
    },
    /// So much at once from one client, in places or in bytes.
    TooMuch,
    /// So much at once from all.
    Busy,
    Unavailable,
    Internal(anyhow::Error),
}

impl Error {
    /// What is wrong with what a program sent, field by field.
    pub fn fields(errors: FormErrors) -> Self {
        Self::Invalid { errors, form: Markup::default(), fragment: None }
    }

    fn status(&self) -> StatusCode {
        match self {
            Self::BadRequest => StatusCode::BAD_REQUEST,
            Self::Refused(refusal) => refusal.status(),
            Self::Unauthorized => StatusCode::UNAUTHORIZED,
            Self::Forbidden(_) | Self::CrossSite => StatusCode::FORBIDDEN,
            Self::Stalled => StatusCode::REQUEST_TIMEOUT,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::TooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Invalid { errors, .. } if errors.0.iter().any(FormError::is_too_large) => {
                StatusCode::PAYLOAD_TOO_LARGE
            }
            Self::Invalid { .. } => StatusCode::UNPROCESSABLE_ENTITY,
            Self::TooMany { .. } | Self::TooMuch => StatusCode::TOO_MANY_REQUESTS,
            Self::Busy | Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// For what axum itself refuses, such as a query that does not parse.
    fn of_status(status: StatusCode) -> Option<Self> {
        match status {
            StatusCode::BAD_REQUEST
            | StatusCode::UNSUPPORTED_MEDIA_TYPE
            | StatusCode::UNPROCESSABLE_ENTITY => Some(Self::BadRequest),
            StatusCode::PAYLOAD_TOO_LARGE => Some(Self::TooLarge { limit: crate::FORM_MAX as u64 }),
            StatusCode::NOT_FOUND => Some(Self::NotFound),
            StatusCode::METHOD_NOT_ALLOWED => Some(Self::MethodNotAllowed),
            StatusCode::SERVICE_UNAVAILABLE => Some(Self::Unavailable),
            StatusCode::INTERNAL_SERVER_ERROR => {
                Some(Self::Internal(anyhow::anyhow!("a part of the server failed")))
            }
            _ => None,
        }
    }
}

impl IntoResponse for Error {
    /// Only the status; [`answer_in_kind`] knows who asked and writes the rest.
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        response.extensions_mut().insert(Arc::new(self));
        response
    }
}

impl From<store::Error> for Error {
    fn from(error: store::Error) -> Self {
        match error.root() {
            store::Error::Gone(_) => Self::NotFound,
            store::Error::Busy => Self::Busy,
            _ if error.is_outage() => {
                log_outage(&error);
                Self::Unavailable
            }
            _ => Self::Internal(error.into()),
        }
    }
}

fn log_outage(error: &store::Error) {
    static OUTAGE: Mutex<News> = Mutex::new(News::new(NEWS));
    if OUTAGE.lock().unwrap_or_else(PoisonError::into_inner).is_due() {
        error!(%error, "the database or the blob store does not answer as it should");
    }
}

impl From<anyhow::Error> for Error {
    fn from(error: anyhow::Error) -> Self {
        Self::Internal(error)
    }
}

#[expect(clippy::needless_pass_by_value, reason = "tower-http hands it over like this")]
pub fn of_panic(panic: Box<dyn Any + Send + 'static>) -> Response {
    let message = panic.downcast_ref::<String>().map(String::as_str);
    let message = message.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("no message");
    Error::Internal(anyhow::anyhow!("panicked: {message}")).into_response()
}

/// Turns an error into what its caller can use: a page, a fragment for htmx, a line of text. A
/// redirect that htmx would follow by itself becomes one that the browser follows.
pub async fn answer_in_kind(visit: Visit, request: Request, next: Next) -> Response {
    let is_sent = !request.method().is_safe();
    let response = match request.extensions().get::<Arc<Error>>() {
        Some(outage) => (outage.status(), Extension(outage.clone())).into_response(),
        None => next.run(request).await,
    };
    if visit.is_htmx() && response.status() == StatusCode::SEE_OTHER {
        return redirect_by_htmx(response);
    }
    let error = match response.extensions().get::<Arc<Error>>() {
        Some(error) => error.clone(),
        None if is_html(response.headers()) => return response,
        None => match Error::of_status(response.status()) {
            Some(error) => Arc::new(error),
            None => return response,
        },
    };
    let mut answer = render(&visit, &error, is_sent);
    let allowance = match *error {
        Error::TooMany { action, .. } => Some(Allowance::none(action)),
        _ => response.extensions().get().copied(),
    };
    allowance.map(|allowance: Allowance| answer.extensions_mut().insert(allowance));
    // and what an answer may do, where that is not what all may
    let kept =
        [header::ALLOW, header::SET_COOKIE, header::CONTENT_SECURITY_POLICY, header::CONTENT_RANGE];
    for (name, value) in response.headers().iter().filter(|(name, _)| kept.contains(name)) {
        answer.headers_mut().append(name, value.clone());
    }
    let retry_after = match *error {
        Error::Unavailable => Some(RETRY),
        Error::Busy | Error::TooMuch => Some(BUSY),
        Error::TooMany { retry_after, .. } => Some(retry_after),
        _ => None,
    };
    if matches!(*error, Error::Unauthorized) {
        let scheme = HeaderValue::from_static("Bearer realm=\"pastebin\"");
        answer.headers_mut().insert(header::WWW_AUTHENTICATE, scheme);
    }
    if let Some(retry_after) = retry_after {
        answer.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds(retry_after)));
    }
    answer
        .headers_mut()
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
    answer
}

/// Whole seconds, and never too few: who comes back then is let in.
fn seconds(wait: Duration) -> u64 {
    (wait.as_secs() + u64::from(wait.subsec_nanos() > 0)).max(1)
}

/// `is_sent`: something was sent, which its author may still have.
fn render(visit: &Visit, error: &Error, is_sent: bool) -> Response {
    let id = error_id();
    let problem = match error {
        Error::BadRequest => Problem::BadRequest,
        Error::Refused(refusal) => Problem::Refused(refusal),
        Error::Unauthorized => Problem::Unauthorized,
        Error::Forbidden(scope) => Problem::Forbidden(*scope),
        Error::Stalled => Problem::Stalled,
        Error::CrossSite => Problem::CrossSite,
        Error::NotFound => Problem::NotFound,
        Error::MethodNotAllowed => Problem::MethodNotAllowed,
        Error::TooLarge { limit } => Problem::TooLarge { limit: *limit },
        Error::Invalid { errors, .. } => Problem::Invalid(errors),
        Error::TooMany { retry_after, .. } => {
            Problem::TooMany { retry_after: Duration::from_secs(seconds(*retry_after)) }
        }
        Error::TooMuch => Problem::TooMuch,
        Error::Busy => Problem::Busy,
        Error::Unavailable => Problem::Unavailable,
        Error::Internal(cause) => {
            error!(
                error.id = id,
                path = &*visit.path,
                error = format!("{cause:#}"),
                "request failed"
            );
            Problem::Internal { id: &id }
        }
    };
    let page = visit.page();
    match (visit.wants, error) {
        (Wants::Page, Error::Invalid { form, .. }) => {
            (error.status(), form.clone()).into_response()
        }
        (Wants::Page, _) => (error.status(), view::page(&page, &problem, is_sent)).into_response(),
        (Wants::Fragment, _) => (error.status(), view::fragment(&page, &problem)).into_response(),
        (Wants::Notice, Error::Invalid { fragment: Some(fragment), .. }) => {
            (error.status(), fragment.clone()).into_response()
        }
        (Wants::Notice, _) => (error.status(), view::notice(&page, &problem)).into_response(),
        (Wants::Problem, _) => problem::answer(&page, error.status(), &problem),
        (Wants::Line, _) => (error.status(), view::line(&page, &problem) + "\n").into_response(),
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

/// Eight hex digits, to find the cause in the log.
fn error_id() -> String {
    format!("{:08x}", getrandom::u32().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use std::io;

    use tracing_subscriber::fmt::MakeWriter;

    use super::*;

    #[derive(Clone, Default)]
    struct Log(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Log {
        fn write(&mut self, line: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().extend(line);
            Ok(line.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    impl<'a> MakeWriter<'a> for Log {
        type Writer = Self;

        fn make_writer(&'a self) -> Self {
            self.clone()
        }
    }

    /// All lines that are logged while `work` runs.
    fn logged(work: impl FnOnce()) -> usize {
        let log = Log::default();
        let subscriber = tracing_subscriber::fmt().with_writer(log.clone()).finish();
        tracing::subscriber::with_default(subscriber, work);
        let log = log.0.lock().unwrap();
        String::from_utf8_lossy(&log).lines().count()
    }

    #[test]
    fn a_full_queue_is_no_outage() {
        let shared = || store::Error::Shared(Arc::new(store::Error::Busy));
        let lines = logged(|| {
            for error in [store::Error::Busy, shared()] {
                assert!(matches!(Error::from(error), Error::Busy));
            }
        });
        assert_eq!(lines, 0);
    }

    #[test]
    fn an_outage_is_logged_once_for_all_who_learn_of_it() {
        let lines = logged(|| {
            let outage = Arc::new(store::Error::Database(sqlx::Error::PoolTimedOut));
            for _ in 0..256 {
                let error = Error::from(store::Error::Shared(outage.clone()));
                assert!(matches!(error, Error::Unavailable));
            }
        });
        // More than one only where this machine took seconds for it.
        assert!((1..10).contains(&lines), "{lines} lines");
    }
}
