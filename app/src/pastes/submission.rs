//! A submission: the texts and options that one request sends, as a form, as files, or as a bare body.

pub mod fields;
pub mod form;
mod head;
pub mod read;
mod validate;

use std::num::NonZeroU32;

use bytes::Bytes;
use encoding_rs::Encoding;
use sha2::{Digest as _, Sha256};
use store::Visibility;

use crate::http::charset::{Source, decode_text};
use crate::lifetime::Lifetime;
use crate::pastes::submission::fields::{PasteOption, Sender};

/// The longest title, in characters.
const TITLE_MAX: usize = 200;

/// The longest field that is not a text, in bytes. A title of [`TITLE_MAX`] four-byte characters fits.
const FIELD_MAX: usize = 4096;

/// The longest text that a refused form is sent back with, in bytes.
const SENT_BACK_MAX: usize = 1 << 20;

/// The most texts in one request.
pub const TEXTS_MAX: usize = 32;

/// A submission that has been read, but not validated.
#[derive(Clone, Debug, Default)]
pub struct Submission {
    sender: Sender,
    texts: Vec<SubmittedText>,
    title: String,
    syntax: String,
    expires: String,
    expires_custom: String,
    visibility: String,
    account: String,
    anonymously: String,
    title_too_long: bool,
    /// What cannot be read of a text becomes U+FFFD.
    is_lossy: bool,
    /// The client asks for a paste that is deleted once it was read.
    is_view_limited: bool,
    /// The first field or parameter whose name is not known. It is an error only for a program.
    unknown: Option<String>,
    /// Names of texts, each with the label of its text.
    names: Vec<(String, String)>,
    /// Extensions of texts, each with the label of its text.
    extensions: Vec<(String, String)>,
}

/// One text of a submission, with the fields of the request that apply to this text alone.
#[derive(Clone, Debug, Default)]
struct SubmittedText {
    /// Connects the text with its name and extension, in forms for ix: the `1` of `f:1`.
    label: String,
    /// The name of the file, if it has one.
    name: String,
    /// A file name to detect the syntax by, if it differs from `name`.
    hint: String,
    content: Bytes,
    /// The charset that its part of a form declares.
    charset: Option<&'static Encoding>,
    /// The encoding from which `content` was decoded.
    source: Option<Source>,
    too_long: bool,
    is_file: bool,
}

/// A paste that passed validation and may be saved.
#[derive(Debug)]
pub struct ValidPaste {
    pub text: Bytes,
    /// The encoding from which the text was decoded; `None` if it came as UTF-8.
    pub source: Option<Source>,
    pub title: String,
    pub syntax: &'static str,
    /// The syntax was detected, not chosen.
    pub syntax_guessed: bool,
    pub lifetime: Lifetime,
    pub visibility: Visibility,
}

impl Submission {
    /// A text without any options.
    pub fn from_text(content: Vec<u8>) -> Self {
        let submission =
            Self { texts: vec![SubmittedText::new("", content, false)], ..Self::default() };
        submission.decoded(None, false)
    }

    /// Decodes the texts that are not UTF-8. With `is_lossy` what cannot be read becomes U+FFFD.
    #[must_use]
    pub fn decoded(mut self, charset: Option<&'static Encoding>, is_lossy: bool) -> Self {
        self.texts.iter_mut().for_each(|text| text.decode(charset, is_lossy));
        self
    }

    /// A text of a program, with the options as the program wrote them. An empty option means the
    /// default.
    pub fn from_options(
        text: Vec<u8>,
        title: String,
        syntax: String,
        expires: String,
        visibility: String,
    ) -> Self {
        let title_too_long = title.len() > FIELD_MAX;
        Self { title, syntax, expires, visibility, title_too_long, ..Self::from_text(text) }
    }

    /// A SHA-256 of the texts and options. Equal submissions have equal digests, which recognizes a
    /// repeated request.
    pub fn digest(&self) -> Vec<u8> {
        let mut digest = Sha256::new();
        for field in [&self.title, &self.syntax, &self.expires, &self.visibility] {
            digest.update((field.len() as u64).to_be_bytes());
            digest.update(field);
        }
        for text in &self.texts {
            digest.update(&text.content);
        }
        digest.finalize().to_vec()
    }

    /// Gives `name` to each text without a name. `curl -T main.rs` puts the name into the address.
    pub fn with_name(mut self, name: &str) -> Self {
        for text in self.texts.iter_mut().filter(|text| text.name.is_empty()) {
            read::base_name(name).clone_into(&mut text.name);
        }
        self
    }

    /// How many pastes this submission creates, from 1 to [`TEXTS_MAX`], for the rate limiter.
    pub fn count(&self) -> NonZeroU32 {
        let count = u32::try_from(self.texts.len().min(TEXTS_MAX)).ok();
        count.and_then(NonZeroU32::new).unwrap_or(NonZeroU32::MIN)
    }

    /// The size of all texts, for the rate limiter.
    pub fn bytes(&self) -> u64 {
        self.texts.iter().map(|text| text.content.len() as u64).sum()
    }

    fn option_mut(&mut self, option: PasteOption) -> &mut String {
        match option {
            PasteOption::Title => &mut self.title,
            PasteOption::Syntax => &mut self.syntax,
            PasteOption::Expires => &mut self.expires,
            PasteOption::ExpiresCustom => &mut self.expires_custom,
            PasteOption::Visibility => &mut self.visibility,
            PasteOption::Account => &mut self.account,
            PasteOption::Anonymously => &mut self.anonymously,
        }
    }
}

impl SubmittedText {
    fn new(name: &str, content: Vec<u8>, too_long: bool) -> Self {
        Self { name: name.to_owned(), content: content.into(), too_long, ..Self::default() }
    }

    /// Decodes a text that is not UTF-8, if its encoding is known or `is_lossy` is set.
    fn decode(&mut self, charset: Option<&'static Encoding>, is_lossy: bool) {
        if let Some(decoded) = decode_text(&self.content, charset, is_lossy) {
            self.content = decoded.text.into();
            self.source = Some(decoded.source);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_text_of_a_browser_form_is_read_unchanged(text in "[a-zа-я %&+=\n\t]{0,200}") {
            let as_browsers_do = text.replace('\n', "\r\n");
            let encoded: String = percent_encoding::utf8_percent_encode(&as_browsers_do, percent_encoding::NON_ALPHANUMERIC)
                .to_string()
                .replace("%20", "+");
            let mut submission = Submission { sender: Sender::Browser, ..Submission::default() };
            let form = format!("text={encoded}&title=t");
            for field in submission.urlencoded_fields(form.as_bytes(), 10_000, false) {
                submission.set_field(field, None);
            }
            prop_assert_eq!(&submission.texts[0].content, text.as_bytes());
            prop_assert_eq!(submission.title, "t");
        }
    }
}
