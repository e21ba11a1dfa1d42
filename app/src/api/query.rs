//! Query parameters, for routes that refuse unknown ones.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use percent_encoding::percent_decode_str;
use serde::de::DeserializeOwned;

use crate::error::refusal::{Fault, Refusal};
use crate::error::{Error, Result};

/// Like axum's `Query`, with an error that names the parameter. It refuses a query that is not
/// UTF-8.
#[derive(Debug)]
pub struct Query<T>(pub T);

impl<S: Sync, T: DeserializeOwned> FromRequestParts<S> for Query<T> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self> {
        let query = parts.uri.query().unwrap_or_default();
        if percent_decode_str(query).decode_utf8().is_err() {
            let refusal = Refusal::new(Fault::Malformed, "The query is not UTF-8.");
            return Err(Error::Refused(refusal));
        }
        let pairs = url::form_urlencoded::parse(query.as_bytes());
        let pairs = serde_urlencoded::Deserializer::new(pairs);
        serde_path_to_error::deserialize(pairs).map(Self).map_err(|error| {
            let field = Some(error.path().to_string()).filter(|path| path != ".");
            let detail = format!("In the query: {}.", error.into_inner());
            Error::Refused(Refusal { field, ..Refusal::new(Fault::Invalid, detail) })
        })
    }
}
