//! `/api/v1`: the JSON API for programs. It takes tokens and ignores cookies. Its description
//! is generated from the attributes of its handlers, and their doc comments are part of it.

mod body;
pub mod page;
mod paste;
pub mod pastes;
mod query;
pub mod user;
mod view;

use utoipa::OpenApi;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};

use crate::error_pages::problem::ProblemDetails;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Pastebin",
        version = "1",
        description = "Save a text, get a link, read it, change what surrounds it, delete it."
    ),
    components(schemas(ProblemDetails)),
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
        let delete_token = ApiKeyValue::with_description(
            "Delete-Token",
            "What an anonymous create answered: `pastebin_del_` and 64 hex digits. It changes or deletes that paste alone.",
        );
        components.add_security_scheme(
            "delete_token",
            SecurityScheme::ApiKey(ApiKey::Header(delete_token)),
        );
    }
}

/// The description without the operations. The router adds each with its route.
pub fn description() -> utoipa::openapi::OpenApi {
    Description::openapi()
}
