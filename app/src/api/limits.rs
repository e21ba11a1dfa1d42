//! How much a program may still ask for, on every answer.

use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};

use crate::errors::of_response;
use crate::limits::{Action, Allowance, RATE_LIMIT, RATE_LIMIT_POLICY};
use crate::{App, Error, Visit};

pub async fn guard(State(app): State<App>, visit: Visit, request: Request, next: Next) -> Response {
    let (left, mut response) = match app.limits.spend(Action::Request, visit.client) {
        Ok(left) => (left, next.run(request).await),
        Err(refused) => (None, refused.into_response()),
    };
    let refused = match of_response(&response).as_deref() {
        Some(Error::TooMany { action, .. }) => Some(Allowance::none(*action)),
        _ => None,
    };
    // What a handler has spent beside it.
    let spent = response.extensions().get::<Allowance>().copied();
    let all: Vec<Allowance> = [left, spent, refused].into_iter().flatten().collect();
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
