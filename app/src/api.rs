//! `/api/v1`: the site for programs. JSON in and out, tokens and no cookies; described by the same
//! attributes that stand at its handlers.

mod body;
pub mod limits;
mod page;
mod paste;
mod pastes;
pub mod problem;
mod query;
mod user;
mod view;

use axum::Router;
use axum::http::{HeaderValue, header};
use axum::response::IntoResponse;
use axum::routing::get;
use utoipa::OpenApi;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::App;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Pastebin",
        version = "1",
        description = "Save a text, get a link, read it, change what surrounds it, delete it."
    ),
    components(schemas(problem::ProblemDetails)),
    modifiers(&Schemes),
    tags(
        (name = "pastes", description = "Texts, and what surrounds them."),
        (name = "user", description = "Whose token this is."),
    )
)]
struct Description;

struct Schemes;

impl utoipa::Modify for Schemes {
    fn modify(&self, api: &mut utoipa::openapi::OpenApi) {
        let components = api.components.get_or_insert_default();
        let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).description(Some(
            "An access token from the settings page: `pastebin_pat_` and 64 hex digits.",
        ));
        components.add_security_scheme("access_token", SecurityScheme::Http(bearer.build()));
        let of_paste = ApiKeyValue::with_description(
            "Delete-Token",
            "What an anonymous create answered: `pastebin_del_` and 64 hex digits. It changes or deletes that paste alone.",
        );
        components
            .add_security_scheme("delete_token", SecurityScheme::ApiKey(ApiKey::Header(of_paste)));
    }
}

pub fn routes(app: &App) -> Router<App> {
    let (v1, description) = described();
    let document = page::Document::new(description, app);
    Router::new()
        .merge(v1)
        .route("/api", get(page::readable).with_state(document.clone()))
        .route("/api/openapi.json", get(async move || json(document.json)))
}

/// The routes, and their description by the same list.
fn described() -> (Router<App>, utoipa::openapi::OpenApi) {
    let v1 = OpenApiRouter::new()
        .routes(routes!(pastes::create::create, pastes::list::list))
        .routes(routes!(pastes::read::read, pastes::change::change, pastes::delete::delete))
        .routes(routes!(pastes::read::text))
        .routes(routes!(user::user));
    OpenApiRouter::with_openapi(Description::openapi()).nest("/api/v1", v1).split_for_parts()
}

fn json(document: bytes::Bytes) -> impl IntoResponse {
    ([(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))], document)
}
