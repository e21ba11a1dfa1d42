//! The description of the API: as JSON for programs, as a page for people.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::IntoResponse;
use bytes::Bytes;
use maud::Markup;
use render::syntaxes;
use serde_json::{Map, Value, json};
use utoipa::openapi::OpenApi;

use crate::api::view;
use crate::error_pages::problem::KINDS;
use crate::visitor::Visitor;

/// Stands in the description for the address of the site.
const SERVER: &str = "https://site.invalid";

/// The finished description. Clones share its memory.
#[derive(Clone, Debug)]
pub struct Document {
    /// The JSON before and after the address of the site, which depends on the request.
    json: (Bytes, Bytes),
    value: Arc<Value>,
}

impl Document {
    /// Completes the description that the attributes at the handlers generate.
    pub fn new(description: OpenApi) -> Self {
        let mut value = serde_json::to_value(description).unwrap_or_default();
        value["info"]["version"] = json!(env!("CARGO_PKG_VERSION"));
        value["servers"] = json!([{ "url": SERVER }]);
        let schemas = &mut value["components"]["schemas"];
        for schema in ["NewPaste", "Changes"] {
            for (name, property) in members(&mut schemas[schema]["properties"]) {
                add_constraints(name, property);
            }
        }
        for (_, operations) in members(&mut value["paths"]) {
            for (_, operation) in members(operations) {
                complete_operation(operation);
            }
        }
        let json = value.to_string();
        let (before, after) = json.split_once(SERVER).unwrap_or((&json, ""));
        let json = (Bytes::from(before.to_owned()), Bytes::from(after.to_owned()));
        Self { json, value: value.into() }
    }
}

fn members(value: &mut Value) -> impl Iterator<Item = (&String, &mut Value)> {
    value.as_object_mut().into_iter().flatten()
}

fn complete_operation(operation: &mut Value) {
    for parameter in operation["parameters"].as_array_mut().into_iter().flatten() {
        let name = parameter["name"].as_str().unwrap_or_default().to_owned();
        add_constraints(&name, &mut parameter["schema"]);
    }
    if operation["parameters"].is_null() {
        operation["parameters"] = json!([]);
    }
    let Some(responses) = operation["responses"].as_object_mut() else { return };
    add_problems(responses);
    for (status, response) in responses {
        complete_response(status, response);
    }
}

/// Adds the constraints that attributes at the fields cannot express: the table of syntaxes and the
/// grammar of lifetimes.
fn add_constraints(name: &str, schema: &mut Value) {
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

/// Describes the errors that the operation lists, and those that every operation can answer with.
fn add_problems(responses: &mut Map<String, Value>) {
    for (kind, status, about) in KINDS {
        let is_common = matches!(status, 421 | 429 | 500 | 503);
        if !is_common && !responses.contains_key(&status.to_string()) {
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
}

/// Adds a description, which the format requires, and the headers that every response has.
fn complete_response(status: &str, response: &mut Value) {
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

/// `GET /api`: the page.
pub async fn readable(State(document): State<Document>, visitor: Visitor) -> Markup {
    view::page(&visitor.page_context(), &document.value)
}

/// `GET /api/openapi.json`.
pub async fn json(State(document): State<Document>, visitor: Visitor) -> impl IntoResponse {
    let (before, after) = &document.json;
    // The address is a URL in one spelling, in which JSON escapes nothing.
    let json = [before, visitor.public_url.as_bytes(), after].concat();
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/json")),
        (header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache")),
    ];
    (headers, json)
}
