//! What the headers of a request say about its text: a file name, a charset, and the lifetime options
//! of other sites' clients.

use std::sync::Arc;

use axum::extract::Request;
use axum::http::HeaderMap;
use encoding_rs::Encoding;

use crate::http::admission::RequestPermit;
use crate::http::parameters::Escaping;
use crate::pastes::submission::form::{declared_charset, file_name};

/// The part of a request that is not its body.
#[derive(Debug)]
pub struct Head {
    pub file_name: String,
    pub charset: Option<&'static Encoding>,
    /// A lifetime, or empty.
    pub expires: String,
    /// The client asks for a paste that is deleted once it was read.
    pub is_view_limited: bool,
    /// Counts the memory that decoded texts take.
    pub permit: Option<Arc<RequestPermit>>,
}

impl Head {
    pub fn of(request: &Request) -> Self {
        let headers = request.headers();
        Self {
            file_name: file_name(headers, Escaping::Percent).unwrap_or_default(),
            charset: declared_charset(headers),
            expires: expires(headers),
            is_view_limited: headers.contains_key("max-downloads"),
            permit: request.extensions().get().cloned(),
        }
    }
}

/// `expire: 10min` of rustypaste's clients, or `Max-Days: 3` of transfer.sh's.
fn expires(headers: &HeaderMap) -> String {
    let value =
        |name: &str| headers.get(name).map(|value| String::from_utf8_lossy(value.as_bytes()));
    match (value("expire"), value("max-days")) {
        (Some(lifetime), _) => lifetime.trim().to_owned(),
        (None, Some(days)) => format!("{}d", days.trim()),
        (None, None) => String::new(),
    }
}
