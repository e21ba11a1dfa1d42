//! The values of `--visibility`. The comments are lines of the help text.

use clap::ValueEnum;

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Visibility {
    /// Whoever has the link
    Unlisted,
    /// Whoever has the link, and it is listed
    Public,
    /// Only you; needs a token
    Private,
}

impl Visibility {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Unlisted => "unlisted",
            Self::Public => "public",
            Self::Private => "private",
        }
    }
}
