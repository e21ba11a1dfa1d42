//! The fields of a form: multipart, or urlencoded as a query is.

use axum::extract::multipart::{self, MultipartError};
use axum::extract::{DefaultBodyLimit, FromRequest as _, Multipart, Request};
use axum::http::{HeaderMap, HeaderName, StatusCode, header};
use base64::Engine as _;
use encoding_rs::Encoding;
use percent_encoding::percent_decode;
use quoted_printable::ParseMode;

use crate::error::refusal::{Fault, Refusal};
use crate::error::{Error, Result};
use crate::http::body::DRAIN_FACTOR;
use crate::http::charset;
use crate::http::encoded_words::LENIENT_BASE64;
use crate::http::parameters::{Escaping, Parameters};

const CONTENT_TRANSFER_ENCODING: HeaderName = HeaderName::from_static("content-transfer-encoding");

/// How many times longer than its value an encoded part can be: quoted-printable takes three bytes for
/// one, and some for line ends.
const PART_EXPANSION: usize = 4;

/// One field of a form.
#[derive(Debug)]
pub struct Field {
    pub name: String,
    /// `None` if the part has no file name, empty if its encoding cannot be told.
    pub file_name: Option<String>,
    pub value: Vec<u8>,
    pub too_long: bool,
    /// The charset that the part declares.
    pub charset: Option<&'static Encoding>,
}

/// The limits of a multipart form, in bytes.
pub struct Limits<F> {
    /// Of the whole form.
    pub form: usize,
    /// Of the value of the field with this name.
    pub value: F,
    /// Of a text, which an error names.
    pub text: usize,
}

/// The charset that a `Content-Type` declares.
pub fn declared_charset(headers: &HeaderMap) -> Option<&'static Encoding> {
    let parameters = Parameters::parse(headers.get(header::CONTENT_TYPE)?.as_bytes());
    charset::by_label(str::from_utf8(parameters.raw("charset")?).ok()?)
}

/// The file name in a `Content-Disposition`; see [`Parameters::text`].
pub fn file_name(headers: &HeaderMap, escaping: Escaping) -> Option<String> {
    disposition(headers).text("filename", escaping, declared_charset(headers))
}

fn disposition(headers: &HeaderMap) -> Parameters {
    let value = headers.get(header::CONTENT_DISPOSITION);
    value.map(|value| Parameters::parse(value.as_bytes())).unwrap_or_default()
}

/// The fields of a multipart form. Up to twice its limit is kept of a value that is too long, so that
/// the form can show it again.
///
/// # Errors
/// [`Error::BadRequest`] if the form is malformed or ends early, [`Error::TooLarge`] if it is too long
/// to be drained, 415 for a part in an encoding that is not known.
pub async fn read_multipart<F: Fn(&str) -> usize>(
    mut request: Request,
    limits: Limits<F>,
    escaping: Escaping,
) -> Result<Vec<Field>> {
    DefaultBodyLimit::max(limits.form).apply(&mut request);
    let multipart = Multipart::from_request(request, &()).await;
    let mut multipart = multipart.map_err(|_| Error::BadRequest)?;
    let refused = |error: MultipartError| multipart_error(&error, limits.text);
    let mut fields = Vec::new();
    while let Some(mut part) = multipart.next_field().await.map_err(refused)? {
        let charset = declared_charset(part.headers());
        let disposition = disposition(part.headers());
        let file_name = disposition.text("filename", escaping, charset);
        let name = disposition.text("name", escaping, charset).filter(|name| !name.is_empty());
        let unnamed = if file_name.is_some() { "file" } else { "text" };
        let name = name.unwrap_or_else(|| unnamed.to_owned());
        let encoding = TransferEncoding::of(part.headers())?;
        let limit = (limits.value)(&name);
        let (value, too_long) =
            read_value(&mut part, limit * encoding.expansion(), limits.text).await?;
        let value = if too_long { value } else { encoding.decode(value)? };
        let too_long = too_long || value.len() > limit;
        fields.push(Field { name, file_name, value, too_long, charset });
    }
    Ok(fields)
}

/// The value of a part, and whether it is longer than `limit`.
async fn read_value(
    part: &mut multipart::Field<'_>,
    limit: usize,
    max_bytes: usize,
) -> Result<(Vec<u8>, bool)> {
    let mut value = Vec::new();
    let mut too_long = false;
    let mut budget = limit.max(max_bytes) * DRAIN_FACTOR;
    while let Some(chunk) =
        part.chunk().await.map_err(|error| multipart_error(&error, max_bytes))?
    {
        budget = budget.checked_sub(chunk.len()).ok_or_else(|| too_large(max_bytes))?;
        too_long |= value.len() + chunk.len() > limit;
        if value.len() + chunk.len() <= limit.saturating_mul(2) {
            value.extend_from_slice(&chunk);
        }
    }
    Ok((value, too_long))
}

fn too_large(max_bytes: usize) -> Error {
    Error::TooLarge { limit: max_bytes as u64 }
}

fn multipart_error(error: &MultipartError, max_bytes: usize) -> Error {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
        return too_large(max_bytes);
    }
    Error::BadRequest
}

/// The `Content-Transfer-Encoding` of a part, as old clients and `curl -F 'file=@x;encoder=base64'`
/// send it.
#[derive(Clone, Copy)]
enum TransferEncoding {
    Identity,
    Base64,
    QuotedPrintable,
}

impl TransferEncoding {
    fn of(headers: &HeaderMap) -> Result<Self> {
        let of = |name: HeaderName| {
            let value = headers.get(name).map_or(&b""[..], |value| value.as_bytes());
            String::from_utf8_lossy(value).trim().to_ascii_lowercase()
        };
        match (&*of(CONTENT_TRANSFER_ENCODING), &*of(header::CONTENT_ENCODING)) {
            ("" | "7bit" | "8bit" | "binary", "" | "identity") => Ok(Self::Identity),
            ("base64", "" | "identity") => Ok(Self::Base64),
            ("quoted-printable", "" | "identity") => Ok(Self::QuotedPrintable),
            _ => {
                let detail = "A part may be encoded as base64 or quoted-printable, and not be \
                    compressed. Compress the whole body instead.";
                Err(Error::Refused(Refusal::new(Fault::MediaType, detail)))
            }
        }
    }

    /// The longest encoded value, in lengths of the value itself.
    const fn expansion(self) -> usize {
        match self {
            Self::Identity => 1,
            Self::Base64 | Self::QuotedPrintable => PART_EXPANSION,
        }
    }

    fn decode(self, mut value: Vec<u8>) -> Result<Vec<u8>> {
        let decoded = match self {
            Self::Identity => return Ok(value),
            Self::Base64 => {
                value.retain(|byte| !byte.is_ascii_whitespace());
                LENIENT_BASE64.decode(value).ok()
            }
            Self::QuotedPrintable => quoted_printable::decode(value, ParseMode::Strict).ok(),
        };
        decoded.ok_or(Error::BadRequest)
    }
}

/// The fields of an urlencoded form or of a query. Their values may have any length.
pub fn urlencoded(form: &[u8]) -> impl Iterator<Item = Field> {
    form.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty()).map(|pair| {
        let (name, value) = match memchr::memchr(b'=', pair) {
            Some(at) => (&pair[..at], &pair[at + 1..]),
            None => (pair, &[][..]),
        };
        let name = decode(name);
        let name = charset::decode_word(&name, None)
            .unwrap_or_else(|| String::from_utf8_lossy(&name).into_owned());
        Field { name, file_name: None, value: decode(value), too_long: false, charset: None }
    })
}

fn decode(value: &[u8]) -> Vec<u8> {
    let spaced: Vec<u8> =
        value.iter().map(|byte| if *byte == b'+' { b' ' } else { *byte }).collect();
    percent_decode(&spaced).collect()
}
