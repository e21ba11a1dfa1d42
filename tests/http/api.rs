//! `/api/v1`, as a program uses it.

mod change;
mod create;
mod delete;
mod document;
mod limits;
mod list;
mod once;
mod read;
mod tokens;

use reqwest::header::{AUTHORIZATION, HeaderMap};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::{Response, Site, Visitor};

/// A program, with a token or without.
pub struct Program {
    visitor: Visitor,
    token: Option<String>,
}

impl Site {
    /// A program of nobody's.
    pub fn program(&self) -> Program {
        Program { visitor: self.visitor().with_header("accept", "application/json"), token: None }
    }

    pub fn program_with(&self, token: &str) -> Program {
        Program { token: Some(token.to_owned()), ..self.program() }
    }

    /// A program of `user`'s that may do these.
    pub async fn program_of(&self, user: &Visitor, scopes: &[&str]) -> Program {
        self.program_with(&user.token(scopes).await)
    }
}

impl Program {
    pub async fn send(
        &self,
        method: Method,
        path: &str,
        headers: &[(&'static str, &str)],
        body: Option<&Value>,
    ) -> Response {
        let mut request = self.visitor.request(method, path);
        if let Some(token) = &self.token {
            request = request.header(AUTHORIZATION, format!("Bearer {token}"));
        }
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

    /// Saves a text with these fields beside it; answers what was said of it.
    pub async fn saved(&self, text: &str, fields: Value) -> Value {
        let mut body = json!({ "text": text });
        body.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        let response = self.create(&body).await;
        assert_eq!(response.status, StatusCode::CREATED, "{}", response.text());
        response.json()
    }

    pub async fn text(&self, paste: &Value) -> Response {
        self.get(&format!("{}/text", address(paste))).await
    }

    pub async fn post_text(&self, query: &str, text: impl Into<Vec<u8>>) -> Response {
        let mut request = self.visitor.request(Method::POST, &format!("/api/v1/pastes{query}"));
        if let Some(token) = &self.token {
            request = request.header(AUTHORIZATION, format!("Bearer {token}"));
        }
        self.visitor.send(request.header("content-type", "text/plain").body(text.into())).await
    }
}

impl Response {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or_else(|_| panic!("no JSON: {}", self.text()))
    }

    /// The problem that this answer must be.
    pub fn problem(&self, status: u16) -> Value {
        assert_eq!(self.status.as_u16(), status, "{}", self.text());
        assert_eq!(self.header("content-type"), "application/problem+json");
        let problem = self.json();
        assert_eq!(problem["status"], status);
        for words in ["type", "title", "detail"] {
            assert!(problem[words].as_str().is_some_and(|words| !words.is_empty()), "{problem}");
        }
        problem
    }

    /// The problem, which must be about this field.
    pub fn problem_of(&self, field: &str) -> Value {
        let problem = self.problem(422);
        assert_eq!(problem["errors"][0]["field"], field, "{problem}");
        problem
    }
}

pub fn address(paste: &Value) -> String {
    format!("/api/v1/pastes/{}", paste["id"].as_str().unwrap())
}

fn names(headers: &HeaderMap) -> Vec<&str> {
    headers.keys().map(reqwest::header::HeaderName::as_str).collect()
}
