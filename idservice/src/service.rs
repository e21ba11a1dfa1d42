//! The id service over HTTP: `POST /ids/pop`, `GET /ids/level`, `GET /healthz`.

use std::sync::Arc;

use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};
use tracing::warn;

use crate::error::Error;
use crate::id::Id;
use crate::pool::{MAX_POP, Pool};

/// The refill comes every ten seconds; an empty pool is full again soon.
const RETRY_SECONDS: &str = "5";

type Shared = Arc<dyn Pool>;

pub fn router(pool: Shared) -> Router {
    Router::new()
        .route("/ids/pop", post(pop))
        .route("/ids/level", get(level))
        .route("/healthz", get(async || "ok\n"))
        .with_state(pool)
}

#[derive(Deserialize)]
struct Asked {
    #[serde(default = "one")]
    count: usize,
}

fn one() -> usize {
    1
}

async fn pop(
    State(pool): State<Shared>,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Result<Json<Value>, Refused> {
    let Ok(Query(Asked { count: count @ 1..=MAX_POP })) = asked else { return Err(Refused::Count) };
    let ids = pool.pop(count).await?;
    let ids: Vec<&str> = ids.iter().map(Id::as_str).collect();
    Ok(Json(json!({ "ids": ids })))
}

async fn level(State(pool): State<Shared>) -> Result<Json<Value>, Refused> {
    Ok(Json(json!({ "level": pool.level().await? })))
}

enum Refused {
    Count,
    Pool(Error),
}

impl From<Error> for Refused {
    fn from(error: Error) -> Self {
        Self::Pool(error)
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let answer =
            |status, error: String| (status, Json(json!({ "error": error }))).into_response();
        match self {
            Self::Count => answer(
                StatusCode::UNPROCESSABLE_ENTITY,
                format!("count is a number from 1 to {MAX_POP}"),
            ),
            Self::Pool(error) => {
                if !matches!(error, Error::Empty) {
                    warn!(%error, "the pool of ids does not answer");
                }
                let mut answer = answer(StatusCode::SERVICE_UNAVAILABLE, error.to_string());
                answer
                    .headers_mut()
                    .insert(header::RETRY_AFTER, header::HeaderValue::from_static(RETRY_SECONDS));
                answer
            }
        }
    }
}
