//! A text to be highlighted, and its highlighted parts.

use std::sync::Arc;

use bytes::Bytes;
use bytes_utils::Str;
use render::listing::Prefix;
use render::parts::{Extent, parts};

/// A text to be highlighted. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Source {
    text: Str,
    /// The hash of the paste's text, which this text is or is derived from.
    pub(super) sha256: Arc<[u8]>,
    pub prefix: Prefix,
}

impl Source {
    /// # Errors
    /// The text is not UTF-8.
    pub fn new(text: Bytes, sha256: &[u8], prefix: Prefix) -> anyhow::Result<Self> {
        let text = Str::from_inner(text).map_err(|bad| bad.utf8_error())?;
        Ok(Self { text, sha256: sha256.into(), prefix })
    }

    pub fn text(&self) -> &str {
        &self.text
    }

    pub fn lines(&self) -> u64 {
        parts(self.text()).last().map_or(0, |part| part.extent.last_line)
    }

    /// The number of the part that contains `line`; of the last part if the text is shorter.
    pub fn part_of_line(&self, line: u64) -> u64 {
        let mut number = 1;
        for part in parts(self.text()) {
            number = part.extent.number;
            if line <= part.extent.last_line {
                break;
            }
        }
        number
    }
}

/// A part of a text as it is shown.
#[derive(Clone, Debug)]
pub struct HighlightedPart {
    pub html: Arc<str>,
    /// False if highlighting took too long and the part is plain instead.
    pub in_time: bool,
    pub extent: Extent,
    /// The neighbouring parts.
    pub before: Option<Extent>,
    pub after: Option<Extent>,
}

/// A rendered document, such as Markdown.
#[derive(Clone, Debug)]
pub struct Document {
    pub html: Arc<str>,
    /// False if highlighting the code in it took too long.
    pub in_time: bool,
}
