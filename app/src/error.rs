//! The errors of a request. Their messages are for the visitor; their causes are logged.

pub mod form;
pub mod refusal;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use maud::Markup;
use store::Scope;
use tracing::error;

use crate::error::form::{FormError, FormErrors};
use crate::error::refusal::Refusal;
use crate::http::admission::BodyError;
use crate::http::body::FORM_MAX;
use crate::http::log_throttle::LogThrottle;
use crate::http::quota::QuotaExceeded;
use crate::http::rate_limit::RateLimited;
use crate::http::rate_limit::action::Action;

/// How often an outage is logged: it may fail hundreds of requests at once.
const LOG_INTERVAL: Duration = Duration::from_secs(1);

pub type Result<T, E = Error> = std::result::Result<T, E>;

#[derive(Debug)]
pub enum Error {
    BadRequest,
    /// A request that only programs send does not conform to the API.
    Refused(Refusal),
    /// No credentials, or a token that is unknown, expired or revoked.
    Unauthorized,
    /// The token lacks this scope.
    Forbidden(Scope),
    /// The request body stopped, or came too slowly.
    BodyTimeout,
    /// The request was sent by another site's page.
    CrossSite,
    /// The request names a host at which this site does not answer.
    Misdirected,
    /// Missing, expired, deleted or not visible to this visitor: one error for all of them.
    NotFound,
    /// A page of a user asks for something that needs the session, which has ended.
    LoggedOut,
    /// What a user wants to delete is gone, or is another user's: one error for both.
    AlreadyGone,
    MethodNotAllowed,
    TooLarge {
        /// In bytes.
        limit: u64,
    },
    /// A form with invalid fields.
    Invalid {
        errors: FormErrors,
        /// The page, with the form and what was typed.
        form: Markup,
        /// What htmx inserts beside the form that is still shown.
        fragment: Option<Markup>,
    },
    /// The client has repeated a limited action too often.
    RateLimited {
        action: Action,
        retry_after: Duration,
    },
    /// The client has too many requests or bytes under way.
    ClientOverloaded,
    /// All clients together have too many requests or bytes under way.
    Overloaded,
    /// The disk or the site has no room for more texts.
    Full,
    /// The database or the bucket does not answer.
    Unavailable,
    Internal(anyhow::Error),
}

impl Error {
    /// Invalid fields of a request that is not a form.
    pub fn fields(errors: FormErrors) -> Self {
        Self::Invalid { errors, form: Markup::default(), fragment: None }
    }

    pub fn status(&self) -> StatusCode {
        match self {
            Self::BadRequest => StatusCode::BAD_REQUEST,
            Self::Refused(refusal) => refusal.status(),
            Self::Unauthorized | Self::LoggedOut => StatusCode::UNAUTHORIZED,
            Self::Forbidden(_) | Self::CrossSite => StatusCode::FORBIDDEN,
            Self::BodyTimeout => StatusCode::REQUEST_TIMEOUT,
            Self::Misdirected => StatusCode::MISDIRECTED_REQUEST,
            Self::NotFound | Self::AlreadyGone => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::TooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Invalid { errors, .. } if errors.0.iter().any(FormError::is_too_large) => {
                StatusCode::PAYLOAD_TOO_LARGE
            }
            Self::Invalid { .. } => StatusCode::UNPROCESSABLE_ENTITY,
            Self::RateLimited { .. } | Self::ClientOverloaded => StatusCode::TOO_MANY_REQUESTS,
            Self::Overloaded | Self::Full | Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// The error behind a status that axum itself answers, for example to a query that does not
    /// parse; `None` for success.
    pub fn from_status(status: StatusCode) -> Option<Self> {
        match status {
            StatusCode::BAD_REQUEST
            | StatusCode::UNSUPPORTED_MEDIA_TYPE
            | StatusCode::UNPROCESSABLE_ENTITY => Some(Self::BadRequest),
            StatusCode::PAYLOAD_TOO_LARGE => Some(Self::TooLarge { limit: FORM_MAX as u64 }),
            StatusCode::NOT_FOUND => Some(Self::NotFound),
            StatusCode::METHOD_NOT_ALLOWED => Some(Self::MethodNotAllowed),
            StatusCode::SERVICE_UNAVAILABLE => Some(Self::Unavailable),
            StatusCode::INTERNAL_SERVER_ERROR => {
                Some(Self::Internal(anyhow::anyhow!("a part of the server failed")))
            }
            _ => None,
        }
    }

    /// The name of the error's kind in the log; `None` if errors of the kind are not logged.
    pub const fn log_kind(&self) -> Option<&'static str> {
        match self {
            Self::Internal(_) => Some("failed"),
            Self::RateLimited { .. } => Some("rate limit"),
            Self::ClientOverloaded => Some("too much at once"),
            Self::Overloaded => Some("overloaded"),
            Self::Unavailable => Some("unavailable"),
            Self::BodyTimeout => Some("slow body"),
            Self::CrossSite => Some("cross-site"),
            Self::Misdirected => Some("unknown host"),
            Self::Unauthorized => Some("unknown token"),
            Self::Forbidden(_) => Some("scope"),
            _ => None,
        }
    }

    /// Whether the same request may succeed a little later.
    pub const fn is_temporary(&self) -> bool {
        matches!(
            self,
            Self::BodyTimeout
                | Self::RateLimited { .. }
                | Self::ClientOverloaded
                | Self::Overloaded
                | Self::Full
                | Self::Unavailable
        )
    }
}

/// The page of a refused form, with what was typed in it.
#[derive(Clone, Debug)]
pub struct RefusedForm(pub Markup);

impl Error {
    /// The response to a form. A browser that asked for a page gets `form`, if there is one.
    pub fn with_form(self, form: Option<Markup>) -> Response {
        let mut response = self.into_response();
        if let Some(form) = form {
            response.extensions_mut().insert(RefusedForm(form));
        }
        response
    }
}

impl IntoResponse for Error {
    /// A response with the status and the error itself. `middleware::errors` renders the error in
    /// the caller's format.
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
            store::Error::Busy => Self::Overloaded,
            _ if error.is_outage() => {
                log_outage(&error);
                if error.is_disk_full() { Self::Full } else { Self::Unavailable }
            }
            _ => Self::Internal(error.into()),
        }
    }
}

fn log_outage(error: &store::Error) {
    static OUTAGE: Mutex<LogThrottle> = Mutex::new(LogThrottle::new(LOG_INTERVAL));
    if !error.is_logged() && OUTAGE.lock().unwrap_or_else(PoisonError::into_inner).should_log() {
        error!(%error, "the database or the blob store does not answer as it should");
    }
}

impl From<anyhow::Error> for Error {
    fn from(error: anyhow::Error) -> Self {
        Self::Internal(error)
    }
}

impl From<QuotaExceeded> for Error {
    fn from(exceeded: QuotaExceeded) -> Self {
        match exceeded {
            QuotaExceeded::Global => Self::Overloaded,
            QuotaExceeded::Client => Self::ClientOverloaded,
        }
    }
}

impl From<BodyError> for Error {
    fn from(error: BodyError) -> Self {
        match error {
            BodyError::Timeout => Self::BodyTimeout,
            BodyError::Quota(exceeded) => exceeded.into(),
        }
    }
}

impl From<RateLimited> for Error {
    fn from(RateLimited { action, retry_after }: RateLimited) -> Self {
        Self::RateLimited { action, retry_after }
    }
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

    /// The number of lines that are logged while `work` runs.
    fn logged_lines(work: impl FnOnce()) -> usize {
        let log = Log::default();
        let subscriber = tracing_subscriber::fmt().with_writer(log.clone()).finish();
        tracing::subscriber::with_default(subscriber, work);
        let log = log.0.lock().unwrap();
        String::from_utf8_lossy(&log).lines().count()
    }

    #[test]
    fn a_full_queue_is_not_logged_as_an_outage() {
        let shared = || store::Error::Shared(Arc::new(store::Error::Busy));
        let lines = logged_lines(|| {
            for error in [store::Error::Busy, shared()] {
                assert!(matches!(Error::from(error), Error::Overloaded));
            }
        });
        assert_eq!(lines, 0);
    }

    #[test]
    fn an_outage_that_fails_many_requests_is_logged_once() {
        let lines = logged_lines(|| {
            let outage = Arc::new(store::Error::Database(sqlx::Error::PoolTimedOut));
            for _ in 0..256 {
                let error = Error::from(store::Error::Shared(outage.clone()));
                assert!(matches!(error, Error::Unavailable));
            }
        });
        // More than one line only if the machine is so slow that this took seconds.
        assert!((1..10).contains(&lines), "{lines} lines");
    }
}
