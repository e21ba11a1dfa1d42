//! Content of a Markdown element that is collected until the element ends.

use pulldown_cmark::{CodeBlockKind, Event, Tag};

#[derive(Default)]
pub enum Pending {
    #[default]
    None,
    Code {
        language: String,
        text: String,
    },
    Html(String),
    Image {
        address: String,
        alt: String,
        /// The number of elements that are open in the text of the image.
        depth: usize,
    },
}

impl Pending {
    /// The collector for an element that needs one.
    pub fn begin(tag: &Tag) -> Self {
        match tag {
            Tag::CodeBlock(kind) => Self::Code { language: language(kind), text: String::new() },
            Tag::HtmlBlock => Self::Html(String::new()),
            Tag::Image { dest_url, .. } => {
                Self::Image { address: dest_url.to_string(), alt: String::new(), depth: 0 }
            }
            _ => Self::None,
        }
    }

    /// Takes an event inside the element. True if the event ends the element.
    pub fn collect(&mut self, event: Event) -> bool {
        match (self, event) {
            (Self::Code { .. } | Self::Html(_) | Self::Image { depth: 0, .. }, Event::End(_)) => {
                return true;
            }
            (Self::Code { text, .. } | Self::Html(text), Event::Text(more) | Event::Html(more)) => {
                text.push_str(&more);
            }
            (Self::Image { alt, .. }, Event::Text(more) | Event::Code(more)) => {
                alt.push_str(&more);
            }
            (Self::Image { alt, .. }, Event::SoftBreak | Event::HardBreak) => alt.push(' '),
            (Self::Image { depth, .. }, Event::Start(_)) => *depth += 1,
            (Self::Image { depth, .. }, Event::End(_)) => *depth -= 1,
            _ => {}
        }
        false
    }
}

/// The first word after the fence.
fn language(kind: &CodeBlockKind) -> String {
    match kind {
        CodeBlockKind::Fenced(info) => info
            .split(|c: char| c.is_whitespace() || matches!(c, ',' | '{' | ':'))
            .next()
            .unwrap_or_default()
            .to_owned(),
        CodeBlockKind::Indented => String::new(),
    }
}
