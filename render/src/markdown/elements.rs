//! The elements a paste may use, and which of them stand in which.

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Has no end: `br`, `wbr`.
    Void,
    /// Stands in a line of text and is over where its block is.
    Inline,
    /// Holds only a line of text; a block that begins inside ends it: `p` and headings.
    Line,
    /// Holds only a line of text; blocks inside lose their tags.
    Caption,
    Rule,
    Block,
    /// Holds nothing but its own parts.
    Frame,
}

/// Ours for a tag of the paste, or `None` if it may not be used. The page has its own `h1`, so
/// headings go down by one; what would be a landmark of the page becomes a `div`.
pub fn ours(tag: &str) -> Option<&'static str> {
    let heading = match tag {
        "h1" => Some("h2"),
        "h2" => Some("h3"),
        "h3" => Some("h4"),
        "h4" => Some("h5"),
        "h5" | "h6" => Some("h6"),
        "strike" => Some("s"),
        "tt" => Some("code"),
        "address" | "article" | "aside" | "center" | "footer" | "header" | "main" | "nav"
        | "section" => Some("div"),
        _ => None,
    };
    heading.or_else(|| TAGS.iter().copied().find(|ours| *ours == tag))
}

/// Everything that comes out of the sanitiser is one of these.
pub const TAGS: [&str; 55] = [
    "a",
    "abbr",
    "b",
    "bdi",
    "bdo",
    "blockquote",
    "br",
    "caption",
    "cite",
    "code",
    "dd",
    "del",
    "details",
    "dfn",
    "div",
    "dl",
    "dt",
    "em",
    "figcaption",
    "figure",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "i",
    "ins",
    "kbd",
    "li",
    "mark",
    "ol",
    "p",
    "pre",
    "q",
    "s",
    "samp",
    "small",
    "span",
    "strong",
    "sub",
    "summary",
    "sup",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "time",
    "tr",
    "u",
    "ul",
    "var",
    "wbr",
];

pub fn kind(name: &str) -> Kind {
    match name {
        "br" | "wbr" => Kind::Void,
        "hr" => Kind::Rule,
        "p" | "h2" | "h3" | "h4" | "h5" | "h6" => Kind::Line,
        "caption" | "pre" | "summary" => Kind::Caption,
        "ul" | "ol" | "dl" | "table" | "thead" | "tbody" | "tfoot" | "tr" => Kind::Frame,
        "blockquote" | "dd" | "details" | "div" | "dt" | "figcaption" | "figure" | "li" | "td"
        | "th" => Kind::Block,
        _ => Kind::Inline,
    }
}

/// The elements that a part of a larger one may stand in, nearest first; empty for what may stand anywhere.
pub fn parents(name: &str) -> &'static [&'static str] {
    match name {
        "li" => &["ul", "ol"],
        "dt" | "dd" => &["dl"],
        "td" | "th" => &["tr", "tbody", "thead", "tfoot", "table"],
        "tr" => &["tbody", "thead", "tfoot", "table"],
        "caption" | "thead" | "tbody" | "tfoot" => &["table"],
        "summary" => &["details"],
        "figcaption" => &["figure"],
        _ => &[],
    }
}

/// The part that a frame gets for content that stands in it without one.
pub fn part(frame: &str) -> &'static str {
    match frame {
        "dl" => "dd",
        "table" => "tbody",
        "thead" | "tbody" | "tfoot" => "tr",
        "tr" => "td",
        _ => "li",
    }
}

pub fn accepts(frame: &str, name: &str) -> bool {
    match name {
        "td" | "th" => frame == "tr",
        "tr" => matches!(frame, "tbody" | "thead" | "tfoot"),
        _ => parents(name).contains(&frame),
    }
}

/// A tag inside does not reach beyond, unless it is a part of that very table.
pub fn is_cell(name: &str) -> bool {
    matches!(name, "td" | "th" | "caption")
}

pub fn is_of_table(name: &str) -> bool {
    is_cell(name) || matches!(name, "table" | "thead" | "tbody" | "tfoot" | "tr")
}

/// Spans multiply: a small table with large ones is slow to lay out.
const MAX_SPAN: u8 = 50;

/// Whether a number in an attribute may be kept; true for other attributes.
pub fn is_in_bounds(attribute: &str, value: &str) -> bool {
    match attribute {
        "colspan" | "rowspan" => value.parse().is_ok_and(|span: u8| span <= MAX_SPAN),
        "start" => value.parse::<i32>().is_ok(),
        _ => true,
    }
}
