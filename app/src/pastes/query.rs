//! The query strings of a paste's pages and fragments.

use render::listing::Lines;
use serde::Deserialize;

/// `?part=2&lines=120-130` of a page that shows the source text.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
pub struct SourceQuery {
    /// The lines to mark. Without `part`, the page shows the part that has the first of them.
    pub lines: Option<Lines>,
    /// The part to show, from 1.
    pub part: Option<u64>,
}

/// `?q=word&hit=3` of a page that shows a text and the lines with a word.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct FindQuery {
    #[serde(default)]
    pub q: String,
    /// Which of the lines found to show, from 1.
    pub hit: Option<u64>,
}

/// `?made=2` or `?row=1001` of a page that shows a view derived from the text.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
pub struct DerivedQuery {
    /// The part of the indented JSON to show, from 1.
    #[serde(rename = "made")]
    pub part: Option<u64>,
    /// The first row of the table to show, from 1.
    pub row: Option<usize>,
}

/// `?part=2&side=after` of a fragment with another part of a text.
#[derive(Clone, Copy, Debug, Deserialize)]
pub struct PartQuery {
    /// From 1.
    pub part: u64,
    pub side: Side,
}

/// The side of the parts on the page at which another part is inserted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Side {
    Before,
    After,
}

impl Side {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Before => "before",
            Self::After => "after",
        }
    }
}
