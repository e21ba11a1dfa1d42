//! Reads a submission from a request: multipart, urlencoded, or a bare body.

use axum::body::{Body, BodyDataStream};
use axum::extract::multipart::{Field, MultipartError};
use axum::extract::{DefaultBodyLimit, FromRequest as _, Multipart, Request};
use axum::http::{HeaderMap, StatusCode, header};
use axum_extra::headers::{ContentLength, HeaderMapExt as _};
use futures_util::StreamExt as _;
use percent_encoding::percent_decode;

use crate::error::{Error, Result};
use crate::http::body::DRAIN_FACTOR;
use crate::pastes::submission::fields::{FieldRole, PasteOption, Sender};
use crate::pastes::submission::{FIELD_MAX, Submission, SubmittedText, TEXTS_MAX};

/// The most bytes of a multipart form besides its texts: field names, boundaries, options.
const MULTIPART_OVERHEAD: usize = 1024 * 1024;

impl Submission {
    /// Reads the body and the query. `max_bytes` is the largest text of the site.
    ///
    /// A body that is no multipart form is one bare text, unless it is urlencoded. curl labels every
    /// body as urlencoded, so from a program it must also look like a form.
    ///
    /// # Errors
    /// [`Error::BadRequest`] if the connection ends early, a multipart form is malformed, or an
    /// option is not UTF-8; [`Error::TooLarge`] if the body is too long to be drained. Validation
    /// reports all other errors.
    pub async fn read(request: Request, max_bytes: usize, sender: Sender) -> Result<Self> {
        let mut submission = Self { sender, ..Self::default() };
        let query = request.uri().query().unwrap_or_default().to_owned();
        submission.read_body(request, max_bytes).await?;
        submission.apply_query(&query)?;
        submission.apply_labels();
        Ok(submission)
    }

    async fn read_body(&mut self, request: Request, max_bytes: usize) -> Result<()> {
        let media_type =
            request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let media_type = media_type.unwrap_or("").to_ascii_lowercase();
        if media_type.starts_with("multipart/form-data") {
            return self.read_multipart(request, max_bytes).await;
        }
        // hastebin's clients send the text as the body, with any media type.
        let is_form = media_type.starts_with("application/x-www-form-urlencoded")
            && self.sender != Sender::Hastebin;
        // Percent-encoding turns one byte into at most three.
        let limit = if is_form { max_bytes * 3 + 8 * FIELD_MAX } else { max_bytes };
        refuse_announced(request.headers(), limit, max_bytes)?;
        let (body, too_long) = read_up_to(request.into_body(), limit, max_bytes).await?;
        if is_form && (self.sender == Sender::Browser || looks_like_form(self.sender, &body)) {
            return self.read_urlencoded(&body, max_bytes, too_long);
        }
        let too_long = too_long || body.len() > max_bytes;
        self.texts.push(SubmittedText::new("", body, too_long));
        Ok(())
    }

    async fn read_multipart(&mut self, mut request: Request, max_bytes: usize) -> Result<()> {
        let limit = max_bytes * DRAIN_FACTOR + MULTIPART_OVERHEAD;
        refuse_announced(request.headers(), limit, max_bytes)?;
        DefaultBodyLimit::max(limit).apply(&mut request);
        let multipart = Multipart::from_request(request, &()).await;
        let mut multipart = multipart.map_err(|_| Error::BadRequest)?;
        let refused = |error: MultipartError| multipart_error(&error, max_bytes);
        while let Some(mut field) = multipart.next_field().await.map_err(refused)? {
            let name = field.name().unwrap_or_default().to_owned();
            let file_name = field.file_name().unwrap_or_default().to_owned();
            let is_text =
                matches!(self.sender.role(&name), FieldRole::Text { .. } | FieldRole::File);
            let limit = if is_text { max_bytes } else { FIELD_MAX };
            let (value, too_long) = read_field(&mut field, limit, max_bytes).await?;
            self.set_field(&name, &file_name, value, too_long)?;
        }
        Ok(())
    }

    pub(super) fn read_urlencoded(
        &mut self,
        body: &[u8],
        max_bytes: usize,
        too_long: bool,
    ) -> Result<()> {
        for (name, value) in pairs(body) {
            let name = utf8(name)?;
            let role = self.sender.role(&name);
            // A browser that cannot upload the file sends its name instead.
            if role == FieldRole::File {
                continue;
            }
            let is_text = matches!(role, FieldRole::Text { .. });
            let limit = if is_text { max_bytes } else { FIELD_MAX };
            let too_long = value.len() > limit || too_long && is_text;
            self.set_field(&name, "", value, too_long)?;
        }
        Ok(())
    }

    fn set_field(
        &mut self,
        name: &str,
        file_name: &str,
        value: Vec<u8>,
        too_long: bool,
    ) -> Result<()> {
        match self.sender.role(name) {
            FieldRole::Text { label } => {
                let value = if self.sender == Sender::Browser { unix_lines(value) } else { value };
                let text = SubmittedText::new(file_name, value, too_long);
                self.push_text(SubmittedText { label: label.to_owned(), ..text });
            }
            // A browser sends an empty field if no file was chosen.
            FieldRole::File if file_name.is_empty() && value.is_empty() => {}
            FieldRole::File => {
                let text = SubmittedText::new(file_name, value, too_long);
                self.push_text(SubmittedText { is_file: true, ..text });
            }
            FieldRole::Name { label } => self.names.push((label.to_owned(), utf8(value)?)),
            FieldRole::Extension { label } => {
                self.extensions.push((label.to_owned(), utf8(value)?));
            }
            FieldRole::Option(option) => {
                self.title_too_long |= too_long && option == PasteOption::Title;
                *self.option_mut(option) = utf8(value)?;
            }
            FieldRole::Ignored => {}
            FieldRole::Unknown => self.record_unknown(name),
        }
        Ok(())
    }

    /// Stops at one text more than allowed, which is enough for validation to refuse them all.
    fn push_text(&mut self, text: SubmittedText) {
        if self.texts.len() <= TEXTS_MAX {
            self.texts.push(text);
        }
    }

    /// Takes options from the query that the form left empty.
    fn apply_query(&mut self, query: &str) -> Result<()> {
        for (name, value) in pairs(query.as_bytes()) {
            let name = String::from_utf8_lossy(&name).into_owned();
            let value = utf8(value)?;
            match PasteOption::from_query(&name) {
                Some(option) if self.option_mut(option).trim().is_empty() => {
                    *self.option_mut(option) = value;
                }
                Some(_) => {}
                None => self.record_unknown(&name),
            }
        }
        Ok(())
    }

    fn record_unknown(&mut self, name: &str) {
        if self.sender == Sender::Program && self.unknown.is_none() {
            self.unknown = Some(name.to_owned());
        }
    }

    /// Gives the texts their names and extensions. This waits for the end of the form, because ix's
    /// `name:1` and `ext:1` may come before `f:1`.
    fn apply_labels(&mut self) {
        let find = |values: &[(String, String)], label: &str| {
            let value = values.iter().find(|(known, _)| known == label);
            value.map(|(_, value)| value.trim().to_owned())
        };
        for text in &mut self.texts {
            // curl's name for its standard input.
            if text.name == "-" {
                text.name.clear();
            }
            if text.label.is_empty() {
                continue;
            }
            if let Some(name) = find(&self.names, &text.label) {
                text.name = name;
            }
            if let Some(extension) = find(&self.extensions, &text.label) {
                text.hint = format!("x.{}", extension.trim_start_matches('.'));
            }
        }
    }
}

fn utf8(value: Vec<u8>) -> Result<String> {
    String::from_utf8(value).map_err(|_| Error::BadRequest)
}

/// Whether a program's urlencoded body is a form, not a bare text that curl labelled as one. A form
/// begins with a text or has only known fields, and does not end with a line end as a file does.
fn looks_like_form(sender: Sender, body: &[u8]) -> bool {
    let is_known = |name: &[u8]| {
        std::str::from_utf8(name)
            .is_ok_and(|name| !matches!(sender.role(name), FieldRole::Unknown | FieldRole::Ignored))
    };
    let is_text = |name: &[u8]| {
        std::str::from_utf8(name)
            .is_ok_and(|name| matches!(sender.role(name), FieldRole::Text { .. }))
    };
    let first = body.split(|byte| *byte == b'&').next().unwrap_or_default();
    let begins_with_text = first.contains(&b'=') && pairs(first).any(|(name, _)| is_text(&name));
    // A file ends with a line end. A shell's `$(…)` strips it, so a form's text does not.
    let is_file = body.ends_with(b"\n") || !body.contains(&b'=');
    if is_file || body.iter().any(u8::is_ascii_control) {
        return begins_with_text && !is_file;
    }
    begins_with_text
        || pairs(body).all(|(name, _)| is_known(&name))
            && pairs(body).any(|(name, _)| is_text(&name))
}

/// Refuses a body by its `Content-Length`, if the client waits for an answer before it sends the
/// body (`Expect: 100-continue`). Otherwise the connection would be cut while a far too long body
/// is sent, and the client would not see the answer.
///
/// # Errors
/// [`Error::TooLarge`] if more than `limit` bytes are announced. The error names `max_bytes`.
pub fn refuse_announced(headers: &HeaderMap, limit: usize, max_bytes: usize) -> Result<()> {
    let waits = headers.contains_key(header::EXPECT);
    let length = headers.typed_get::<ContentLength>();
    if waits && length.is_some_and(|ContentLength(length)| length > limit as u64) {
        return Err(too_large(max_bytes));
    }
    Ok(())
}

/// The first `limit` bytes of the body at most, and whether there were more. Up to
/// [`DRAIN_FACTOR`] times `max_bytes` more are read and discarded.
///
/// # Errors
/// [`Error::TooLarge`] if the body is still longer; [`Error::BadRequest`] if the connection ends
/// early. Admission control replaces the latter with its own error if it stopped the body.
pub async fn read_up_to(body: Body, limit: usize, max_bytes: usize) -> Result<(Vec<u8>, bool)> {
    let mut stream: BodyDataStream = body.into_data_stream();
    let mut content = Vec::new();
    let mut too_long = false;
    let mut budget = limit.saturating_add(max_bytes * DRAIN_FACTOR);
    while let Some(chunk) = stream.next().await {
        let chunk = chunk.map_err(|_| Error::BadRequest)?;
        budget = budget.checked_sub(chunk.len()).ok_or_else(|| too_large(max_bytes))?;
        too_long |= content.len() + chunk.len() > limit;
        if !too_long {
            content.extend_from_slice(&chunk);
        }
    }
    Ok((content, too_long))
}

/// The value of a multipart field, and whether it is longer than `limit`. Up to twice the limit is
/// kept, so that the form can show a text that is too long again.
async fn read_field(
    field: &mut Field<'_>,
    limit: usize,
    max_bytes: usize,
) -> Result<(Vec<u8>, bool)> {
    let mut value = Vec::new();
    let mut too_long = false;
    let mut budget = limit.max(max_bytes) * DRAIN_FACTOR;
    while let Some(chunk) =
        field.chunk().await.map_err(|error| multipart_error(&error, max_bytes))?
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

/// The decoded names and values of a form or a query. Bytes that are not UTF-8 stay as they are, so
/// that the caller refuses them instead of replacing them silently.
fn pairs(form: &[u8]) -> impl Iterator<Item = (Vec<u8>, Vec<u8>)> {
    form.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty()).map(|pair| {
        let (name, value) = match pair.iter().position(|byte| *byte == b'=') {
            Some(at) => (&pair[..at], &pair[at + 1..]),
            None => (pair, &[][..]),
        };
        (decode(name), decode(value))
    })
}

fn decode(value: &[u8]) -> Vec<u8> {
    let spaced: Vec<u8> =
        value.iter().map(|byte| if *byte == b'+' { b' ' } else { *byte }).collect();
    percent_decode(&spaced).collect()
}

/// Turns CRLF into LF: a browser's form sends every line end as CRLF.
fn unix_lines(text: Vec<u8>) -> Vec<u8> {
    if !text.contains(&b'\r') {
        return text;
    }
    let mut lines = Vec::with_capacity(text.len());
    let mut bytes = text.into_iter().peekable();
    while let Some(byte) = bytes.next() {
        if byte != b'\r' || bytes.peek() != Some(&b'\n') {
            lines.push(byte);
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use std::net::{IpAddr, Ipv4Addr};
    use std::sync::Arc;
    use std::time::Duration;

    use bytes::Bytes;
    use futures_util::{Stream, stream};
    use tokio::time::{Instant, sleep};

    use super::*;
    use crate::http::admission::{Admission, BodyError, RequestPermit};
    use crate::http::body::{STALL, watched};

    #[test]
    fn only_crlf_becomes_lf() {
        assert_eq!(unix_lines(b"a\r\nb\r\n".to_vec()), b"a\nb\n");
        assert_eq!(unix_lines(b"a\rb\n\r".to_vec()), b"a\rb\n\r");
        assert_eq!(unix_lines(b"\r\r\n".to_vec()), b"\r\n");
    }

    #[test]
    fn a_program_s_form_begins_with_a_text_or_has_only_known_fields() {
        let form = |body: &str| looks_like_form(Sender::Program, body.as_bytes());
        for body in [
            "text=a b",
            "text=",
            "clbin=x",
            "f:1=x&ext:1=rs",
            "f%3A1=x",
            "text=a&expire=1h",
            "title=t&text=x",
            "text=a\nb=c",
            "text=a\nb&expires=1h",
        ] {
            assert!(form(body), "{body}");
        }
        for body in [
            "text",
            "a=b&text=c",
            "text=a\nb=c\n",
            "key=a\nb=c",
            "=",
            "",
            "title=t",
            "file=@notes.txt",
            "id=3&f:1=x",
        ] {
            assert!(!form(body), "{body}");
        }
    }

    const CLIENT: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1));

    fn permit() -> Arc<RequestPermit> {
        Admission::new(1 << 20, true).admit(CLIENT.into(), true).unwrap()
    }

    fn body(chunks: impl Stream<Item = String> + Send + 'static) -> Body {
        Body::from_stream(chunks.map(|chunk| Ok::<_, std::io::Error>(Bytes::from(chunk))))
    }

    /// Sends `bytes` after each pause, without an end.
    fn trickle(bytes: usize, pause: Duration) -> impl Stream<Item = String> + Send {
        stream::unfold((), move |()| async move {
            sleep(pause).await;
            Some(("x".repeat(bytes), ()))
        })
    }

    /// The clock is paused: time advances by itself when every task waits.
    #[tokio::test(start_paused = true)]
    async fn a_slow_body_is_aborted_in_every_format() {
        let part = "--x\r\ncontent-disposition: form-data; name=\"file\"\r\n\r\nbegun";
        for (media_type, begun) in [
            ("text/plain", "begun"),
            ("application/x-www-form-urlencoded", "text=begun"),
            ("multipart/form-data; boundary=x", part),
        ] {
            for (bytes, pause) in [(1024, 1), (1, 25), (1, 3600)] {
                let permit = permit();
                let begun = stream::iter([begun.to_owned()]);
                let slow = body(begun.chain(trickle(bytes, Duration::from_secs(pause))));
                let request = Request::post("/").header("content-type", media_type);
                let request = request.body(watched(slow, &permit)).unwrap();
                let started = Instant::now();
                let read = Submission::read(request, 1 << 20, Sender::Browser).await;
                assert!(read.is_err(), "{media_type}: {read:?}");
                assert_eq!(permit.aborted(), Some(BodyError::Timeout), "{media_type}");
                assert!(started.elapsed() < 3 * STALL, "{media_type}: {:?}", started.elapsed());
            }
        }
    }

    /// As above.
    #[tokio::test(start_paused = true)]
    async fn a_body_that_pauses_but_is_fast_enough_is_received() {
        let permit = permit();
        let slow = trickle(64 * 1024, Duration::from_secs(15)).take(16);
        let request = Request::post("/").body(watched(body(slow), &permit)).unwrap();
        let read = Submission::read(request, 1 << 20, Sender::Program).await.unwrap();
        assert_eq!(read.count().get(), 1);
        assert!(permit.is_working());
    }
}
