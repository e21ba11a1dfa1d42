//! The sanitiser: its output contains only the elements and attributes listed here.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use ammonia::{Builder, UrlRelative};

use super::elements::{TAGS, is_in_bounds};

/// Blocks whose text decides the direction in which they are read.
const AUTO_DIRECTION: [&str; 16] = [
    "blockquote",
    "caption",
    "dd",
    "div",
    "dt",
    "figcaption",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "li",
    "p",
    "summary",
    "td",
    "th",
];

static SANITISER: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut builder = Builder::empty();
    builder
        .tags(HashSet::from(TAGS))
        .clean_content_tags(HashSet::from(["script", "style", "iframe", "title", "textarea"]))
        .tag_attributes(HashMap::from([
            ("a", HashSet::from(["href", "title"])),
            ("abbr", HashSet::from(["title"])),
            ("details", HashSet::from(["open"])),
            ("dfn", HashSet::from(["title"])),
            ("ol", HashSet::from(["start"])),
            ("td", HashSet::from(["colspan", "rowspan"])),
            ("th", HashSet::from(["colspan", "rowspan"])),
        ]))
        .attribute_filter(|_, attribute, value| {
            is_in_bounds(attribute, value).then_some(value.into())
        })
        // `empty()` still allows `title` and `lang` everywhere.
        .generic_attributes(HashSet::new())
        .url_schemes(HashSet::from(["http", "https", "mailto"]))
        .url_relative(UrlRelative::Deny)
        .link_rel(Some("nofollow ugc noopener noreferrer"));
    for tag in ["p", "div", "h2", "h3", "h4", "h5", "h6", "td", "th"] {
        builder.add_tag_attribute_values(tag, "align", ["left", "center", "right"]);
    }
    for tag in AUTO_DIRECTION {
        builder.set_tag_attribute_value(tag, "dir", "auto");
    }
    // With the keyboard, a wide block can be scrolled only if it has the focus.
    builder.set_tag_attribute_value("pre", "tabindex", "0");
    builder
});

pub fn sanitise(html: &str) -> String {
    SANITISER.clean(html).to_string()
}
