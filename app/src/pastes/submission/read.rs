//! Reads a body, whatever its shape.

use axum::body::{Body, BodyDataStream};
use axum::extract::multipart::{Field, MultipartError};
use axum::extract::{DefaultBodyLimit, FromRequest as _, Multipart, Request};
use axum::http::{HeaderMap, StatusCode, header};
use axum_extra::headers::{ContentLength, HeaderMapExt as _};
use futures_util::StreamExt as _;
use percent_encoding::percent_decode;

use super::fields::{FieldRole, PasteOption, Sender};
use super::{FIELD_MAX, Submission, SubmittedText, TEXTS_MAX};
use crate::error::{Error, Result};

/// How much more than the largest text is read and thrown away, so that the answer arrives: a
/// browser whose upload is cut shows a broken connection instead. Several texts share so much.
const DRAIN_FACTOR: usize = 4;

/// What a form may have beside its texts, in bytes: the names of fields, boundaries, options.
const FORM_WORDS: usize = 1024 * 1024;

impl Submission {
    /// A program that is not a browser calls everything a form, as curl does: so there only a body
    /// that looks like one is taken for one.
    pub async fn read(request: Request, max_bytes: usize, sender: Sender) -> Result<Self> {
        let mut submission = Self { sender, ..Self::default() };
        let query = request.uri().query().unwrap_or_default().to_owned();
        submission.read_body(request, max_bytes).await?;
        submission.take_query(&query)?;
        submission.name_texts();
        Ok(submission)
    }

    async fn read_body(&mut self, mut request: Request, max_bytes: usize) -> Result<()> {
        let media_type =
            request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let media_type = media_type.unwrap_or("").to_ascii_lowercase();
        if media_type.starts_with("multipart/form-data") {
            let limit = max_bytes * DRAIN_FACTOR + FORM_WORDS;
            refuse_before(request.headers(), limit, max_bytes)?;
            DefaultBodyLimit::max(limit).apply(&mut request);
            let multipart =
                Multipart::from_request(request, &()).await.map_err(|_| Error::BadRequest)?;
            return self.read_multipart(multipart, max_bytes).await;
        }
        // Percent signs make at most three bytes of one.
        // hastebin takes a body as it is, whatever curl calls it.
        let is_form = media_type.starts_with("application/x-www-form-urlencoded")
            && self.sender != Sender::Hastebin;
        let limit = if is_form { max_bytes * 3 + 8 * FIELD_MAX } else { max_bytes };
        refuse_before(request.headers(), limit, max_bytes)?;
        let (body, too_long) = collect(request.into_body(), limit, max_bytes).await?;
        if is_form && (self.sender == Sender::Browser || looks_like_a_form(self.sender, &body)) {
            return self.read_urlencoded(&body, max_bytes, too_long);
        }
        let too_long = too_long || body.len() > max_bytes;
        self.texts.push(SubmittedText {
            content: body.into(),
            too_long,
            ..SubmittedText::default()
        });
        Ok(())
    }

    async fn read_multipart(&mut self, mut multipart: Multipart, max_bytes: usize) -> Result<()> {
        let refused = |error: MultipartError| refused_part(&error, max_bytes);
        while let Some(mut field) = multipart.next_field().await.map_err(refused)? {
            let name = field.name().unwrap_or_default().to_owned();
            let file_name = field.file_name().unwrap_or_default().to_owned();
            let is_text =
                matches!(self.sender.role(&name), FieldRole::Text { .. } | FieldRole::File);
            let limit = if is_text { max_bytes } else { FIELD_MAX };
            let (value, too_long) = read_field(&mut field, limit, max_bytes).await?;
            self.set(&name, &file_name, value, too_long)?;
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
            let name = String::from_utf8(name).map_err(|_| Error::BadRequest)?;
            let role = self.sender.role(&name);
            // A browser sends a file's name so, where its form cannot have the file itself.
            if role == FieldRole::File {
                continue;
            }
            let is_text = matches!(role, FieldRole::Text { .. });
            let limit = if is_text { max_bytes } else { FIELD_MAX };
            let too_long = value.len() > limit || too_long && is_text;
            self.set(&name, "", value, too_long)?;
        }
        Ok(())
    }

    fn set(&mut self, name: &str, file_name: &str, value: Vec<u8>, too_long: bool) -> Result<()> {
        let role = self.sender.role(name);
        match role {
            FieldRole::Text { label } => {
                let content =
                    if self.sender == Sender::Browser { unix_lines(value) } else { value };
                self.add(SubmittedText {
                    label: label.to_owned(),
                    name: file_name.to_owned(),
                    content: content.into(),
                    too_long,
                    ..SubmittedText::default()
                });
            }
            // A browser sends the field empty where no file was chosen.
            FieldRole::File if file_name.is_empty() && value.is_empty() => {}
            FieldRole::File => self.add(SubmittedText {
                name: file_name.to_owned(),
                content: value.into(),
                too_long,
                is_file: true,
                ..SubmittedText::default()
            }),
            FieldRole::Name { label } => self.names.push((label.to_owned(), word(value)?)),
            FieldRole::Extension { label } => {
                self.extensions.push((label.to_owned(), word(value)?));
            }
            FieldRole::Option(option) => {
                self.title_too_long |= too_long && option == PasteOption::Title;
                *self.option_mut(option) = word(value)?;
            }
            FieldRole::Ignored => {}
            FieldRole::Unknown => self.note_unknown(name),
        }
        Ok(())
    }

    /// Of more than may be sent at once nothing is saved, so one more is enough to know.
    fn add(&mut self, text: SubmittedText) {
        if self.texts.len() <= TEXTS_MAX {
            self.texts.push(text);
        }
    }

    /// What the address says is meant where the form says nothing.
    fn take_query(&mut self, query: &str) -> Result<()> {
        for (name, value) in pairs(query.as_bytes()) {
            let name = String::from_utf8_lossy(&name).into_owned();
            let value = word(value)?;
            match PasteOption::from_query(&name) {
                Some(option) if self.option_mut(option).trim().is_empty() => {
                    *self.option_mut(option) = value;
                }
                Some(_) => {}
                None => self.note_unknown(&name),
            }
        }
        Ok(())
    }

    fn note_unknown(&mut self, name: &str) {
        if self.sender == Sender::Program && self.unknown.is_none() {
            self.unknown = Some(name.to_owned());
        }
    }

    /// ix's `name:1` and `ext:1` may stand before their `f:1`.
    fn name_texts(&mut self) {
        let of = |all: &[(String, String)], label: &str| {
            all.iter().find(|(known, _)| known == label).map(|(_, value)| value.trim().to_owned())
        };
        for text in &mut self.texts {
            // What curl calls its standard input.
            if text.name == "-" {
                text.name.clear();
            }
            if text.label.is_empty() {
                continue;
            }
            if let Some(name) = of(&self.names, &text.label) {
                text.name = name;
            }
            if let Some(extension) = of(&self.extensions, &text.label) {
                text.hint = format!("x.{}", extension.trim_start_matches('.'));
            }
        }
    }
}

fn word(value: Vec<u8>) -> Result<String> {
    String::from_utf8(value).map_err(|_| Error::BadRequest)
}

/// curl calls whatever it sends a form. A form begins with a text or has nothing but fields that
/// are known, and does not end with a line's end, as a file does.
fn looks_like_a_form(sender: Sender, body: &[u8]) -> bool {
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
    // A file ends with its last line's end; what a shell puts into a form does not.
    let is_file = body.ends_with(b"\n") || !body.contains(&b'=');
    if is_file || body.iter().any(u8::is_ascii_control) {
        return begins_with_text && !is_file;
    }
    begins_with_text
        || pairs(body).all(|(name, _)| is_known(&name))
            && pairs(body).any(|(name, _)| is_text(&name))
}

/// Who asks before sending (`Expect: 100-continue`) is answered before: the connection is cut under
/// a body that is far too long, and the answer with it.
///
/// # Errors
/// [`Error::TooLarge`] where more than `limit` bytes are announced.
pub fn refuse_before(headers: &HeaderMap, limit: usize, max_bytes: usize) -> Result<()> {
    let asks = headers.contains_key(header::EXPECT);
    let length = headers.typed_get::<ContentLength>();
    if asks && length.is_some_and(|ContentLength(length)| length > limit as u64) {
        return Err(too_large(max_bytes));
    }
    Ok(())
}

/// The body up to `limit` and whether there was more. Some more is read and thrown away.
pub async fn collect(body: Body, limit: usize, max_bytes: usize) -> Result<(Vec<u8>, bool)> {
    let mut stream: BodyDataStream = body.into_data_stream();
    let mut saved = Vec::new();
    let mut too_long = false;
    let mut budget = limit.saturating_add(max_bytes * DRAIN_FACTOR);
    while let Some(chunk) = stream.next().await {
        // Its client went away, or `intake` says more.
        let chunk = chunk.map_err(|_| Error::BadRequest)?;
        budget = budget.checked_sub(chunk.len()).ok_or_else(|| too_large(max_bytes))?;
        too_long |= saved.len() + chunk.len() > limit;
        if !too_long {
            saved.extend_from_slice(&chunk);
        }
    }
    Ok((saved, too_long))
}

async fn read_field(
    field: &mut Field<'_>,
    limit: usize,
    max_bytes: usize,
) -> Result<(Vec<u8>, bool)> {
    let mut saved = Vec::new();
    let mut too_long = false;
    let mut budget = limit.max(max_bytes) * DRAIN_FACTOR;
    while let Some(chunk) = field.chunk().await.map_err(|error| refused_part(&error, max_bytes))? {
        budget = budget.checked_sub(chunk.len()).ok_or_else(|| too_large(max_bytes))?;
        // What is over the limit is saved up to one more, so that a form can show it again.
        too_long |= saved.len() + chunk.len() > limit;
        if saved.len() + chunk.len() <= limit.saturating_mul(2) {
            saved.extend_from_slice(&chunk);
        }
    }
    Ok((saved, too_long))
}

fn too_large(max_bytes: usize) -> Error {
    Error::TooLarge { limit: max_bytes as u64 }
}

fn refused_part(error: &MultipartError, max_bytes: usize) -> Error {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
        return too_large(max_bytes);
    }
    Error::BadRequest
}

/// The fields of a form or a query, decoded; what is not UTF-8 stays so, to be refused and not
/// mended in silence.
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

/// A browser's form turns every line end into CRLF; this undoes it.
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
    use super::*;

    #[test]
    fn only_the_line_ends_of_forms_are_undone() {
        assert_eq!(unix_lines(b"a\r\nb\r\n".to_vec()), b"a\nb\n");
        assert_eq!(unix_lines(b"a\rb\n\r".to_vec()), b"a\rb\n\r");
        assert_eq!(unix_lines(b"\r\r\n".to_vec()), b"\r\n");
    }

    #[test]
    fn a_form_of_curl_begins_with_a_text_or_has_only_known_fields() {
        let form = |body: &str| looks_like_a_form(Sender::Program, body.as_bytes());
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
}
