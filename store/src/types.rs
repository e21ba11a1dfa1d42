//! Ids of pastes and users, and the visibility of a paste.

use std::fmt;
use std::str::FromStr;

use crate::log_hash::LogHash;

/// The id of a paste, which is its link: 12 characters of base58 (no `0`, `O`, `I`, `l`).
///
/// It is the secret of an unlisted paste, so no log has it: there stands [`PasteId::log_hash`], and
/// `Debug` shows that alone.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct PasteId(String);

impl fmt::Debug for PasteId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PasteId(#{})", self.log_hash())
    }
}

/// The text is not a [`PasteId`].
#[derive(Debug, thiserror::Error)]
#[error("not a paste id: 12 characters of base58 are")]
pub struct BadId;

impl PasteId {
    /// In characters, which are bytes.
    pub const LENGTH: usize = 12;

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What stands for the id in logs and errors.
    pub fn log_hash(&self) -> LogHash {
        LogHash::of(&self.0)
    }
}

impl FromStr for PasteId {
    type Err = BadId;

    fn from_str(id: &str) -> Result<Self, BadId> {
        let base58 = |b: u8| b.is_ascii_alphanumeric() && !b"0OIl".contains(&b);
        if id.len() == Self::LENGTH && id.bytes().all(base58) {
            Ok(Self(id.to_owned()))
        } else {
            Err(BadId)
        }
    }
}

impl TryFrom<String> for PasteId {
    type Error = BadId;

    fn try_from(id: String) -> Result<Self, BadId> {
        id.parse()
    }
}

impl fmt::Display for PasteId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The id of a user: a random number of 53 bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, sqlx::Type)]
#[sqlx(transparent)]
pub struct UserId(pub i64);

/// Who may read a paste.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Visibility {
    /// Everyone who has the link.
    #[default]
    Unlisted,
    /// Everyone. The paste is listed as recent.
    Public,
    /// Its owner only.
    Private,
}

/// The text is not a [`Visibility`].
#[derive(Debug, thiserror::Error)]
#[error("not a visibility: unlisted, public and private are")]
pub struct BadVisibility;

impl Visibility {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unlisted => "unlisted",
            Self::Public => "public",
            Self::Private => "private",
        }
    }
}

impl FromStr for Visibility {
    type Err = BadVisibility;

    fn from_str(visibility: &str) -> Result<Self, BadVisibility> {
        match visibility {
            "unlisted" => Ok(Self::Unlisted),
            "public" => Ok(Self::Public),
            "private" => Ok(Self::Private),
            _ => Err(BadVisibility),
        }
    }
}

impl TryFrom<String> for Visibility {
    type Error = BadVisibility;

    fn try_from(visibility: String) -> Result<Self, BadVisibility> {
        visibility.parse()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn twelve_base58_characters_are_an_id(id in "[1-9A-HJ-NP-Za-km-z]{12}") {
            prop_assert_eq!(id.parse::<PasteId>().unwrap().to_string(), id);
        }

        #[test]
        fn other_lengths_and_characters_are_refused(id in "[1-9A-HJ-NP-Za-km-z]{0,11}|[1-9A-HJ-NP-Za-km-z]{13,20}|.{11}[0OIl/. %é]") {
            prop_assert!(id.parse::<PasteId>().is_err());
        }
    }
}
