//! `PATCH /api/v1/pastes/{id}`.

use axum::extract::{Request, State};
use axum::http::HeaderMap;
use axum::response::Response;
use render::syntaxes;
use serde::Deserialize;
use store::{Change, Scope};
use tracing::info;
use utoipa::ToSchema;

use crate::api::body;
use crate::api::body::{non_blank, title};
use crate::api::paste;
use crate::api::paste::Paste;
use crate::api::pastes::{Id, NoQuery, Target, authorized_target, precondition_failed};
use crate::api::query::Query;
use crate::error::Result;
use crate::pastes::submission::Submission;
use crate::pastes::text;
use crate::state::App;
use crate::visitor::Visitor;

/// What is to be otherwise. What is left out stays.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Changes {
    #[serde(default, deserialize_with = "title")]
    #[schema(max_length = 200, required = false, nullable = false)]
    title: Option<String>,
    /// A slug, or `auto`: by the title, if it is a file's name, and by the text.
    #[serde(default, deserialize_with = "non_blank")]
    #[schema(required = false, nullable = false)]
    syntax: Option<String>,
    /// From now on: `10m`, `1h`, `1d`, `1w`, `1M`, `1y`, `never`, a number with a unit, or seconds.
    #[serde(default, deserialize_with = "non_blank")]
    #[schema(required = false, nullable = false)]
    expires: Option<String>,
    #[serde(default, deserialize_with = "non_blank")]
    #[schema(required = false, nullable = false)]
    visibility: Option<String>,
}

/// Changes what surrounds a text; the text itself never changes.
#[utoipa::path(
    patch, path = "/pastes/{id}", tag = "pastes", operation_id = "changePaste",
    security(("access_token" = ["write"]), ("delete_token" = [])),
    params(
        ("id" = String, Path, pattern = "^[1-9A-HJ-NP-Za-km-z]{12}$"),
        ("If-Match" = Option<String>, Header, description = "The `ETag` of what is to be changed.", nullable = false),
    ),
    request_body(content = Changes, content_type = "application/json"),
    responses(
        (status = 200, body = Paste, headers(("ETag" = String, description = "As it is now, for the next `If-Match`."))),
        (status = 400), (status = 401), (status = 403), (status = 404), (status = 408), (status = 412), (status = 413), (status = 415), (status = 422),
    )
)]
pub async fn change(
    State(app): State<App>,
    visitor: Visitor,
    Id(name): Id,
    Query(NoQuery {}): Query<NoQuery>,
    headers: HeaderMap,
    request: Request,
) -> Result<Response> {
    let changes: Changes = body::read_fields(request).await?;
    let Target { paste, condition } =
        authorized_target(&app, &visitor, &name, &headers, Scope::Write).await?;
    let change = validate(&app, &visitor, &paste, changes).await?;
    let outcome = app.store.change(&paste, &change, condition, app.clock.now()).await?;
    let paste = outcome.ok_or_else(|| precondition_failed(condition))?;
    info!(paste = %paste.id.log_hash(), "paste changed by the API");
    paste::response(&visitor, paste)
}

/// The changes, checked by the same rules as a new paste.
async fn validate(
    app: &App,
    visitor: &Visitor,
    paste: &store::Paste,
    changes: Changes,
) -> Result<Change> {
    let syntax = changes.syntax.clone().unwrap_or_else(|| paste.syntax.clone());
    let text = match syntax.trim() {
        syntaxes::AUTO => text::load(app, visitor, paste).await?.to_vec(),
        // Only the detection of a syntax reads the text.
        _ => b"-".to_vec(),
    };
    let submission = Submission::from_options(
        text,
        changes.title.clone().unwrap_or_else(|| paste.title.clone()),
        syntax,
        changes.expires.clone().unwrap_or_default(),
        changes.visibility.clone().unwrap_or_else(|| paste.visibility.as_str().to_owned()),
    );
    let valid = submission.validate_one(app, paste.owner)?;
    let new_syntax = changes.syntax.is_some();
    Ok(Change {
        title: changes.title.is_some().then_some(valid.title),
        syntax: new_syntax.then(|| valid.syntax.to_owned()),
        syntax_guessed: new_syntax.then_some(valid.syntax_guessed),
        visibility: changes.visibility.is_some().then_some(valid.visibility),
        expires_at: changes.expires.is_some().then(|| valid.lifetime.expires_at(app.clock.now())),
    })
}
