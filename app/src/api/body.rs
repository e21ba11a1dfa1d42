//! Bodies: JSON that says nothing unknown, or the bare text.

use axum::extract::Request;
use axum::http::header;
use serde::Deserialize;
use serde::de::{DeserializeOwned, Deserializer, Error as _, IgnoredAny};
use serde_json::error::Category;

use crate::error::refusal::{Fault, Refusal};
use crate::error::{Error, Result};
use crate::pastes::submission::read::{collect, refuse_before};

/// How much longer than a text its JSON may be: `\u0001` is six bytes for one.
const MAX_ESCAPE_FACTOR: usize = 6;

/// Of JSON beside a text, in bytes.
const JSON_OVERHEAD: usize = 64 * 1024;

/// What was sent to be kept.
pub enum RequestBody<T> {
    Json(T),
    Text(Vec<u8>),
}

/// JSON, or `text/plain` that is the text itself.
///
/// # Errors
/// 400, 413, 415 or 422, in this order of what is looked at.
pub async fn read<T: DeserializeOwned>(
    request: Request,
    max_bytes: usize,
) -> Result<RequestBody<T>> {
    let media_type = media_type(&request);
    match media_type.as_str() {
        "text/plain" => {
            refuse_before(request.headers(), max_bytes, max_bytes)?;
            let (text, too_long) = collect(request.into_body(), max_bytes, max_bytes).await?;
            if too_long {
                return Err(Error::TooLarge { limit: max_bytes as u64 });
            }
            Ok(RequestBody::Text(text))
        }
        "application/json" => read_json(request, max_bytes).await.map(RequestBody::Json),
        _ => Err(unsupported("application/json and text/plain are")),
    }
}

/// JSON alone, about a paste that is there.
pub async fn read_fields<T: DeserializeOwned>(request: Request) -> Result<T> {
    match media_type(&request).as_str() {
        "application/json" => read_json(request, 0).await,
        _ => Err(unsupported("application/json is")),
    }
}

async fn read_json<T: DeserializeOwned>(request: Request, max_bytes: usize) -> Result<T> {
    let limit = max_bytes * MAX_ESCAPE_FACTOR + JSON_OVERHEAD;
    let said = if max_bytes == 0 { limit } else { max_bytes };
    refuse_before(request.headers(), limit, said)?;
    let (body, too_long) = collect(request.into_body(), limit, said).await?;
    if too_long {
        return Err(Error::TooLarge { limit: said as u64 });
    }
    parse(&body)
}

fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T> {
    // serde would take a list of the fields' values as well.
    if body.trim_ascii_start().first() != Some(&b'{') {
        let is_json = serde_json::from_slice::<IgnoredAny>(body);
        is_json.map_err(|error| refusal(&error, None))?;
        return Err(Error::Refused(Refusal::new(Fault::Invalid, "The body is to be an object.")));
    }
    let mut json = serde_json::Deserializer::from_slice(body);
    let value: T = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let path = error.path().to_string();
        refusal(error.inner(), Some(path).filter(|path| path != "."))
    })?;
    json.end().map_err(|error| refusal(&error, None))?;
    Ok(value)
}

fn refusal(error: &serde_json::Error, field: Option<String>) -> Error {
    let fault = match error.classify() {
        Category::Data => Fault::Invalid,
        Category::Syntax | Category::Eof | Category::Io => Fault::Malformed,
    };
    Error::Refused(Refusal { field, ..Refusal::new(fault, error.to_string()) })
}

fn unsupported(taken: &str) -> Error {
    Error::Refused(Refusal::new(Fault::MediaType, format!("Only {taken} taken here.")))
}

/// In lower case, without its parameters.
fn media_type(request: &Request) -> String {
    let value = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let essence = value.and_then(|value| value.split(';').next()).unwrap_or("");
    essence.trim().to_ascii_lowercase()
}

/// Deserializes a field that may be left out but not be null.
pub fn non_null<'de, D: Deserializer<'de>>(value: D) -> Result<Option<String>, D::Error> {
    String::deserialize(value).map(Some)
}

/// Deserializes a field that may be left out but be neither null nor blank.
pub fn non_blank<'de, D: Deserializer<'de>>(value: D) -> Result<Option<String>, D::Error> {
    let value = String::deserialize(value)?;
    if value.trim().is_empty() {
        return Err(D::Error::custom("it is empty; leave it out instead"));
    }
    Ok(Some(value))
}
