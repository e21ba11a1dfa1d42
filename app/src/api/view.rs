//! The API's description as a page. All of it is generated from the JSON document, except the first
//! examples.

use maud::{Markup, html};
use serde_json::Value;

use crate::error_pages::problem::KINDS;
use crate::ui::layout::{layout, title};
use crate::ui::page::PageContext;

const METHODS: [&str; 4] = ["get", "post", "patch", "delete"];

pub fn page(cx: &PageContext, api: &Value) -> Markup {
    let messages = cx.messages();
    let body = html! {
        article.api {
            h1 { (messages.api_title()) }
            p { (messages.api_intro()) " " a href={ (cx.base()) "/api/openapi.json" } { (messages.api_document()) } "." }
            (first_steps(cx))
            h2 { (messages.api_operations()) }
            @for (path, operations) in object(&api["paths"]) {
                @for method in METHODS {
                    @if let Some(operation) = operations.get(method) { (self::operation(cx, api, path, method, operation)) }
                }
            }
            h2 #problems { (messages.api_problems()) }
            p { (messages.api_problems_intro()) }
            dl.rows lang="en" {
                @for (kind, status, about) in KINDS {
                    dt id=(kind) { code { (status) } " " (kind) }
                    dd { (inline(about)) }
                }
            }
        }
    };
    layout(cx, &title(cx, &messages.api_title()), &body)
}

fn first_steps(cx: &PageContext) -> Markup {
    let (messages, url) = (cx.messages(), cx.public_url);
    html! {
        h2 { (messages.api_start()) }
        p { (messages.api_start_save()) }
        pre tabindex="0" { code { "curl " (url) "/api/v1/pastes -H 'Content-Type: application/json' \\\n  -d '{\"text\": \"hello\", \"expires\": \"1h\"}'" } }
        p { (messages.api_start_token()) " " a href={ (cx.base()) "/settings" } { (messages.settings_title()) } }
        pre tabindex="0" { code { "curl " (url) "/api/v1/pastes -H \"Authorization: Bearer $TOKEN\"" } }
        p { (messages.api_start_plain()) }
        pre tabindex="0" { code { "curl --data-binary @notes.txt " (url) "\ncurl -T main.rs " (url) "/main.rs\ndmesg | curl -T - '" (url) "?expires=1d'" } }
    }
}

fn operation(cx: &PageContext, api: &Value, path: &str, method: &str, operation: &Value) -> Markup {
    let messages = cx.messages();
    let id = text(&operation["operationId"]);
    html! {
        section.operation id=(id) {
            h3 { a href={ "#" (id) } { code { b { (method.to_uppercase()) } " " (path) } } }
            div lang="en" {
                p { (inline(text(&operation["summary"]))) }
                @if let Some(more) = operation["description"].as_str() { p { (inline(more)) } }
                p.quiet { (messages.api_access()) " " (access(cx, operation)) }
                (fields(&messages.api_parameters(), operation["parameters"].as_array().into_iter().flatten().map(parameter)))
                @for (media_type, content) in object(&operation["requestBody"]["content"]) {
                    (body(cx, api, media_type, &content["schema"]))
                }
                (answers(cx, operation))
            }
        }
    }
}

/// A row about one parameter or one field of a body.
struct Field<'a> {
    name: &'a str,
    required: bool,
    schema: &'a Value,
    about: &'a str,
}

fn parameter(parameter: &Value) -> Field<'_> {
    Field {
        name: text(&parameter["name"]),
        required: parameter["required"] == true,
        schema: &parameter["schema"],
        about: text(&parameter["description"]),
    }
}

fn body(cx: &PageContext, api: &Value, media_type: &str, schema: &Value) -> Markup {
    let heading = cx.messages().api_body(media_type);
    let schema = resolved(api, schema);
    let required = |name: &str| {
        schema["required"]
            .as_array()
            .is_some_and(|names| names.iter().any(|required| required == name))
    };
    let properties = object(&schema["properties"]).map(|(name, schema)| Field {
        name,
        required: required(name),
        schema,
        about: text(&schema["description"]),
    });
    if schema["properties"].is_object() {
        fields(&heading, properties)
    } else {
        html! { h4 { (heading) } p { (inline("The text itself.")) } }
    }
}

fn fields<'a>(heading: &str, fields: impl Iterator<Item = Field<'a>>) -> Markup {
    let mut fields = fields.peekable();
    html! {
        @if fields.peek().is_some() {
            h4 { (heading) }
            dl.rows {
                @for field in fields {
                    dt { code { (field.name) } @if field.required { " *" } }
                    dd { (bounds(field.schema)) @if !field.about.is_empty() { " " (inline(field.about)) } }
                }
            }
        }
    }
}

/// The type and its limits, as in `string to 200`; for an enumeration its first values.
fn bounds(schema: &Value) -> Markup {
    const MAX_SHOWN: usize = 6;
    let values: Vec<&str> = schema["enum"].as_array().into_iter().flatten().map(text).collect();
    let mut bounds = vec![text(&schema["type"]).to_owned()];
    let number = |name: &str| schema[name].as_u64().filter(|number| *number > 0);
    bounds.extend(number("minimum").map(|min| format!("from {min}")));
    bounds.extend(number("maximum").or(number("maxLength")).map(|max| format!("to {max}")));
    html! {
        @if values.is_empty() {
            i { (bounds.join(" ").trim()) "." }
        } @else {
            i {
                @for (nth, value) in values.iter().take(MAX_SHOWN).enumerate() {
                    @if nth > 0 { ", " } code { (value) }
                }
                @if values.len() > MAX_SHOWN { " … (" (values.len()) ")" }
                "."
            }
        }
    }
}

fn access(cx: &PageContext, operation: &Value) -> Markup {
    let messages = cx.messages();
    let schemes = operation["security"].as_array().into_iter().flatten();
    let schemes: Vec<String> = schemes
        .map(|scheme| match object(scheme).next() {
            Some(("access_token", scopes)) => {
                let scopes: Vec<&str> = scopes.as_array().into_iter().flatten().map(text).collect();
                messages.api_access_token(scopes.join(" ")).to_string()
            }
            Some(_) => messages.api_access_delete_token().to_string(),
            None => messages.api_access_anybody().to_string(),
        })
        .collect();
    html! { (schemes.join("; ")) }
}

fn answers(cx: &PageContext, operation: &Value) -> Markup {
    let answers = object(&operation["responses"]);
    let (successes, errors): (Vec<_>, Vec<_>) = answers.partition(|(status, _)| *status < "400");
    html! {
        h4 { (cx.messages().api_answers()) }
        p {
            @for (status, _) in &successes { code { (status) } " " }
            @for (status, answer) in &errors {
                @let kind = answer["content"]["application/problem+json"]["example"]["type"].as_str();
                @let kind = kind.and_then(|kind| kind.split_once('#')).map_or("problems", |(_, kind)| kind);
                a href={ "#" (kind) } { code { (status) } } " "
            }
        }
    }
}

/// The schema itself, or the one that its `$ref` names.
fn resolved<'a>(api: &'a Value, schema: &'a Value) -> &'a Value {
    let name = schema["$ref"].as_str().and_then(|name| name.rsplit('/').next());
    name.map_or(schema, |name| &api["components"]["schemas"][name])
}

fn object(value: &Value) -> impl Iterator<Item = (&str, &Value)> {
    value.as_object().into_iter().flatten().map(|(name, value)| (name.as_str(), value))
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// A text from the description, in which backticks are the only markup.
fn inline(text: &str) -> Markup {
    html! {
        @for (nth, piece) in text.split('`').enumerate() {
            @if nth % 2 == 1 { code { (piece) } } @else { (piece) }
        }
    }
}
