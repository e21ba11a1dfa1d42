//! Logs the requests that fail or are refused. No line has a query, or the name of a paste: the id of
//! an unlisted paste is its only secret.

use std::collections::HashMap;
use std::sync::{LazyLock, Mutex, PoisonError};
use std::time::Duration;

use axum::extract::{MatchedPath, Request};
use axum::http::Method;
use tracing::{error, info};

use crate::error::Error;
use crate::http::log_throttle::LogThrottle;
use crate::visitor::Visitor;

/// How often a kind of refusal is logged: a flood of them is one line a second.
const REFUSALS: Duration = Duration::from_secs(1);

/// What the log says of a request: its method, and its route with a placeholder for the paste.
#[derive(Debug)]
pub struct Route {
    method: Method,
    path: Option<MatchedPath>,
}

impl Route {
    pub fn of(request: &Request) -> Self {
        Self { method: request.method().clone(), path: request.extensions().get().cloned() }
    }

    fn path(&self) -> &str {
        self.path.as_ref().map_or("", MatchedPath::as_str)
    }
}

/// Logs a failure, and a refusal unless a line of its kind was logged just before. No failure is left
/// out: its answer shows the id of a line.
pub fn log(visitor: &Visitor, error: &Error, route: &Route) {
    let (method, path, client) = (&route.method, route.path(), visitor.client_key());
    match error {
        Error::Internal(cause) => {
            let error = format!("{cause:#}");
            error!(%method, path, error, "request failed");
        }
        // The rate limits log what they refuse.
        Error::RateLimited { .. } => {}
        _ => {
            let Some(kind) = error.log_kind() else { return };
            let Some(skipped) = admit(kind) else { return };
            info!(%client, %method, path, kind, skipped, "request refused");
        }
    }
}

/// The number of lines of this kind that were left out since the last one; `None` if this one is to
/// be left out too.
fn admit(kind: &'static str) -> Option<u64> {
    static THROTTLES: LazyLock<Mutex<HashMap<&'static str, LogThrottle>>> =
        LazyLock::new(Mutex::default);
    let mut throttles = THROTTLES.lock().unwrap_or_else(PoisonError::into_inner);
    throttles.entry(kind).or_insert_with(|| LogThrottle::new(REFUSALS)).admit()
}
