//! Query parameters, for routes that refuse unknown ones.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use serde::de::DeserializeOwned;
use url::form_urlencoded;

use crate::error::refusal::{Fault, Refusal};
use crate::error::{Error, Result};
use crate::http::charset::decode_word;
use crate::pastes::submission::form::{Field, urlencoded};

/// Like axum's `Query`, with an error that names the parameter. A value that is not UTF-8 is decoded,
/// or empty if its encoding cannot be told.
#[derive(Debug)]
pub struct Query<T>(pub T);

impl<S: Sync, T: DeserializeOwned> FromRequestParts<S> for Query<T> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self> {
        let query = parts.uri.query().unwrap_or_default();
        let pairs = urlencoded(query.as_bytes())
            .map(|Field { name, value, .. }| (name, decode_word(&value, None).unwrap_or_default()));
        let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
        let pairs = form_urlencoded::parse(query.as_bytes());
        let pairs = serde_urlencoded::Deserializer::new(pairs);
        serde_path_to_error::deserialize(pairs).map(Self).map_err(|error| {
            let field = Some(error.path().to_string()).filter(|path| path != ".");
            let detail = format!("In the query: {}.", error.into_inner());
            Error::Refused(Refusal { field, ..Refusal::new(Fault::Invalid, detail) })
        })
    }
}
