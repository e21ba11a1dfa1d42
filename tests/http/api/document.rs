//! The API's description matches its responses.

use std::collections::BTreeSet;

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use super::api_path;
use crate::support::{Response, Site};

/// Sends one request for each operation in the `OpenAPI` document. An operation in the document
/// that has no request here fails the test.
#[tokio::test]
async fn every_operation_matches_its_description() {
    let site = Site::start().await;
    let ada = site.user("ada").await;
    let program = site.program_of(&ada, &["read", "write", "delete"]).await;
    let document = program.get("/api/openapi.json").await.json();
    assert_eq!(
        document["openapi"].as_str().unwrap().split('.').take(2).collect::<Vec<_>>(),
        ["3", "1"]
    );
    assert_eq!(document["servers"][0]["url"], site.url);
    let paste = program.save("the text", json!({})).await;
    let paste_path = api_path(&paste);
    let new = json!({ "text": "x" });
    let title = json!({ "title": "t" });
    let text = format!("{paste_path}/text");
    let operations: [(&str, &str, Method, &str, Option<&Value>); 7] = [
        ("createPaste", "/api/v1/pastes", Method::POST, "/api/v1/pastes", Some(&new)),
        ("listPastes", "/api/v1/pastes", Method::GET, "/api/v1/pastes", None),
        ("getPaste", "/api/v1/pastes/{id}", Method::GET, &paste_path, None),
        ("getText", "/api/v1/pastes/{id}/text", Method::GET, &text, None),
        ("changePaste", "/api/v1/pastes/{id}", Method::PATCH, &paste_path, Some(&title)),
        ("getUser", "/api/v1/user", Method::GET, "/api/v1/user", None),
        ("deletePaste", "/api/v1/pastes/{id}", Method::DELETE, &paste_path, None),
    ];
    let mut used = BTreeSet::new();
    for (id, template, method, path, body) in operations {
        let described = &document["paths"][template][method.as_str().to_lowercase()];
        assert_eq!(described["operationId"], id);
        let response = program.send(method, path, &[], body).await;
        assert_matches(&document, described, &response);
        used.insert(id.to_owned());
    }
    assert_eq!(used, operation_ids(&document));
}

fn operation_ids(document: &Value) -> BTreeSet<String> {
    let paths = document["paths"].as_object().unwrap().values();
    let operations = paths.flat_map(|path| path.as_object().unwrap().values());
    operations
        .filter_map(|operation| Some(operation.get("operationId")?.as_str()?.to_owned()))
        .collect()
}

/// Checks that the status is described, and that the body has all required members and no
/// undescribed ones.
fn assert_matches(document: &Value, operation: &Value, response: &Response) {
    assert!(response.status.is_success(), "{}", response.text());
    let described = &operation["responses"][response.status.as_str()];
    assert!(described.is_object(), "{} is not described", response.status);
    let Some(schema) =
        described["content"].get("application/json").map(|content| &content["schema"])
    else {
        return;
    };
    let name = schema["$ref"].as_str().unwrap().rsplit('/').next().unwrap();
    let (mut known, mut required) = (BTreeSet::new(), BTreeSet::new());
    collect_members(document, &document["components"]["schemas"][name], &mut known, &mut required);
    let sent: BTreeSet<String> = response.json().as_object().unwrap().keys().cloned().collect();
    assert!(required.is_subset(&sent) && sent.is_subset(&known), "{name}: {sent:?}");
}

/// Adds the members of a schema, and of those that it refers to, to `known` and `required`.
fn collect_members(
    document: &Value,
    schema: &Value,
    known: &mut BTreeSet<String>,
    required: &mut BTreeSet<String>,
) {
    for part in schema["allOf"].as_array().into_iter().flatten() {
        collect_members(document, part, known, required);
    }
    if let Some(name) = schema["$ref"].as_str().and_then(|name| name.rsplit('/').next()) {
        collect_members(document, &document["components"]["schemas"][name], known, required);
    }
    known.extend(schema["properties"].as_object().into_iter().flat_map(|all| all.keys().cloned()));
    let names = schema["required"].as_array().into_iter().flatten();
    required.extend(names.filter_map(|name| name.as_str().map(str::to_owned)));
}

#[tokio::test]
async fn the_api_page_describes_every_operation() {
    let site = Site::start().await;
    let page = site.visitor().get("/api").await;
    assert_eq!(page.status, StatusCode::OK);
    let page = page.text();
    let document = site.program().get("/api/openapi.json").await.json();
    for id in operation_ids(&document) {
        assert!(page.contains(&format!("id=\"{id}\"")), "{id} is missing");
    }
    assert!(page.contains("id=\"precondition-failed\""), "the types of problems link to this page");
    assert!(page.contains(&format!("curl {}", site.url)));
    assert!(!page.contains("//cdn") && !page.contains("https://unpkg"));
}
