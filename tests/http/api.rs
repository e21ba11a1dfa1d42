//! The JSON API, `/api/v1`, as a program uses it.

mod change;
mod cors;
mod create;
mod delete;
mod document;
mod idempotency;
mod limits;
mod list;
mod read;
mod tokens;

use reqwest::header::AUTHORIZATION;
use reqwest::{Method, RequestBuilder, StatusCode};
use serde_json::{Value, json};

use crate::support::{Response, Site, Visitor};

/// A client of the API, with an access token or without.
pub struct Program {
    visitor: Visitor,
    token: Option<String>,
}

impl Site {
    /// A program without a token.
    pub fn program(&self) -> Program {
        Program { visitor: self.visitor().with_header("accept", "application/json"), token: None }
    }

    pub fn program_with_token(&self, token: &str) -> Program {
        Program { token: Some(token.to_owned()), ..self.program() }
    }

    /// A program with a new token of `user`'s that has these scopes.
    pub async fn program_of(&self, user: &Visitor, scopes: &[&str]) -> Program {
        self.program_with_token(&user.token(scopes).await)
    }
}

impl Program {
    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.visitor.request(method, path);
        match &self.token {
            Some(token) => request.header(AUTHORIZATION, format!("Bearer {token}")),
            None => request,
        }
    }

    pub async fn send(
        &self,
        method: Method,
        path: &str,
        headers: &[(&'static str, &str)],
        body: Option<&Value>,
    ) -> Response {
        let mut request = self.request(method, path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(body) = body {
            request = request.header("content-type", "application/json").body(body.to_string());
        }
        self.visitor.send(request).await
    }

    pub async fn get(&self, path: &str) -> Response {
        self.send(Method::GET, path, &[], None).await
    }

    pub async fn create(&self, body: &Value) -> Response {
        self.send(Method::POST, "/api/v1/pastes", &[], Some(body)).await
    }

    /// Creates a paste of this text and these further fields, and returns the JSON of the response.
    pub async fn save(&self, text: &str, fields: Value) -> Value {
        let mut body = json!({ "text": text });
        body.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        let response = self.create(&body).await;
        assert_eq!(response.status, StatusCode::CREATED, "{}", response.text());
        response.json()
    }

    pub async fn get_text(&self, paste: &Value) -> Response {
        self.get(&format!("{}/text", api_path(paste))).await
    }

    /// Creates a paste from a plain text body, with its options in the query.
    pub async fn post_text(&self, query: &str, text: impl Into<Vec<u8>>) -> Response {
        let request = self.request(Method::POST, &format!("/api/v1/pastes{query}"));
        self.visitor.send(request.header("content-type", "text/plain").body(text.into())).await
    }
}

impl Response {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or_else(|_| panic!("not JSON: {}", self.text()))
    }

    /// The problem document of this response, which must have this status.
    pub fn problem(&self, status: u16) -> Value {
        assert_eq!(self.status.as_u16(), status, "{}", self.text());
        assert_eq!(self.header("content-type"), "application/problem+json");
        let problem = self.json();
        assert_eq!(problem["status"], status);
        for member in ["type", "title", "detail"] {
            assert!(problem[member].as_str().is_some_and(|text| !text.is_empty()), "{problem}");
        }
        problem
    }

    /// The problem document of a failed validation, whose first error must be about this field.
    pub fn problem_with(&self, field: &str) -> Value {
        let problem = self.problem(422);
        assert_eq!(problem["errors"][0]["field"], field, "{problem}");
        problem
    }
}

/// The path of a paste in the API.
pub fn api_path(paste: &Value) -> String {
    format!("/api/v1/pastes/{}", paste["id"].as_str().unwrap())
}
