//! Reads a submission from a request: multipart, urlencoded, or a bare body.

use axum::body::{Body, BodyDataStream};
use axum::extract::Request;
use axum::http::{HeaderMap, header};
use axum_extra::headers::{ContentLength, HeaderMapExt as _};
use encoding_rs::Encoding;
use futures_util::StreamExt as _;

use crate::error::{Error, Result};
use crate::http::body::DRAIN_FACTOR;
use crate::http::charset;
use crate::pastes::submission::fields::{FieldRole, PasteOption, Sender};
use crate::pastes::submission::form::{Field, Limits, read_multipart, urlencoded};
use crate::pastes::submission::head::Head;
use crate::pastes::submission::{FIELD_MAX, Submission, SubmittedText, TEXTS_MAX};

/// The most bytes of a multipart form besides its texts: field names, boundaries, options.
const MULTIPART_OVERHEAD: usize = 1024 * 1024;

impl Submission {
    /// Reads the body, the query and the headers. `max_bytes` is the largest text of the site.
    ///
    /// A body that is no multipart form is one bare text, unless it is urlencoded. curl labels every
    /// body as urlencoded, so from a program it must also look like a form.
    ///
    /// # Errors
    /// [`Error::BadRequest`] if the connection ends early or a multipart form is malformed;
    /// [`Error::TooLarge`] if the body is too long to be drained; [`Error::Overloaded`] or
    /// [`Error::ClientOverloaded`] if there is no memory to decode a text. Validation reports all other
    /// errors.
    pub async fn read(request: Request, max_bytes: usize, sender: Sender) -> Result<Self> {
        let mut submission = Self { sender, ..Self::default() };
        let head = Head::of(&request);
        let query: Vec<Field> =
            urlencoded(request.uri().query().unwrap_or_default().as_bytes()).collect();
        let fields = submission.read_body(request, max_bytes).await?;
        let chosen = chosen_charset(&fields).or_else(|| chosen_charset(&query));
        let is_from_0x0 = query.is_empty() && submission.looks_like_0x0(&fields);
        for field in fields {
            submission.set_field(field, chosen);
        }
        if is_from_0x0 {
            submission.expires = number_as_hours(&submission.expires);
        }
        for field in query {
            submission.apply_query(field, chosen);
        }
        submission.apply_head(&head);
        submission.apply_labels();
        submission.decode_texts(chosen, &head)?;
        Ok(submission)
    }

    /// The fields of a form. A bare text is added to the submission instead.
    async fn read_body(&mut self, request: Request, max_bytes: usize) -> Result<Vec<Field>> {
        let media_type =
            request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let media_type = media_type.unwrap_or("").to_ascii_lowercase();
        if media_type.starts_with("multipart/form-data") {
            let form = max_bytes * DRAIN_FACTOR + MULTIPART_OVERHEAD;
            refuse_announced(request.headers(), form, max_bytes)?;
            let value = |name: &str| if self.is_text(name) { max_bytes } else { FIELD_MAX };
            let limits = Limits { form, value, text: max_bytes };
            return read_multipart(request, limits, self.sender.escaping()).await;
        }
        // hastebin's clients send the text as the body, with any media type.
        let is_form = media_type.starts_with("application/x-www-form-urlencoded")
            && self.sender != Sender::Hastebin;
        // Percent-encoding turns one byte into at most three.
        let limit = if is_form { max_bytes * 3 + 8 * FIELD_MAX } else { max_bytes };
        refuse_announced(request.headers(), limit, max_bytes)?;
        let (body, too_long) = read_up_to(request.into_body(), limit, max_bytes).await?;
        if is_form && (self.sender == Sender::Browser || looks_like_form(self.sender, &body)) {
            return Ok(self.urlencoded_fields(&body, max_bytes, too_long));
        }
        let too_long = too_long || body.len() > max_bytes;
        self.texts.push(SubmittedText::new("", body, too_long));
        Ok(Vec::new())
    }

    fn is_text(&self, name: &str) -> bool {
        matches!(self.sender.role(name), FieldRole::Text { .. } | FieldRole::File)
    }

    pub(super) fn urlencoded_fields(
        &self,
        body: &[u8],
        max_bytes: usize,
        too_long: bool,
    ) -> Vec<Field> {
        // A browser that cannot upload the file sends its name instead.
        let fields =
            urlencoded(body).filter(|field| self.sender.role(&field.name) != FieldRole::File);
        let measured = |mut field: Field| {
            let is_text = self.is_text(&field.name);
            let limit = if is_text { max_bytes } else { FIELD_MAX };
            field.too_long = field.value.len() > limit || too_long && is_text;
            field
        };
        fields.map(measured).collect()
    }

    /// Whether only 0x0's own fields are in the form: files, a lifetime, and the wish for a longer link.
    fn looks_like_0x0(&self, fields: &[Field]) -> bool {
        let is_file = |field: &Field| self.sender.role(&field.name) == FieldRole::File;
        let is_known =
            |field: &Field| is_file(field) || matches!(&*field.name, "expires" | "secret");
        self.sender == Sender::Program && fields.iter().any(is_file) && fields.iter().all(is_known)
    }

    pub(super) fn set_field(&mut self, mut field: Field, chosen: Option<&'static Encoding>) {
        let name = std::mem::take(&mut field.name);
        match self.sender.role(&name) {
            FieldRole::Unknown => self.record_unknown(&name),
            role => self.apply(role, field, chosen),
        }
    }

    /// Takes an option from the query that the form left empty.
    fn apply_query(&mut self, mut field: Field, chosen: Option<&'static Encoding>) {
        let name = std::mem::take(&mut field.name);
        match FieldRole::in_query(&name) {
            FieldRole::Option(option) if !self.option_mut(option).trim().is_empty() => {}
            FieldRole::Unknown => self.record_unknown(&name),
            role => self.apply(role, field, chosen),
        }
    }

    fn apply(&mut self, role: FieldRole, field: Field, chosen: Option<&'static Encoding>) {
        let charset = chosen.or(field.charset);
        let word = |value: &[u8]| charset::decode_word(value, charset).unwrap_or_default();
        let file_name = field.file_name.as_deref().map(base_name).unwrap_or_default();
        match role {
            FieldRole::Text { label } => {
                let browser = self.sender == Sender::Browser;
                let value = if browser { unix_lines(field.value) } else { field.value };
                let text = SubmittedText::new(file_name, value, field.too_long);
                let label = label.to_owned();
                self.push_text(SubmittedText { label, charset: field.charset, ..text });
            }
            // A browser sends an empty field if no file was chosen.
            FieldRole::File if file_name.is_empty() && field.value.is_empty() => {}
            FieldRole::File => {
                let text = SubmittedText::new(file_name, field.value, field.too_long);
                self.push_text(SubmittedText { is_file: true, charset: field.charset, ..text });
            }
            FieldRole::Name { label } => self.names.push((label.to_owned(), word(&field.value))),
            FieldRole::Extension { label } => {
                self.extensions.push((label.to_owned(), word(&field.value)));
            }
            FieldRole::Option(option) => {
                self.title_too_long |= field.too_long && option == PasteOption::Title;
                *self.option_mut(option) = option_text(option, &field.value, charset);
            }
            FieldRole::Lossy => self.is_lossy |= is_on(&field.value),
            FieldRole::ViewOnce => self.is_view_limited |= is_on(&field.value),
            FieldRole::Charset | FieldRole::Ignored | FieldRole::Unknown => {}
        }
    }

    /// Stops at one text more than allowed, which is enough for validation to refuse them all.
    fn push_text(&mut self, text: SubmittedText) {
        if self.texts.len() <= TEXTS_MAX {
            self.texts.push(text);
        }
    }

    /// Takes from the headers what the form and the query left empty.
    fn apply_head(&mut self, head: &Head) {
        if !head.file_name.is_empty() {
            self.names.push((String::new(), head.file_name.clone()));
        }
        if self.sender == Sender::Program {
            self.is_view_limited |= head.is_view_limited;
            if self.expires.trim().is_empty() {
                self.expires.clone_from(&head.expires);
            }
        }
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
            // A `filename` that is not part of a file's own field.
            if text.label.is_empty() && !text.name.is_empty() {
                continue;
            }
            if let Some(name) = find(&self.names, &text.label) {
                base_name(&name).clone_into(&mut text.name);
            }
            if let Some(extension) = find(&self.extensions, &text.label) {
                text.hint = format!("x.{}", extension.trim_start_matches('.'));
            }
        }
    }

    /// Decodes the texts that are not UTF-8, as far as their encoding is known.
    fn decode_texts(&mut self, chosen: Option<&'static Encoding>, head: &Head) -> Result<()> {
        for text in self.texts.iter_mut().filter(|text| !text.too_long) {
            let length = text.content.len();
            text.decode(chosen.or(text.charset).or(head.charset), self.is_lossy);
            if let Some(permit) = &head.permit {
                permit.received(text.content.len().saturating_sub(length))?;
            }
        }
        Ok(())
    }
}

/// The charset that an option of the request names: `charset`, or `_charset_` as in HTML.
fn chosen_charset(fields: &[Field]) -> Option<&'static Encoding> {
    let mut chosen =
        fields.iter().filter(|field| FieldRole::in_query(&field.name) == FieldRole::Charset);
    chosen.find_map(|field| charset::by_label(str::from_utf8(&field.value).ok()?.trim()))
}

/// An option as text. A title that cannot be read is left out. The other options have fixed words, so
/// what cannot be read is none of them, and validation says so.
fn option_text(option: PasteOption, value: &[u8], charset: Option<&'static Encoding>) -> String {
    match (charset::decode_word(value, charset), option) {
        (Some(text), _) => text,
        (None, PasteOption::Title) => String::new(),
        (None, _) => String::from_utf8_lossy(value).into_owned(),
    }
}

/// A lifetime as 0x0 reads it: a bare number is in hours. A larger one, which is the time of the end in
/// milliseconds, stays as it is.
pub fn number_as_hours(expires: &str) -> String {
    match expires.trim().parse::<u32>() {
        Ok(hours) => format!("{hours}h"),
        Err(_) => expires.to_owned(),
    }
}

/// Whether the value of a switch turns it on.
pub fn is_on(value: &[u8]) -> bool {
    !matches!(value.trim_ascii(), b"" | b"0" | b"false" | b"no" | b"off")
}

/// The last part of a name that is a whole path, of Windows or Unix. Any other name stays as it is.
pub(super) fn base_name(name: &str) -> &str {
    let is_separator: &[char] = match name.as_bytes() {
        [drive, b':', b'\\' | b'/', ..] if drive.is_ascii_alphabetic() => &['\\', '/'],
        [b'\\', ..] | [b'.', b'\\', ..] | [b'.', b'.', b'\\', ..] => &['\\', '/'],
        [b'/', ..] | [b'.', b'/', ..] | [b'.', b'.', b'/', ..] => &['/'],
        _ => return name,
    };
    name.rsplit(is_separator).next().unwrap_or(name)
}

/// Whether a program's urlencoded body is a form, not a bare text that curl labelled as one. A form
/// begins with a text or has only known fields, and does not end with a line end as a file does.
fn looks_like_form(sender: Sender, body: &[u8]) -> bool {
    let is_known = |field: &Field| {
        !matches!(sender.role(&field.name), FieldRole::Unknown | FieldRole::Ignored)
    };
    let is_text = |field: &Field| matches!(sender.role(&field.name), FieldRole::Text { .. });
    let first = body.split(|byte| *byte == b'&').next().unwrap_or_default();
    let begins_with_text = first.contains(&b'=') && urlencoded(first).any(|field| is_text(&field));
    // A file ends with a line end. A shell's `$(…)` strips it, so a form's text does not.
    let is_file = body.ends_with(b"\n") || !body.contains(&b'=');
    if is_file || body.iter().any(u8::is_ascii_control) {
        return begins_with_text && !is_file;
    }
    begins_with_text
        || urlencoded(body).all(|field| is_known(&field))
            && urlencoded(body).any(|field| is_text(&field))
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

fn too_large(max_bytes: usize) -> Error {
    Error::TooLarge { limit: max_bytes as u64 }
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

    #[test]
    fn only_the_last_part_of_a_whole_path_is_a_name() {
        for (path, name) in [
            (r"C:\Users\anna\main.rs", "main.rs"),
            ("c:/work/main.rs", "main.rs"),
            (r"\\server\share\main.rs", "main.rs"),
            ("/home/anna/main.rs", "main.rs"),
            ("../main.rs", "main.rs"),
            (r"C:\dir\", ""),
            ("src/main.rs", "src/main.rs"),
            (r"a\b.txt", r"a\b.txt"),
            ("C: notes.txt", "C: notes.txt"),
            ("", ""),
        ] {
            assert_eq!(base_name(path), name, "{path}");
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
