//! Validates a submission: the pastes to save, or every error in it.

use render::detect::detect;
use render::syntaxes::{self, Syntax};
use store::{UserId, Visibility};

use crate::error::form::{FormError, FormErrors};
use crate::error::{Error, Result};
use crate::http::charset::{first_bad_byte, guess_text};
use crate::lifetime::Lifetime;
use crate::pastes::draft::Draft;
use crate::pastes::submission::fields::Sender;
use crate::pastes::submission::{
    SENT_BACK_MAX, Submission, SubmittedText, TEXTS_MAX, TITLE_MAX, ValidPaste,
};
use crate::state::App;
use crate::ui::format::one_line;

/// The largest file that a refused form shows as a text, in bytes.
const SHOWN_FILE_MAX: usize = 1024 * 1024;

impl Submission {
    /// The paste of a program that sends one text. `owner` is the account that it will belong to.
    ///
    /// # Errors
    /// An [`Error::fields`] with every invalid field.
    pub fn validate_one(self, app: &App, owner: Option<UserId>) -> Result<ValidPaste> {
        let mut valid = self.validate(app, owner).map_err(|invalid| Error::fields(invalid.1))?;
        valid.pop().ok_or_else(|| anyhow::anyhow!("a valid submission without a text").into())
    }

    /// The pastes of all texts. `owner` is the account that they will belong to.
    ///
    /// # Errors
    /// Every invalid field, with the form to show again. If one text is invalid, no paste is
    /// returned.
    pub fn validate(
        self,
        app: &App,
        owner: Option<UserId>,
    ) -> Result<Vec<ValidPaste>, Box<(Draft, FormErrors)>> {
        let texts = self.texts_to_save();
        if let Some(error) = self.validate_count(&texts) {
            return Err(Box::new((self.draft(), error.into())));
        }
        let mut errors = FormErrors::default();
        let title = self.validate_title(&mut errors);
        let syntax = self.validate_syntax(&mut errors);
        let lifetime = self.validate_lifetime(app, owner, &mut errors);
        let visibility = self.validate_visibility(owner, &mut errors);
        validate_texts(&texts, app.max_paste_bytes, &mut errors);
        match (title, syntax, lifetime, visibility) {
            (Some(title), Some(syntax), Some(lifetime), Some(visibility)) if errors.is_empty() => {
                let valid = |text: &&SubmittedText| ValidPaste {
                    text: text.content.clone(),
                    source: text.source,
                    title: if title.is_empty() { one_line(&text.name) } else { title.clone() },
                    syntax: syntax.unwrap_or_else(|| text.detect_syntax(&title)).slug,
                    syntax_guessed: syntax.is_none(),
                    lifetime,
                    visibility,
                };
                Ok(texts.iter().map(valid).collect())
            }
            _ => Err(Box::new((self.draft(), errors))),
        }
    }

    /// If there are files, the other texts are left out: all of a browser's, because the editor may
    /// still hold an old text, and the empty ones of a program.
    fn texts_to_save(&self) -> Vec<&SubmittedText> {
        let any_file = self.texts.iter().any(|text| text.is_file);
        let is_leftover = |text: &SubmittedText| {
            any_file && !text.is_file && (self.sender == Sender::Browser || text.content.is_empty())
        };
        self.texts.iter().filter(|text| !is_leftover(text)).collect()
    }

    /// An unknown field, a lifetime that this site does not offer, no text, or too many texts.
    fn validate_count(&self, texts: &[&SubmittedText]) -> Option<FormError> {
        if let Some(name) = &self.unknown {
            return Some(FormError::Unknown { name: one_line(name) });
        }
        if self.is_view_limited {
            return Some(FormError::ViewLimited);
        }
        match texts.len() {
            0 => Some(FormError::TextEmpty),
            1 => None,
            _ if self.sender != Sender::Program => Some(FormError::OneTextOnly),
            n if n > TEXTS_MAX => Some(FormError::TooManyTexts { max: TEXTS_MAX as u64 }),
            _ => None,
        }
    }

    /// Empty if no title was chosen.
    fn validate_title(&self, errors: &mut FormErrors) -> Option<String> {
        let title = one_line(&self.title);
        if self.title_too_long || is_too_long(&title) {
            errors.push(title_too_long());
            return None;
        }
        Some(title)
    }

    /// `Some(None)` if the syntax is to be detected.
    #[expect(
        clippy::option_option,
        reason = "outer: whether it is valid; inner: whether it was chosen"
    )]
    fn validate_syntax(&self, errors: &mut FormErrors) -> Option<Option<&'static Syntax>> {
        if matches!(self.syntax.trim(), "" | syntaxes::AUTO) {
            return Some(None);
        }
        let syntax = syntaxes::find(&self.syntax);
        if syntax.is_none() {
            errors.push(FormError::SyntaxUnknown);
        }
        syntax.map(Some)
    }

    fn validate_lifetime(
        &self,
        app: &App,
        owner: Option<UserId>,
        errors: &mut FormErrors,
    ) -> Option<Lifetime> {
        let lifetimes = app.lifetimes;
        if self.expires.trim().is_empty() {
            return Some(lifetimes.default(owner.is_none()));
        }
        let until_moment = || Lifetime::until_epoch_millis(self.expires(), app.clock.now());
        let Some(lifetime) = self.expires().parse().ok().or_else(until_moment) else {
            errors.push(FormError::ExpiresInvalid);
            return None;
        };
        let longest = lifetimes.max(owner.is_none());
        let Lifetime::For(max) = longest else { return Some(lifetime) };
        if lifetime.within(longest) {
            return Some(lifetime);
        }
        errors.push(if lifetime.within(lifetimes.max(false)) {
            FormError::ExpiresTooLongAnonymous { max }
        } else {
            FormError::ExpiresTooLong { max }
        });
        None
    }

    fn expires(&self) -> &str {
        if self.expires == "custom" { &self.expires_custom } else { &self.expires }
    }

    fn validate_visibility(
        &self,
        owner: Option<UserId>,
        errors: &mut FormErrors,
    ) -> Option<Visibility> {
        let visibility = match self.visibility.trim() {
            "" => Ok(Visibility::default()),
            name => name.parse(),
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

    /// Whether the form was made for another user than the one who sends it: a session that has ended
    /// must not save a text for everybody to read, and no text goes into another one's list.
    pub fn account_error(&self, user: Option<UserId>) -> Option<FormError> {
        if self.account.is_empty() || !self.anonymously.is_empty() {
            return None;
        }
        match user {
            None => Some(FormError::SessionEnded),
            Some(user) if user.0.to_string() != self.account => Some(FormError::AccountChanged),
            Some(_) => None,
        }
    }

    /// The form to send back with a refusal; `None` if it has a file or too long a text.
    pub fn draft_to_send_back(&self) -> Option<Draft> {
        let is_sent_back =
            |text: &SubmittedText| !text.is_file && text.content.len() <= SENT_BACK_MAX;
        self.texts.iter().all(is_sent_back).then(|| self.draft())
    }

    /// The form to show again; empty for a program, which is shown none.
    pub fn draft(&self) -> Draft {
        if self.sender != Sender::Browser {
            return Draft::default();
        }
        let typed = self.texts.iter().find(|text| !text.is_file && !text.content.is_empty());
        let shown = typed.or_else(|| self.texts.iter().find(|text| text.is_unreadable_but_short()));
        let text = shown.map(|text| String::from_utf8_lossy(&text.content).into_owned());
        let name = shown.map(|text| one_line(&text.name)).unwrap_or_default();
        Draft {
            text: text.unwrap_or_default(),
            expires: self.expires().to_owned(),
            title: if self.title.is_empty() { name } else { self.title.clone() },
            syntax: self.syntax.clone(),
            visibility: self.visibility.clone(),
            account: self.account.clone(),
        }
    }
}

impl SubmittedText {
    fn validate(&self, max_bytes: usize) -> Option<FormError> {
        if self.too_long || self.content.len() > max_bytes {
            Some(FormError::TextTooLong { limit: max_bytes as u64 })
        } else if self.content.is_empty() {
            Some(FormError::TextEmpty)
        } else if let Some(bad) = first_bad_byte(&self.content) {
            Some(FormError::TextUnreadable { bad, likely: guess_text(&self.content, &bad) })
        } else if is_too_long(&one_line(&self.name)) {
            Some(title_too_long())
        } else {
            None
        }
    }

    /// Whether the form shows this file as a text, with U+FFFD in place of what cannot be read. A
    /// browser without scripts forgets the file that was chosen.
    fn is_unreadable_but_short(&self) -> bool {
        let bad = first_bad_byte(&self.content);
        self.content.len() <= SHOWN_FILE_MAX
            && !self.too_long
            && bad.is_some_and(|bad| bad.value != 0)
    }

    fn detect_syntax(&self, title: &str) -> &'static Syntax {
        let name = match (self.hint.as_str(), self.name.as_str()) {
            ("", "") => title,
            // A file name may contain spaces; only its last word has the extension.
            ("", name) => name.split_whitespace().last().unwrap_or(""),
            (hint, _) => hint,
        };
        detect(name, std::str::from_utf8(&self.content).unwrap_or(""))
    }
}

/// If there are several texts, each error names its text.
fn validate_texts(texts: &[&SubmittedText], max_bytes: usize, errors: &mut FormErrors) {
    for (text, number) in texts.iter().zip(1_usize..) {
        let Some(error) = text.validate(max_bytes) else { continue };
        errors.push(if texts.len() == 1 {
            error
        } else {
            let name = one_line(&text.name);
            let name = if name.is_empty() { format!("#{number}") } else { name };
            FormError::OfText { name, why: Box::new(error) }
        });
    }
}

fn is_too_long(title: &str) -> bool {
    title.chars().count() > TITLE_MAX
}

fn title_too_long() -> FormError {
    FormError::TitleTooLong { max: TITLE_MAX as u64 }
}
