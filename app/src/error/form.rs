//! Errors of form fields: the field that each belongs to, and its message in the visitor's
//! language.

use std::time::Duration;

use encoding_rs::Encoding;
use render::escape::without_invisible;

use crate::http::charset::BadByte;
use crate::ui::format;
use crate::ui::i18n::{Lang, Messages};

/// One error of one field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FormError {
    TextEmpty,
    /// Not UTF-8, or with a NUL.
    TextUnreadable {
        bad: BadByte,
        /// The encoding that the text may have.
        likely: Option<&'static Encoding>,
    },
    /// The client asks for a paste that is deleted once it was read.
    ViewLimited,
    TextTooLong {
        /// In bytes.
        limit: u64,
    },
    /// A form of the site's pages saves one text; only programs send several.
    OneTextOnly,
    TooManyTexts {
        max: u64,
    },
    /// An error of one of several texts.
    OfText {
        /// The text's name, to tell it from the others.
        name: String,
        why: Box<FormError>,
    },
    TitleTooLong {
        /// In characters.
        max: u64,
    },
    SyntaxUnknown,
    ExpiresInvalid,
    ExpiresTooLong {
        max: Duration,
    },
    /// An account would allow more.
    ExpiresTooLongAnonymous {
        max: Duration,
    },
    VisibilityInvalid,
    PrivateNeedsAccount,
    /// The form was made for a user whose session has ended.
    SessionEnded,
    /// The form was made for another user than the one who is logged in.
    AccountChanged,
    /// A field or parameter of a program's request that the site does not know.
    Unknown {
        name: String,
    },
    EmailInvalid,
    EmailTaken,
    PasswordShort {
        /// In characters.
        min: u64,
    },
    PasswordLong {
        /// In characters.
        max: u64,
    },
    PasswordWeak,
    /// The address and the password do not match an account.
    Credentials,
    TokenNameEmpty,
    TokenNameLong {
        /// In characters.
        max: u64,
    },
    TokenWithoutScope,
    TooManyTokens {
        max: u64,
    },
}

impl FormError {
    /// The name of the field that the error is shown beside.
    pub const fn field(&self) -> &'static str {
        match self {
            Self::TextEmpty
            | Self::TextUnreadable { .. }
            | Self::TextTooLong { .. }
            | Self::OneTextOnly
            | Self::TooManyTexts { .. }
            | Self::OfText { .. }
            | Self::Unknown { .. } => "text",
            Self::TitleTooLong { .. } => "title",
            Self::SyntaxUnknown => "syntax",
            Self::ExpiresInvalid
            | Self::ExpiresTooLong { .. }
            | Self::ExpiresTooLongAnonymous { .. }
            | Self::ViewLimited => "expires",
            Self::VisibilityInvalid | Self::PrivateNeedsAccount => "visibility",
            Self::EmailInvalid | Self::EmailTaken => "email",
            Self::PasswordShort { .. }
            | Self::PasswordLong { .. }
            | Self::PasswordWeak
            | Self::Credentials => "password",
            Self::TokenNameEmpty | Self::TokenNameLong { .. } | Self::TooManyTokens { .. } => {
                "name"
            }
            Self::TokenWithoutScope => "scopes",
            Self::SessionEnded | Self::AccountChanged => "account",
        }
    }

    /// Whether a text is too large, which is answered with a 413.
    pub fn is_too_large(&self) -> bool {
        match self {
            Self::TextTooLong { .. } => true,
            Self::OfText { why, .. } => why.is_too_large(),
            _ => false,
        }
    }

    /// What a program can do about it.
    pub fn advice(&self, lang: Lang) -> Option<String> {
        let messages: &Messages = lang.messages();
        match *self {
            Self::TextUnreadable { likely, ref bad } => {
                let label = likely.map_or("…", Encoding::name);
                let advice = if bad.value == 0 {
                    likely.map(|_| messages.error_text_charset(label))?
                } else {
                    messages.error_text_charset_or_lossy(label)
                };
                Some(advice.to_string())
            }
            Self::OfText { ref why, .. } => why.advice(lang),
            _ => None,
        }
    }

    /// The message for the visitor.
    pub fn message(&self, lang: Lang) -> String {
        let messages: &Messages = lang.messages();
        match *self {
            Self::OneTextOnly => messages.error_one_text_only(),
            Self::TooManyTexts { max } => messages.error_too_many_texts(format::number(lang, max)),
            Self::OfText { ref name, ref why } => {
                let name = without_invisible(name);
                return format!("{name}: {}", why.message(lang));
            }
            Self::Unknown { ref name } => messages.error_unknown(without_invisible(name)),
            Self::TextEmpty => messages.error_text_empty(),
            Self::TextUnreadable { ref bad, likely } => return unreadable(lang, bad, likely),
            Self::ViewLimited => messages.error_view_limited(),
            Self::TextTooLong { limit } => messages.error_text_too_long(format::size(lang, limit)),
            Self::TitleTooLong { max } => messages.error_title_too_long(format::number(lang, max)),
            Self::SyntaxUnknown => messages.error_syntax_unknown(),
            Self::ExpiresInvalid => messages.error_expires_invalid(),
            Self::ExpiresTooLong { max } => {
                messages.error_expires_too_long(format::duration(lang, max))
            }
            Self::ExpiresTooLongAnonymous { max } => {
                messages.error_expires_too_long_anonymous(format::duration(lang, max))
            }
            Self::VisibilityInvalid => messages.error_visibility_invalid(),
            Self::PrivateNeedsAccount => messages.error_private_needs_account(),
            Self::SessionEnded => messages.error_session_ended(),
            Self::AccountChanged => messages.error_account_changed(),
            Self::EmailInvalid => messages.error_email_invalid(),
            Self::EmailTaken => messages.error_email_taken(),
            Self::PasswordShort { min } => messages.error_password_short(format::number(lang, min)),
            Self::PasswordLong { max } => messages.error_password_long(format::number(lang, max)),
            Self::PasswordWeak => messages.error_password_weak(),
            Self::Credentials => messages.error_credentials(),
            Self::TokenNameEmpty => messages.error_token_name_empty(),
            Self::TokenNameLong { max } => {
                messages.error_token_name_long(format::number(lang, max))
            }
            Self::TokenWithoutScope => messages.error_token_without_scope(),
            Self::TooManyTokens { max } => {
                messages.error_too_many_tokens(format::number(lang, max))
            }
        }
        .to_string()
    }
}

/// What cannot be read, where it is, and the encoding that the text may have.
fn unreadable(lang: Lang, bad: &BadByte, likely: Option<&'static Encoding>) -> String {
    let messages = lang.messages();
    let number = |n: u64| format::number(lang, n);
    let (line, column, position) = (number(bad.line), number(bad.column), number(bad.position));
    let what = if bad.value == 0 {
        messages.error_text_zero_byte(column, line, position).to_string()
    } else {
        let value = format!("0x{:02X}", bad.value);
        messages.error_text_not_utf_8(column, line, position, value).to_string()
    };
    match likely {
        Some(encoding) => format!("{what} {}", messages.error_text_likely(encoding.name())),
        None => what,
    }
}

/// All errors of a form, in the order in which they were found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FormErrors(pub Vec<FormError>);

impl FormErrors {
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn push(&mut self, error: FormError) {
        self.0.push(error);
    }

    /// The first text that is not UTF-8: its first bad byte, and its likely encoding.
    pub fn unreadable(&self) -> Option<(&BadByte, Option<&'static Encoding>)> {
        self.0.iter().find_map(|error| match error {
            FormError::TextUnreadable { bad, likely } => Some((bad, *likely)),
            _ => None,
        })
    }

    /// The first error of a field. A form shows one error a field.
    pub fn of(&self, field: &str) -> Option<&FormError> {
        self.0.iter().find(|error| error.field() == field)
    }
}

impl From<FormError> for FormErrors {
    fn from(error: FormError) -> Self {
        Self(vec![error])
    }
}
