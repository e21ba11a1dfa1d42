//! How much a program may still ask for, on every answer.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;

use crate::limits::{Action, Allowance, RATE_LIMIT, RATE_LIMIT_POLICY};
use crate::visit::Wants;
use crate::{App, Error, Visit};

/// Whatever the answer comes from, a handler or what stands before it.
pub async fn guard(
    State(app): State<App>,
    visit: Visit,
    mut request: Request,
    next: Next,
) -> Response {
    if visit.wants != Wants::Problem {
        return next.run(request).await;
    }
    // What was turned away before it costs nothing.
    let left = if request.extensions().get::<Arc<Error>>().is_some() {
        None
    } else {
        app.limits.spend(Action::Request, visit.client).await.unwrap_or_else(|refused| {
            request.extensions_mut().insert(Arc::new(refused));
            None
        })
    };
    let mut response = next.run(request).await;
    // What a handler has spent beside it, or what it lacked.
    let spent = response.extensions().get::<Allowance>().copied();
    let all: Vec<Allowance> = [left, spent].into_iter().flatten().collect();
    write(&mut response, RATE_LIMIT_POLICY, &all, Allowance::policy);
    write(&mut response, RATE_LIMIT, &all, Allowance::state);
    response
}

fn write(
    response: &mut Response,
    name: HeaderName,
    all: &[Allowance],
    say: fn(Allowance) -> String,
) {
    let said: Vec<String> = all.iter().map(|allowance| say(*allowance)).collect();
    if let (false, Ok(value)) = (said.is_empty(), HeaderValue::from_str(&said.join(", "))) {
        response.headers_mut().insert(name, value);
    }
}
