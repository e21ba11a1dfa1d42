//! The context of a page: its visitor's language, theme and account, and its address.

use crate::ui::i18n::{Lang, Messages};
use crate::ui::links::split_base;

/// The colours of the pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Theme {
    #[default]
    System,
    Light,
    Dark,
}

impl Theme {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        [Self::System, Self::Light, Self::Dark].into_iter().find(|theme| theme.as_str() == name)
    }

    /// The theme that the button in the header switches to.
    #[must_use]
    pub const fn next(self) -> Self {
        match self {
            Self::System => Self::Light,
            Self::Light => Self::Dark,
            Self::Dark => Self::System,
        }
    }
}

/// A message about an action that has just succeeded. The next page shows it once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flash {
    Created,
    Deleted,
    Registered,
    LoggedOut,
    /// The browser has forgotten the session, but the server could not end it.
    LoggedOutHere,
    Revoked,
}

/// The context of a page: for whom it is rendered, and where.
#[derive(Debug, Clone, Copy)]
pub struct PageContext<'a> {
    pub lang: Lang,
    pub theme: Theme,
    /// The visitor's email.
    pub user: Option<&'a str>,
    /// The path and query of this page, to return to.
    pub path: &'a str,
    /// The address of the site as the visitor reaches it, without a slash at the end.
    pub public_url: &'a str,
    pub flash: Option<Flash>,
    /// Whether long lines wrap; `None` if the visitor has not chosen.
    pub wrap: Option<bool>,
}

impl PageContext<'_> {
    /// The path of `public_url`, with which the address of every page and form begins: empty, or
    /// `/paste`.
    pub fn base(&self) -> &str {
        split_base(self.public_url).1
    }

    /// Scheme and host of `public_url`.
    pub fn origin(&self) -> &str {
        split_base(self.public_url).0
    }

    /// A path of this site as the browser has to ask for it.
    pub fn href(&self, path: &str) -> String {
        format!("{}{path}", self.base())
    }

    pub fn messages(&self) -> &'static Messages {
        self.lang.messages()
    }
}
