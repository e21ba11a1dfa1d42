//! The description of the API: as JSON for programs, as a page for people.

use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::IntoResponse;
use bytes::Bytes;
use maud::Markup;
use render::syntaxes;
use serde_json::{Value, json};
use utoipa::openapi::OpenApi;

use crate::api::view;
use crate::error_pages::problem::KINDS;
use crate::state::App;
use crate::visitor::Visitor;

/// Cheap to clone.
#[derive(Clone, Debug)]
pub struct Document {
    pub json: Bytes,
    value: std::sync::Arc<Value>,
}

impl Document {
    pub fn new(description: OpenApi, app: &App) -> Self {
        let mut value = serde_json::to_value(description).unwrap_or_default();
        value["info"]["version"] = json!(env!("CARGO_PKG_VERSION"));
        value["servers"] = json!([{ "url": app.public_url }]);
        let schemas = &mut value["components"]["schemas"];
        for named in ["NewPaste", "Changes"] {
            complete(&mut schemas[named]["properties"]);
        }
        for operations in children(&mut value["paths"]) {
            for operation in children(operations) {
                for parameter in operation["parameters"].as_array_mut().into_iter().flatten() {
                    let name = parameter["name"].as_str().unwrap_or_default().to_owned();
                    constrain(&name, &mut parameter["schema"]);
                }
                if operation["parameters"].is_null() {
                    operation["parameters"] = json!([]);
                }
                answer_with_problems(operation);
            }
        }
        Self { json: serde_json::to_vec(&value).unwrap_or_default().into(), value: value.into() }
    }
}

fn children(value: &mut Value) -> impl Iterator<Item = &mut Value> {
    value.as_object_mut().into_iter().flat_map(|object| object.values_mut())
}

fn complete(properties: &mut Value) {
    for (name, schema) in properties.as_object_mut().into_iter().flatten() {
        constrain(name, schema);
    }
}

/// What a table or a parser of ours knows, and an attribute cannot say.
fn constrain(name: &str, schema: &mut Value) {
    match name {
        "syntax" => {
            let slugs = std::iter::once(syntaxes::AUTO)
                .chain(syntaxes::SYNTAXES.iter().map(|syntax| syntax.slug));
            schema["enum"] = slugs.collect();
        }
        "visibility" => schema["enum"] = json!(["unlisted", "public", "private"]),
        "expires" => {
            schema["pattern"] =
                json!("^(never|[1-9][0-9]{0,2}[hdwM]|[1-9][0-9]?y|[1-9][0-9]{0,5}[sm]?)$");
            schema["example"] = json!("1w");
        }
        _ => {}
    }
}

/// Every operation may be refused for its number, and fail for our sake.
fn answer_with_problems(operation: &mut Value) {
    let Some(responses) = operation["responses"].as_object_mut() else { return };
    for (kind, status, about) in KINDS {
        let common = matches!(status, 429 | 500 | 503);
        if !common && !responses.contains_key(&status.to_string()) {
            continue;
        }
        let mut response = json!({
            "description": about,
            "content": { "application/problem+json": {
                "schema": { "$ref": "#/components/schemas/ProblemDetails" },
                "example": { "type": format!("https://paste.example.org/api#{kind}"), "title": "…", "status": status, "detail": "…" },
            } },
        });
        if matches!(status, 429 | 503) {
            response["headers"] = json!({ "Retry-After": {
                "description": "In seconds.", "schema": { "type": "integer" },
            } });
        }
        responses.insert(status.to_string(), response);
    }
    for (status, response) in responses.iter_mut() {
        if response["description"].as_str().is_none_or(str::is_empty) {
            response["description"] =
                json!(if status == "201" { "It is made." } else { "It is here." });
        }
        for name in ["RateLimit", "RateLimit-Policy"] {
            response["headers"][name] = json!({
                "description": "As in draft-ietf-httpapi-ratelimit-headers; absent where the site limits nothing.",
                "schema": { "type": "string" },
            });
        }
    }
}

pub async fn readable(State(document): State<Document>, visitor: Visitor) -> Markup {
    view::page(&visitor.page_context(), &document.value)
}

pub async fn json(State(document): State<Document>) -> impl IntoResponse {
    ([(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))], document.json)
}
