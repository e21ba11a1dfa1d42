//! The values of the new-paste form, and the choices that it offers.

use std::time::Duration;

use maud::Markup;

use crate::error::form::FormErrors;

/// The lifetimes offered as a row of choices. A site with a limit offers those within it.
pub const LIFETIMES: &[&str] = &["10m", "1h", "1d", "1w", "1M", "1y", "never"];

/// The values of the form's fields. A failed submit shows them again.
#[derive(Debug, Clone, Default)]
pub struct Draft {
    pub text: String,
    pub title: String,
    /// A slug of [`render::syntaxes`], or any other input.
    pub syntax: String,
    /// One of [`LIFETIMES`], or any other input.
    pub expires: String,
    pub visibility: String,
    /// The number of the user for whom the form was made; empty for an anonymous visitor.
    pub account: String,
}

/// The form as it is shown.
pub struct NewPaste<'a> {
    pub draft: &'a Draft,
    pub errors: &'a FormErrors,
    /// Why the form was refused, if it is not about its fields.
    pub problem: Option<Markup>,
    pub max_bytes: u64,
    /// Those of [`LIFETIMES`] that may be chosen.
    pub lifetimes: &'a [&'a str],
    /// The longest lifetime without an account, for a visitor who has none and could have more.
    pub longest_anonymous: Option<Duration>,
}
