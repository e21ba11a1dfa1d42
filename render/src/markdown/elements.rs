//! The elements that a paste may use, and which of them may contain which.

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Stands in a line of text and has no end tag: `br`, `wbr`.
    Void,
    /// Stands in a line of text, and ends with the block around it.
    Inline,
    /// Contains only text, and ends where a block begins: `p` and headings.
    TextBlock,
    /// Contains only text. A block that begins inside loses its tags: `caption`, `pre`, `summary`.
    ClosedText,
    /// `hr`: a block without an end tag.
    Rule,
    Block,
    /// Contains only its own parts: lists, tables and rows.
    Container,
}

/// The element that is written for a tag of the paste. `None` if the tag is not allowed. The page has
/// its own `h1`, so headings go down by one level. Landmarks of a page become a `div`.
pub fn allowed_element(tag: &str) -> Option<&'static str> {
    let renamed = match tag {
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
    renamed.or_else(|| TAGS.iter().copied().find(|allowed| *allowed == tag))
}

/// The only elements that the sanitiser leaves.
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
        "p" | "h2" | "h3" | "h4" | "h5" | "h6" => Kind::TextBlock,
        "caption" | "pre" | "summary" => Kind::ClosedText,
        "ul" | "ol" | "dl" | "table" | "thead" | "tbody" | "tfoot" | "tr" => Kind::Container,
        "blockquote" | "dd" | "details" | "div" | "dt" | "figcaption" | "figure" | "li" | "td"
        | "th" => Kind::Block,
        _ => Kind::Inline,
    }
}

/// The elements that this one must stand in, nearest first. Empty if it may stand anywhere.
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

/// The part of a container that is opened for content that stands in the container directly.
pub fn default_child(container: &str) -> &'static str {
    match container {
        "dl" => "dd",
        "table" => "tbody",
        "thead" | "tbody" | "tfoot" => "tr",
        "tr" => "td",
        _ => "li",
    }
}

/// Whether an element may stand in a container directly.
pub fn may_contain(container: &str, name: &str) -> bool {
    match name {
        "td" | "th" => container == "tr",
        "tr" => matches!(container, "tbody" | "thead" | "tfoot"),
        _ => parents(name).contains(&container),
    }
}

/// An end tag inside a cell closes nothing outside it, unless it belongs to the same table.
pub fn is_cell(name: &str) -> bool {
    matches!(name, "td" | "th" | "caption")
}

pub fn is_table_part(name: &str) -> bool {
    is_cell(name) || matches!(name, "table" | "thead" | "tbody" | "tfoot" | "tr")
}

/// Spans multiply, so a small table with large spans is slow to lay out.
const MAX_SPAN: u8 = 50;

/// Whether the number in an attribute may be kept. True for attributes that are no numbers.
pub fn is_in_bounds(attribute: &str, value: &str) -> bool {
    match attribute {
        "colspan" | "rowspan" => value.parse().is_ok_and(|span: u8| span <= MAX_SPAN),
        "start" => value.parse::<i32>().is_ok(),
        _ => true,
    }
}
