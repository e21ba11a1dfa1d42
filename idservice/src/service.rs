//! The id service over HTTP: `POST /ids/pop`, `GET /ids/level`, `GET /healthz`.

use std::sync::Arc;

use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};
use server::has_valid_host;
use tracing::warn;

use crate::error::Error;
use crate::id::Id;
use crate::pool::{MAX_POP, Pool};
use crate::secret::Secret;

/// `Retry-After` of a 503. The refill job runs every 10 seconds, so an empty pool is full again in
/// 5 seconds on average.
const RETRY_SECONDS: &str = "5";

type SharedPool = Arc<dyn Pool>;

/// The routes. `/ids/pop` needs `secret`, if there is one.
pub fn router(pool: SharedPool, secret: Option<Secret>) -> Router {
    let pop = post(pop).layer(from_fn_with_state(secret.map(Arc::new), authorize));
    Router::new()
        .route("/ids/pop", pop)
        .route("/ids/level", get(level))
        .route("/healthz", get(async || "ok\n"))
        .layer(from_fn(require_host))
        .with_state(pool)
}

async fn authorize(
    State(secret): State<Option<Arc<Secret>>>,
    request: Request,
    next: Next,
) -> Response {
    match secret {
        Some(secret) if !secret.matches(request.headers().get(header::AUTHORIZATION)) => {
            warn!("a client without the secret asked for ids and was refused");
            ApiError::Unauthorized.into_response()
        }
        _ => next.run(request).await,
    }
}

async fn require_host(request: Request, next: Next) -> Response {
    if has_valid_host(request.version(), request.headers()) {
        return next.run(request).await;
    }
    ApiError::InvalidHost.into_response()
}

#[derive(Deserialize)]
struct PopQuery {
    #[serde(default = "one")]
    count: usize,
}

fn one() -> usize {
    1
}

async fn pop(
    State(pool): State<SharedPool>,
    query: Result<Query<PopQuery>, QueryRejection>,
) -> Result<Json<Value>, ApiError> {
    let Ok(Query(PopQuery { count: count @ 1..=MAX_POP })) = query else {
        return Err(ApiError::InvalidCount);
    };
    let ids = pool.pop(count).await?;
    let ids: Vec<&str> = ids.iter().map(Id::as_str).collect();
    Ok(Json(json!({ "ids": ids })))
}

async fn level(State(pool): State<SharedPool>) -> Result<Json<Value>, ApiError> {
    Ok(Json(json!({ "level": pool.level().await? })))
}

enum ApiError {
    Unauthorized,
    InvalidHost,
    InvalidCount,
    Pool(Error),
}

impl From<Error> for ApiError {
    fn from(error: Error) -> Self {
        Self::Pool(error)
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let response =
            |status, error: String| (status, Json(json!({ "error": error }))).into_response();
        match self {
            Self::Unauthorized => {
                let error = "this needs the secret of the id service, as Authorization: Bearer …";
                let mut response = response(StatusCode::UNAUTHORIZED, error.to_owned());
                let scheme = header::HeaderValue::from_static("Bearer");
                response.headers_mut().insert(header::WWW_AUTHENTICATE, scheme);
                response
            }
            Self::InvalidHost => response(
                StatusCode::BAD_REQUEST,
                "the request must have one Host header".to_owned(),
            ),
            Self::InvalidCount => response(
                StatusCode::UNPROCESSABLE_ENTITY,
                format!("count is a number from 1 to {MAX_POP}"),
            ),
            Self::Pool(error) => {
                if !matches!(error, Error::Empty) {
                    warn!(%error, "the pool of ids does not answer");
                }
                let mut response = response(StatusCode::SERVICE_UNAVAILABLE, error.to_string());
                response
                    .headers_mut()
                    .insert(header::RETRY_AFTER, header::HeaderValue::from_static(RETRY_SECONDS));
                response
            }
        }
    }
}
