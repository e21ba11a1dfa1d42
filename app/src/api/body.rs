//! Request bodies: JSON without unknown fields, or the text itself.

use std::fmt;

use axum::extract::Request;
use axum::http::header;
use encoding_rs::Encoding;
use serde::de::{DeserializeOwned, Deserializer, Error as _, IgnoredAny, Visitor};
use serde_json::error::Category;

use crate::error::refusal::{Fault, Refusal};
use crate::error::{Error, Result};
use crate::http::admission::MAX_JSON_EXPANSION;
use crate::http::charset::{decode_text, decode_word};
use crate::pastes::submission::form::declared_charset;
use crate::pastes::submission::read::{read_up_to, refuse_announced};

/// The most JSON around a text, in bytes: the other fields, names and white space.
const JSON_OVERHEAD: usize = 64 * 1024;

/// A paste to save.
pub enum RequestBody<T> {
    Json(T),
    Text {
        text: Vec<u8>,
        /// The charset of the `Content-Type`.
        charset: Option<&'static Encoding>,
    },
}

/// Reads a body of `application/json`, or of `text/plain`, which is the text itself. `max_bytes` is
/// the limit of the text; JSON may take more, see [`MAX_JSON_EXPANSION`].
///
/// # Errors
/// 415 for another media type, 413 for a body that is too large, 400 for JSON that does not parse,
/// 422 for JSON that has a field of the wrong type or an unknown field.
pub async fn read<T: DeserializeOwned>(
    request: Request,
    max_bytes: usize,
) -> Result<RequestBody<T>> {
    let media_type = media_type(&request);
    match media_type.as_str() {
        "text/plain" => {
            refuse_announced(request.headers(), max_bytes, max_bytes)?;
            let charset = declared_charset(request.headers());
            let (text, too_long) = read_up_to(request.into_body(), max_bytes, max_bytes).await?;
            if too_long {
                return Err(Error::TooLarge { limit: max_bytes as u64 });
            }
            Ok(RequestBody::Text { text, charset })
        }
        "application/json" => read_json(request, max_bytes).await.map(RequestBody::Json),
        _ => Err(unsupported_media_type("application/json and text/plain are")),
    }
}

/// Reads a body of `application/json` without a text, at most [`JSON_OVERHEAD`] bytes long.
///
/// # Errors
/// Those of [`read`].
pub async fn read_fields<T: DeserializeOwned>(request: Request) -> Result<T> {
    match media_type(&request).as_str() {
        "application/json" => read_json(request, 0).await,
        _ => Err(unsupported_media_type("application/json is")),
    }
}

async fn read_json<T: DeserializeOwned>(request: Request, max_bytes: usize) -> Result<T> {
    let limit = max_bytes * MAX_JSON_EXPANSION + JSON_OVERHEAD;
    // The limit that an error names is that of the text, if the body has one.
    let named_limit = if max_bytes == 0 { limit } else { max_bytes };
    refuse_announced(request.headers(), limit, named_limit)?;
    let charset = declared_charset(request.headers());
    let (body, too_long) = read_up_to(request.into_body(), limit, named_limit).await?;
    if too_long {
        return Err(Error::TooLarge { limit: named_limit as u64 });
    }
    // JSON is UTF-8, but some clients send it as they were told to.
    let decoded = decode_text(&body, charset, false);
    parse(decoded.as_ref().map_or(&body, |decoded| decoded.text.as_bytes()))
}

/// Parses an object, and names the field that is at fault.
fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T> {
    // Strings are read as bytes below, which alone would accept control characters in them.
    let is_json = serde_json::from_slice::<IgnoredAny>(body);
    is_json.map_err(|error| json_error(&error, None))?;
    // Nor would it refuse half of a surrogate pair.
    if memchr::memmem::find(body, b"\\u").is_some() && str::from_utf8(body).is_ok() {
        let is_text = serde_json::from_slice::<serde_json::Value>(body);
        is_text.map_err(|error| json_error(&error, None))?;
    }
    // serde would also accept an array of the fields' values.
    if body.trim_ascii_start().first() != Some(&b'{') {
        return Err(Error::Refused(Refusal::new(Fault::Invalid, "The body is to be an object.")));
    }
    let mut json = serde_json::Deserializer::from_slice(body);
    let value: T = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let path = error.path().to_string();
        json_error(error.inner(), Some(path).filter(|path| path != "."))
    })?;
    json.end().map_err(|error| json_error(&error, None))?;
    Ok(value)
}

fn json_error(error: &serde_json::Error, field: Option<String>) -> Error {
    let fault = match error.classify() {
        Category::Data => Fault::Invalid,
        Category::Syntax | Category::Eof | Category::Io => Fault::Malformed,
    };
    Error::Refused(Refusal { field, ..Refusal::new(fault, error.to_string()) })
}

fn unsupported_media_type(accepted: &str) -> Error {
    Error::Refused(Refusal::new(Fault::MediaType, format!("Only {accepted} taken here.")))
}

/// The media type in lower case and without parameters; empty if the header is missing.
fn media_type(request: &Request) -> String {
    let value = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let essence = value.and_then(|value| value.split(';').next()).unwrap_or("");
    essence.trim().to_ascii_lowercase()
}

/// The bytes of a string that may not be UTF-8, so that validation can say where it is not.
pub fn bytes<'de, D: Deserializer<'de>>(value: D) -> Result<Vec<u8>, D::Error> {
    struct Bytes;

    impl Visitor<'_> for Bytes {
        type Value = Vec<u8>;

        fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
            f.write_str("a string")
        }

        fn visit_bytes<E>(self, value: &[u8]) -> Result<Self::Value, E> {
            Ok(value.to_vec())
        }

        fn visit_byte_buf<E>(self, value: Vec<u8>) -> Result<Self::Value, E> {
            Ok(value)
        }

        fn visit_str<E>(self, value: &str) -> Result<Self::Value, E> {
            Ok(value.as_bytes().to_vec())
        }
    }

    value.deserialize_byte_buf(Bytes)
}

/// Deserializes a title, which may be left out but not be null. It is empty if its encoding cannot be
/// told.
pub fn title<'de, D: Deserializer<'de>>(value: D) -> Result<Option<String>, D::Error> {
    Ok(Some(decode_word(&bytes(value)?, None).unwrap_or_default()))
}

/// Deserializes a field that may be left out but be neither null nor blank.
pub fn non_blank<'de, D: Deserializer<'de>>(value: D) -> Result<Option<String>, D::Error> {
    // A word that is not UTF-8 is none of those that validation knows.
    let value = String::from_utf8_lossy(&bytes(value)?).into_owned();
    if value.trim().is_empty() {
        return Err(D::Error::custom("it is empty; leave it out instead"));
    }
    Ok(Some(value))
}
