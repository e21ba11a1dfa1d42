//! Limits the requests to the API, and says in `RateLimit` headers how many remain.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;

use crate::error::Error;
use crate::http::rate_limit::action::{Action, Allowance, RATE_LIMIT, RATE_LIMIT_POLICY};
use crate::state::App;
use crate::visitor::Visitor;
use crate::visitor::format::ResponseFormat;

pub async fn limit_api(
    State(app): State<App>,
    visitor: Visitor,
    mut request: Request,
    next: Next,
) -> Response {
    if visitor.format != ResponseFormat::ProblemJson {
        return next.run(request).await;
    }
    // A request that an outer layer has refused is not counted.
    let of_requests = if request.extensions().get::<Arc<Error>>().is_some() {
        None
    } else {
        let checked = app.limits.check(Action::Request, visitor.client_key()).await;
        checked.unwrap_or_else(|limited| {
            request.extensions_mut().insert(Arc::new(Error::from(limited)));
            None
        })
    };
    let mut response = next.run(request).await;
    // The allowance of the action that the handler has counted or refused.
    let of_action = response.extensions().get::<Allowance>().copied();
    let all: Vec<Allowance> = [of_requests, of_action].into_iter().flatten().collect();
    insert(&mut response, RATE_LIMIT_POLICY, &all, Allowance::policy);
    insert(&mut response, RATE_LIMIT, &all, Allowance::state);
    response
}

fn insert(
    response: &mut Response,
    name: HeaderName,
    all: &[Allowance],
    format: fn(Allowance) -> String,
) {
    let values: Vec<String> = all.iter().map(|allowance| format(*allowance)).collect();
    if let (false, Ok(value)) = (values.is_empty(), HeaderValue::from_str(&values.join(", "))) {
        response.headers_mut().insert(name, value);
    }
}
