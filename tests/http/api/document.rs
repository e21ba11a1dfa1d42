use std::collections::BTreeSet;

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use super::address;
use crate::support::{Response, Site};

/// Every operation that is described, used once; one that nobody uses here fails the test.
#[tokio::test]
async fn every_operation_does_as_it_is_described() {
    let site = Site::start().await;
    let ada = site.user("ada").await;
    let program = site.program_of(&ada, &["read", "write", "delete"]).await;
    let document = program.get("/api/openapi.json").await.json();
    assert_eq!(
        document["openapi"].as_str().unwrap().split('.').take(2).collect::<Vec<_>>(),
        ["3", "1"]
    );
    assert_eq!(document["servers"][0]["url"], site.url);
    let paste = program.saved("the text", json!({})).await;
    let of_paste = address(&paste);
    let new = json!({ "text": "x" });
    let title = json!({ "title": "t" });
    let text = format!("{of_paste}/text");
    let operations: [(&str, &str, Method, &str, Option<&Value>); 7] = [
        ("createPaste", "/api/v1/pastes", Method::POST, "/api/v1/pastes", Some(&new)),
        ("listPastes", "/api/v1/pastes", Method::GET, "/api/v1/pastes", None),
        ("getPaste", "/api/v1/pastes/{id}", Method::GET, &of_paste, None),
        ("getText", "/api/v1/pastes/{id}/text", Method::GET, &text, None),
        ("changePaste", "/api/v1/pastes/{id}", Method::PATCH, &of_paste, Some(&title)),
        ("getUser", "/api/v1/user", Method::GET, "/api/v1/user", None),
        ("deletePaste", "/api/v1/pastes/{id}", Method::DELETE, &of_paste, None),
    ];
    let mut used = BTreeSet::new();
    for (id, path, method, at, body) in operations {
        let described = &document["paths"][path][method.as_str().to_lowercase()];
        assert_eq!(described["operationId"], id);
        let response = program.send(method, at, &[], body).await;
        is_as_described(&document, described, &response);
        used.insert(id.to_owned());
    }
    assert_eq!(used, ids(&document));
}

fn ids(document: &Value) -> BTreeSet<String> {
    let paths = document["paths"].as_object().unwrap().values();
    let operations = paths.flat_map(|path| path.as_object().unwrap().values());
    operations
        .filter_map(|operation| Some(operation.get("operationId")?.as_str()?.to_owned()))
        .collect()
}

/// Its status is described, and its body has what is required and nothing else.
fn is_as_described(document: &Value, operation: &Value, response: &Response) {
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
    collect(document, &document["components"]["schemas"][name], &mut known, &mut required);
    let said: BTreeSet<String> = response.json().as_object().unwrap().keys().cloned().collect();
    assert!(required.is_subset(&said) && said.is_subset(&known), "{name}: {said:?}");
}

fn collect(
    document: &Value,
    schema: &Value,
    known: &mut BTreeSet<String>,
    required: &mut BTreeSet<String>,
) {
    for part in schema["allOf"].as_array().into_iter().flatten() {
        collect(document, part, known, required);
    }
    if let Some(name) = schema["$ref"].as_str().and_then(|name| name.rsplit('/').next()) {
        collect(document, &document["components"]["schemas"][name], known, required);
    }
    known.extend(schema["properties"].as_object().into_iter().flat_map(|all| all.keys().cloned()));
    let names = schema["required"].as_array().into_iter().flatten();
    required.extend(names.filter_map(|name| name.as_str().map(str::to_owned)));
}

#[tokio::test]
async fn people_read_it_as_a_page() {
    let site = Site::start().await;
    let page = site.visitor().get("/api").await;
    assert_eq!(page.status, StatusCode::OK);
    let page = page.text();
    let document = site.program().get("/api/openapi.json").await.json();
    for id in ids(&document) {
        assert!(page.contains(&format!("id=\"{id}\"")), "{id} is missing");
    }
    assert!(page.contains("id=\"precondition-failed\""), "the types of problems lead somewhere");
    assert!(page.contains(&format!("curl {}", site.url)));
    assert!(!page.contains("//cdn") && !page.contains("https://unpkg"));
}
