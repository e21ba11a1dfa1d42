//! The HTML in a paste: its tags, as far as they may be used.

use std::cell::RefCell;

use html5ever::buffer_queue::BufferQueue;
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{
    Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts,
};

use super::elements::{is_in_bounds, ours};
use super::links::{MAX_ATTRIBUTE_BYTES, allowed, allowed_on_web};
use super::marks::Marks;
use super::writer::{Writer, attribute};

/// Writes a piece of HTML. What is open at its end stays open, except for comments and the like:
/// these end with the piece, and cannot swallow the Markdown that follows.
pub fn write(html: &str, writer: &mut Writer, marks: &mut Marks) {
    let mut hidden = false;
    for token in tokens(html) {
        match token {
            Token::TagToken(tag) => {
                hidden = tag.kind == TagKind::StartTag && hides_content(&tag).is_some();
                write_tag(&tag, writer, marks);
            }
            Token::CharacterTokens(text) if !hidden => writer.text(&text, marks),
            _ => {}
        }
    }
}

/// The tokeniser compares each attribute of a tag with all before it. What follows a tag or a
/// comment longer than this is dropped with it, as far as the piece goes.
const MAX_TAG_BYTES: usize = 32 << 10;
const FED_BYTES: usize = 4 << 10;

fn tokens(html: &str) -> Vec<Token> {
    let input = BufferQueue::default();
    let tokenizer = Tokenizer::new(Tokens::default(), TokenizerOpts::default());
    let (mut rest, mut seen, mut fed) = (html, 0, 0);
    while !rest.is_empty() && fed <= MAX_TAG_BYTES {
        let (beginning, end) = rest.split_at(rest.floor_char_boundary(FED_BYTES));
        input.push_back(StrTendril::from_slice(beginning));
        let _ = tokenizer.feed(&input);
        let found = tokenizer.sink.0.borrow().len();
        fed = if found > seen { 0 } else { fed + beginning.len() };
        (rest, seen) = (end, found);
    }
    tokenizer.end();
    tokenizer.sink.0.into_inner()
}

#[derive(Default)]
struct Tokens(RefCell<Vec<Token>>);

impl TokenSink for Tokens {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        let hides = match &token {
            Token::TagToken(tag) if tag.kind == TagKind::StartTag => hides_content(tag),
            Token::TagToken(_) | Token::CharacterTokens(_) => None,
            _ => return TokenSinkResult::Continue,
        };
        self.0.borrow_mut().push(token);
        hides.map_or(TokenSinkResult::Continue, TokenSinkResult::RawData)
    }
}

/// What is in these is no text for a reader.
fn hides_content(tag: &Tag) -> Option<RawKind> {
    match &*tag.name {
        "title" | "textarea" => Some(RawKind::Rcdata),
        "script" | "style" | "iframe" | "noembed" | "noframes" | "xmp" => Some(RawKind::Rawtext),
        _ => None,
    }
}

fn write_tag(tag: &Tag, writer: &mut Writer, marks: &mut Marks) {
    let start = tag.kind == TagKind::StartTag;
    if start && &*tag.name == "img" {
        return image(value(tag, "src"), value(tag, "alt"), writer, marks);
    }
    let Some(name) = ours(&tag.name) else { return };
    let attributes = if start { attributes(name, tag) } else { String::new() };
    if !start {
        writer.close_raw(name, marks);
    } else if name != "a" || !attributes.is_empty() {
        writer.open_raw(name, &attributes, marks);
    }
}

/// A link to the image, since nothing that a paste names may be loaded.
pub fn image(address: &str, alt: &str, writer: &mut Writer, marks: &mut Marks) {
    let address = allowed_on_web(address);
    let words = Some(alt.trim()).filter(|alt| !alt.is_empty()).or(address).unwrap_or_default();
    if let Some(address) = address.filter(|_| !writer.is_inside("a")) {
        writer.open("a", &attribute("href", address), marks);
        writer.text(words, marks);
        writer.close(marks);
    } else {
        writer.text(words, marks);
    }
}

fn value<'a>(tag: &'a Tag, name: &str) -> &'a str {
    tag.attrs
        .iter()
        .find(|attribute| &*attribute.name.local == name)
        .map_or("", |found| &found.value)
}

/// The attributes that may be kept, as they are written.
fn attributes(name: &str, tag: &Tag) -> String {
    let mut html = String::new();
    for candidate in &tag.attrs {
        let (key, value) = (&*candidate.name.local, &*candidate.value);
        let keep = match (name, key) {
            ("a", "href") => allowed(value).is_some(),
            ("abbr" | "dfn", "title") => value.len() <= MAX_ATTRIBUTE_BYTES,
            ("details", "open") => value.is_empty(),
            ("p" | "div" | "h2" | "h3" | "h4" | "h5" | "h6" | "td" | "th", "align") => {
                matches!(value, "left" | "center" | "right")
            }
            ("td" | "th", "colspan" | "rowspan") | ("ol", "start") => is_in_bounds(key, value),
            _ => false,
        };
        if keep {
            html += &attribute(key, value);
        }
    }
    if &*tag.name == "center" {
        html += " align=\"center\"";
    }
    html
}
