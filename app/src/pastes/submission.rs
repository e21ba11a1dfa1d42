//! What a visitor sends: a form, files, or a bare text.

pub mod fields;
pub mod read;
mod validate;

use std::num::NonZeroU32;

use bytes::Bytes;
use sha2::{Digest as _, Sha256};
use store::Visibility;

use crate::lifetime::Lifetime;
use crate::pastes::submission::fields::{PasteOption, Sender};

/// In characters.
const TITLE_MAX: usize = 200;

/// A field that is not the text, in bytes: a title of [`TITLE_MAX`] of the longest characters fits.
const FIELD_MAX: usize = 4096;

/// The most texts that one request may bring.
pub const TEXTS_MAX: usize = 32;

/// What was sent, before anybody valid it.
#[derive(Debug, Default)]
pub struct Submission {
    sender: Sender,
    texts: Vec<SubmittedText>,
    title: String,
    syntax: String,
    expires: String,
    expires_custom: String,
    visibility: String,
    title_too_long: bool,
    /// The first thing that nobody here knows.
    unknown: Option<String>,
    /// By the label of their text.
    names: Vec<(String, String)>,
    extensions: Vec<(String, String)>,
}

/// One text, with what was said of it alone.
#[derive(Debug, Default)]
struct SubmittedText {
    label: String,
    /// The file's, or none.
    name: String,
    /// A name to detect the syntax by, where it is not the file's.
    hint: String,
    content: Bytes,
    too_long: bool,
    is_file: bool,
}

/// What may be saved.
#[derive(Debug)]
pub struct ValidPaste {
    pub text: Bytes,
    pub title: String,
    pub syntax: &'static str,
    /// Nobody chose it.
    pub syntax_guessed: bool,
    pub lifetime: Lifetime,
    pub visibility: Visibility,
}

impl Submission {
    /// A text of which nothing is said.
    pub fn bare(content: Vec<u8>) -> Self {
        let text = SubmittedText { content: content.into(), ..SubmittedText::default() };
        Self { texts: vec![text], ..Self::default() }
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
        Self { title, syntax, expires, visibility, title_too_long, ..Self::bare(text) }
    }

    /// Two that ask for the same have the same.
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

    /// The name of what was sent bare, as `curl -T main.rs` puts it into the address.
    pub fn named(mut self, name: &str) -> Self {
        for text in self.texts.iter_mut().filter(|text| text.name.is_empty()) {
            name.clone_into(&mut text.name);
        }
        self
    }

    /// How many pastes it would be.
    pub fn count(&self) -> NonZeroU32 {
        let count = u32::try_from(self.texts.len().min(TEXTS_MAX)).ok();
        count.and_then(NonZeroU32::new).unwrap_or(NonZeroU32::MIN)
    }

    fn option_mut(&mut self, option: PasteOption) -> &mut String {
        match option {
            PasteOption::Title => &mut self.title,
            PasteOption::Syntax => &mut self.syntax,
            PasteOption::Expires => &mut self.expires,
            PasteOption::ExpiresCustom => &mut self.expires_custom,
            PasteOption::Visibility => &mut self.visibility,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_text_survives_the_browser(text in "[a-zа-я %&+=\n\t]{0,200}") {
            let as_browsers_do = text.replace('\n', "\r\n");
            let encoded: String = percent_encoding::utf8_percent_encode(&as_browsers_do, percent_encoding::NON_ALPHANUMERIC)
                .to_string()
                .replace("%20", "+");
            let mut submission = Submission { sender: Sender::Browser, ..Submission::default() };
            submission.read_urlencoded(format!("text={encoded}&title=t").as_bytes(), 10_000, false).unwrap();
            prop_assert_eq!(&submission.texts[0].content, text.as_bytes());
            prop_assert_eq!(submission.title, "t");
        }
    }
}
