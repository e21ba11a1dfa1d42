//! A text to be highlighted, and its highlighted parts.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use bytes_utils::Str;
use render::listing::Prefix;
use render::parts::{Extent, parts};

use crate::http::client_ip::ClientKey;

/// The processor time of one run over a text, whether or not a request still waits for it. The next
/// request for a part that was not reached continues the run.
const LIMIT: Duration = Duration::from_secs(2);

/// The same for a syntax that is not the paste's own. Every text has some 250 of those.
const FOREIGN_LIMIT: Duration = Duration::from_millis(500);

/// A text to be highlighted. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Source {
    text: Str,
    /// The hash of the paste's text, which this text is or is derived from.
    pub(super) sha256: Arc<[u8]>,
    pub prefix: Prefix,
    /// The client whose request needs the text. The work counts among this client's work.
    pub client: ClientKey,
    pub(super) limit: Duration,
}

impl Source {
    /// # Errors
    /// The text is not UTF-8.
    pub fn new(
        text: Bytes,
        sha256: &[u8],
        prefix: Prefix,
        client: ClientKey,
    ) -> anyhow::Result<Self> {
        let text = Str::from_inner(text).map_err(|bad| bad.utf8_error())?;
        Ok(Self { text, sha256: sha256.into(), prefix, client, limit: LIMIT })
    }

    /// The same text, to be highlighted by a syntax that is not the paste's own.
    #[must_use]
    pub fn in_foreign_syntax(self) -> Self {
        Self { limit: FOREIGN_LIMIT, ..self }
    }

    /// A text derived from this one for the same client, such as its indented JSON.
    ///
    /// # Errors
    /// The text is not UTF-8.
    pub fn derived(&self, text: Bytes) -> anyhow::Result<Self> {
        let text = Str::from_inner(text).map_err(|bad| bad.utf8_error())?;
        Ok(Self { text, prefix: Prefix::Derived, ..self.clone() })
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
    /// Why some or all of the part is plain; `None` if all of it is highlighted.
    pub plain: Option<Plain>,
    pub extent: Extent,
    /// The neighbouring parts.
    pub before: Option<Extent>,
    pub after: Option<Extent>,
}

/// Why some or all of a part is plain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Plain {
    /// Highlighting takes longer than the request waited. A later request may get more.
    NotYet,
    /// Highlighting took longer than its limit. It is not tried again soon.
    TooSlow,
    /// Only lines of more than [`render::highlight::MAX_LINE_BYTES`] are plain.
    LongLines,
}

impl HighlightedPart {
    /// Whether a later request gets the same.
    pub fn is_complete(&self) -> bool {
        matches!(self.plain, None | Some(Plain::LongLines))
    }
}

/// A rendered document, such as Markdown.
#[derive(Clone, Debug)]
pub struct Document {
    pub html: Arc<str>,
    /// False if highlighting the code in it took too long.
    pub in_time: bool,
}
