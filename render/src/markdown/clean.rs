//! The sanitiser: what leaves it is made of the elements and attributes named here.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use ammonia::{Builder, UrlRelative};

use super::elements::{TAGS, is_in_bounds};

/// Blocks whose words say in which direction they are read.
const DIRECTED: [&str; 16] = [
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
        // empty() still lets a title and a language through
        .generic_attributes(HashSet::new())
        .url_schemes(HashSet::from(["http", "https", "mailto"]))
        .url_relative(UrlRelative::Deny)
        .link_rel(Some("nofollow ugc noopener noreferrer"));
    for tag in ["p", "div", "h2", "h3", "h4", "h5", "h6", "td", "th"] {
        builder.add_tag_attribute_values(tag, "align", ["left", "center", "right"]);
    }
    for tag in DIRECTED {
        builder.set_tag_attribute_value(tag, "dir", "auto");
    }
    // a wide one is scrolled with the keyboard
    builder.set_tag_attribute_value("pre", "tabindex", "0");
    builder
});

pub fn clean(html: &str) -> String {
    SANITISER.clean(html).to_string()
}
