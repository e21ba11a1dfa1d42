//! What a visitor sends: a form, a file, or a bare text.

use axum::body::{Body, BodyDataStream};
use axum::extract::multipart::Field;
use axum::extract::{FromRequest as _, Multipart, Request};
use axum::http::header;
use bytes::Bytes;
use futures_util::StreamExt as _;
use percent_encoding::percent_decode;
use sha2::{Digest as _, Sha256};
use store::{UserId, Visibility};

use crate::detect::detect;
use crate::form_errors::{FormError, FormErrors};
use crate::lifetime::Lifetime;
use crate::pastes::create::too_large;
use crate::pastes::draft::Draft;
use crate::syntaxes::{self, Syntax};
use crate::{App, Error, Result};

/// In characters.
const TITLE_MAX: usize = 200;

/// A field that is not the text, in bytes: a title of [`TITLE_MAX`] of the longest characters fits.
const FIELD_MAX: usize = 4096;

/// How much more than the largest text is read and thrown away, so that the answer arrives: a
/// browser whose upload is cut shows a broken connection instead.
const DRAIN_FACTOR: usize = 4;

/// What was sent, before anybody judged it.
#[derive(Debug, Default)]
pub struct Submission {
    text: Vec<u8>,
    file: Option<File>,
    title: String,
    syntax: String,
    expires: String,
    /// What stands in the field beside the choice `custom`.
    expires_custom: String,
    visibility: String,
    text_too_long: bool,
    /// Only a browser turns line ends into CRLF.
    by_program: bool,
    title_too_long: bool,
}

#[derive(Debug)]
struct File {
    name: String,
    content: Vec<u8>,
}

/// What may be kept.
#[derive(Debug)]
pub struct Judged {
    pub text: Bytes,
    pub title: String,
    pub syntax: &'static str,
    /// Nobody chose it.
    pub syntax_guessed: bool,
    pub lifetime: Lifetime,
    pub visibility: Visibility,
}

impl Submission {
    /// Reads the body, whatever its shape. `by_program` is a client that does not ask for HTML:
    /// curl calls everything a form, so there only a body that looks like one is taken for one.
    pub async fn read(request: Request, max_bytes: usize, by_program: bool) -> Result<Self> {
        let media_type =
            request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let media_type = media_type.unwrap_or("").to_ascii_lowercase();
        if media_type.starts_with("multipart/form-data") {
            let multipart =
                Multipart::from_request(request, &()).await.map_err(|_| Error::BadRequest)?;
            return Self::from_multipart(multipart, max_bytes, by_program).await;
        }
        // Percent signs make at most three bytes of one.
        let is_form = media_type.starts_with("application/x-www-form-urlencoded");
        let limit = if is_form { max_bytes * 3 + 8 * FIELD_MAX } else { max_bytes };
        let (body, too_long) = collect(request.into_body(), limit, max_bytes).await?;
        if is_form && (!by_program || looks_like_a_form(&body)) {
            let mut submission = Self::from_urlencoded(&body, max_bytes, by_program)?;
            submission.text_too_long |= too_long;
            return Ok(submission);
        }
        let text_too_long = too_long || body.len() > max_bytes;
        Ok(Self { text: body, text_too_long, ..Self::default() })
    }

    async fn from_multipart(
        mut multipart: Multipart,
        max_bytes: usize,
        by_program: bool,
    ) -> Result<Self> {
        let mut submission = Self { by_program, ..Self::default() };
        let mut budget = max_bytes * DRAIN_FACTOR;
        while let Some(field) = multipart.next_field().await.map_err(|_| Error::BadRequest)? {
            let name = field.name().unwrap_or_default().to_owned();
            let file_name = field.file_name().unwrap_or_default().to_owned();
            let limit =
                if matches!(name.as_str(), "text" | "file") { max_bytes } else { FIELD_MAX };
            let (value, too_long) = read_field(field, limit, &mut budget).await?;
            if name == "file" {
                // A browser sends the field empty where no file was chosen.
                if file_name.is_empty() && value.is_empty() {
                    continue;
                }
                if submission.file.is_some() {
                    return Err(Error::BadRequest);
                }
                submission.file = Some(File { name: file_name, content: value });
                submission.text_too_long |= too_long;
            } else {
                submission.set(&name, value, too_long)?;
            }
        }
        Ok(submission)
    }

    fn from_urlencoded(body: &[u8], max_bytes: usize, by_program: bool) -> Result<Self> {
        let mut submission = Self { by_program, ..Self::default() };
        for pair in body.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty()) {
            let (name, value) = match pair.iter().position(|byte| *byte == b'=') {
                Some(at) => (&pair[..at], &pair[at + 1..]),
                None => (pair, &[][..]),
            };
            let name = String::from_utf8(decode(name)).map_err(|_| Error::BadRequest)?;
            let value = decode(value);
            let limit = if name == "text" { max_bytes } else { FIELD_MAX };
            let too_long = value.len() > limit;
            submission.set(&name, value, too_long)?;
        }
        Ok(submission)
    }

    fn set(&mut self, name: &str, value: Vec<u8>, too_long: bool) -> Result<()> {
        if name == "text" {
            self.text = if self.by_program { value } else { unix_lines(value) };
            self.text_too_long |= too_long;
            return Ok(());
        }
        let value = String::from_utf8(value).map_err(|_| Error::BadRequest)?;
        match name {
            "title" => {
                self.title = value;
                self.title_too_long |= too_long;
            }
            "syntax" => self.syntax = value,
            "expires" => self.expires = value,
            "expires_custom" => self.expires_custom = value,
            "visibility" => self.visibility = value,
            _ => {}
        }
        Ok(())
    }

    /// As a program says it, field by field.
    pub fn of(
        text: Vec<u8>,
        title: String,
        syntax: String,
        expires: String,
        visibility: String,
    ) -> Self {
        let title_too_long = title.len() > FIELD_MAX;
        Self {
            text,
            title,
            syntax,
            expires,
            visibility,
            title_too_long,
            by_program: true,
            ..Self::default()
        }
    }

    /// Two that ask for the same have the same.
    pub fn digest(&self) -> Vec<u8> {
        let mut digest = Sha256::new();
        for field in [&self.title, &self.syntax, &self.expires, &self.visibility] {
            digest.update((field.len() as u64).to_be_bytes());
            digest.update(field);
        }
        digest.update(&self.text);
        digest.finalize().to_vec()
    }

    /// The name of what was sent bare, as `curl -T main.rs` puts it into the address.
    pub fn named(mut self, name: &str) -> Self {
        let content = std::mem::take(&mut self.text);
        self.file = Some(File { name: name.to_owned(), content });
        self
    }

    /// What may be kept of it, or everything that is wrong with it and the form to show again.
    pub fn judge(
        mut self,
        app: &App,
        owner: Option<UserId>,
    ) -> Result<Judged, Box<(Draft, FormErrors)>> {
        let mut errors = FormErrors::default();
        let title = self.judge_title(&mut errors);
        let syntax = self.judge_syntax(&mut errors);
        let lifetime = self.judge_lifetime(app, &mut errors);
        let visibility = self.judge_visibility(owner, &mut errors);
        let text = self.judge_text(app.max_paste_bytes, &mut errors);
        match (text, lifetime, visibility, syntax) {
            (Some(text), Some(lifetime), Some(visibility), Some(syntax)) if errors.is_empty() => {
                Ok(Judged {
                    text: text.into(),
                    title,
                    syntax: syntax.slug,
                    syntax_guessed: self.leaves_syntax_to_us(),
                    lifetime,
                    visibility,
                })
            }
            _ => Err(Box::new((self.into_draft(), errors))),
        }
    }

    fn judge_text(&mut self, max_bytes: usize, errors: &mut FormErrors) -> Option<Vec<u8>> {
        // A file was chosen on purpose; the editor may hold a leftover.
        let text = self.file.as_ref().map_or(&self.text, |file| &file.content);
        let error = if self.text_too_long || text.len() > max_bytes {
            too_large(max_bytes)
        } else if text.is_empty() {
            FormError::TextEmpty
        } else if text.contains(&0) || std::str::from_utf8(text).is_err() {
            FormError::TextBinary
        } else {
            return Some(text.clone());
        };
        errors.push(error);
        None
    }

    fn judge_title(&self, errors: &mut FormErrors) -> String {
        let file_name = self.file.as_ref().map_or("", |file| &file.name);
        let title = if self.title.trim().is_empty() { file_name } else { &self.title };
        // A title is one line: line ends, NUL and the like have no place in it.
        let title: String = title.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        let title = title.trim();
        if self.title_too_long || title.chars().count() > TITLE_MAX {
            errors.push(FormError::TitleTooLong { max: TITLE_MAX as u64 });
        }
        title.to_owned()
    }

    fn judge_syntax(&self, errors: &mut FormErrors) -> Option<&'static Syntax> {
        if self.leaves_syntax_to_us() {
            return Some(self.detect_syntax());
        }
        let syntax = syntaxes::find(&self.syntax);
        if syntax.is_none() {
            errors.push(FormError::SyntaxUnknown);
        }
        syntax
    }

    fn leaves_syntax_to_us(&self) -> bool {
        matches!(self.syntax.trim(), "" | syntaxes::AUTO)
    }

    fn detect_syntax(&self) -> &'static Syntax {
        let (name, text) = match &self.file {
            // A file's name may have spaces; only its last word has the extension.
            Some(file) => (file.name.split_whitespace().last().unwrap_or(""), &file.content),
            None => (self.title.as_str(), &self.text),
        };
        detect(name, std::str::from_utf8(text).unwrap_or(""))
    }

    fn judge_lifetime(&self, app: &App, errors: &mut FormErrors) -> Option<Lifetime> {
        if self.expires.trim().is_empty() {
            return Some(app.default_expiry);
        }
        let Ok(lifetime) = self.expires().parse::<Lifetime>() else {
            errors.push(FormError::ExpiresInvalid);
            return None;
        };
        if let (Lifetime::For(max), false) = (app.max_expiry, lifetime.within(app.max_expiry)) {
            errors.push(FormError::ExpiresTooLong { max });
            return None;
        }
        Some(lifetime)
    }

    fn expires(&self) -> &str {
        if self.expires == "custom" { &self.expires_custom } else { &self.expires }
    }

    fn judge_visibility(
        &self,
        owner: Option<UserId>,
        errors: &mut FormErrors,
    ) -> Option<Visibility> {
        let visibility = match self.visibility.trim() {
            "" => Ok(Visibility::default()),
            chosen => chosen.parse(),
        };
        match visibility {
            Ok(Visibility::Private) if owner.is_none() => {
                errors.push(FormError::PrivateNeedsAccount);
            }
            Err(_) => errors.push(FormError::VisibilityInvalid),
            Ok(visibility) => return Some(visibility),
        }
        None
    }

    fn into_draft(self) -> Draft {
        Draft {
            text: String::from_utf8_lossy(&self.text).into_owned(),
            expires: self.expires().to_owned(),
            title: self.title,
            syntax: self.syntax,
            visibility: self.visibility,
        }
    }
}

/// curl calls whatever it sends a form. A file has lines; a form has none.
fn looks_like_a_form(body: &[u8]) -> bool {
    body.starts_with(b"text=") && !body.iter().any(u8::is_ascii_control)
}

/// The body up to `limit` and whether there was more. Some more is read and thrown away.
pub async fn collect(body: Body, limit: usize, max_bytes: usize) -> Result<(Vec<u8>, bool)> {
    let mut stream: BodyDataStream = body.into_data_stream();
    let mut kept = Vec::new();
    let mut too_long = false;
    let mut budget = limit.saturating_add(max_bytes * DRAIN_FACTOR);
    while let Some(chunk) = stream.next().await {
        let chunk = chunk.map_err(|_| Error::BadRequest)?;
        take(&mut budget, chunk.len(), max_bytes)?;
        too_long |= kept.len() + chunk.len() > limit;
        if !too_long {
            kept.extend_from_slice(&chunk);
        }
    }
    Ok((kept, too_long))
}

async fn read_field(
    mut field: Field<'_>,
    limit: usize,
    budget: &mut usize,
) -> Result<(Vec<u8>, bool)> {
    let mut kept = Vec::new();
    let mut too_long = false;
    while let Some(chunk) = field.chunk().await.map_err(|_| Error::BadRequest)? {
        take(budget, chunk.len(), limit)?;
        // What is over the limit is kept up to one more, so that a form can show it again.
        too_long |= kept.len() + chunk.len() > limit;
        if kept.len() + chunk.len() <= limit.saturating_mul(2) {
            kept.extend_from_slice(&chunk);
        }
    }
    Ok((kept, too_long))
}

fn take(budget: &mut usize, bytes: usize, limit: usize) -> Result<()> {
    *budget = budget.checked_sub(bytes).ok_or(Error::TooLarge { limit: limit as u64 })?;
    Ok(())
}

/// As a form encodes it; what is not UTF-8 stays so, to be refused and not mended in silence.
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
    use proptest::prelude::*;

    #[test]
    fn only_the_line_ends_of_forms_are_undone() {
        assert_eq!(unix_lines(b"a\r\nb\r\n".to_vec()), b"a\nb\n");
        assert_eq!(unix_lines(b"a\rb\n\r".to_vec()), b"a\rb\n\r");
        assert_eq!(unix_lines(b"\r\r\n".to_vec()), b"\r\n");
    }

    proptest! {
        #[test]
        fn a_text_survives_the_browser(text in "[a-zа-я %&+=\n\t]{0,200}") {
            let as_browsers_do = text.replace('\n', "\r\n");
            let encoded: String = percent_encoding::utf8_percent_encode(&as_browsers_do, percent_encoding::NON_ALPHANUMERIC)
                .to_string()
                .replace("%20", "+");
            let submission = Submission::from_urlencoded(format!("text={encoded}&title=t").as_bytes(), 10_000, false).unwrap();
            prop_assert_eq!(submission.text, text.as_bytes());
            prop_assert_eq!(submission.title, "t");
        }
    }
}
