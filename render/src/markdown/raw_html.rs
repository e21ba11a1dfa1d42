//! Writes the HTML in a paste, as far as its tags are allowed.

use std::cell::RefCell;

use html5ever::buffer_queue::BufferQueue;
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{
    Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts,
};

use super::elements::{allowed_element, is_in_bounds};
use super::escape::attribute;
use super::links::{MAX_ATTRIBUTE_BYTES, allowed, allowed_on_web};
use super::writer::Writer;

/// Writes a piece of HTML. Elements that are open at its end stay open. Comments and hidden content
/// end with the piece, so they cannot swallow the Markdown after it.
pub fn write(html: &str, writer: &mut Writer) {
    let mut is_hidden = false;
    for token in tokens(html) {
        match token {
            Token::TagToken(tag) => {
                is_hidden = tag.kind == TagKind::StartTag && hidden_content(&tag).is_some();
                write_tag(&tag, writer);
            }
            Token::CharacterTokens(text) if !is_hidden => writer.text(&text),
            _ => {}
        }
    }
}

/// The tokeniser compares each attribute of a tag with all those before it. So a tag or a comment
/// that is longer than this is dropped, together with the rest of the piece.
const MAX_TAG_BYTES: usize = 32 << 10;
/// The tokeniser gets this many bytes at a time.
const CHUNK_BYTES: usize = 4 << 10;

fn tokens(html: &str) -> Vec<Token> {
    let input = BufferQueue::default();
    let tokenizer = Tokenizer::new(Tokens::default(), TokenizerOpts::default());
    // `pending` bytes have gone in since the last token came out.
    let (mut rest, mut count, mut pending) = (html, 0, 0);
    while !rest.is_empty() && pending <= MAX_TAG_BYTES {
        let (chunk, after) = rest.split_at(rest.floor_char_boundary(CHUNK_BYTES));
        input.push_back(StrTendril::from_slice(chunk));
        let _ = tokenizer.feed(&input);
        let new_count = tokenizer.sink.0.borrow().len();
        pending = if new_count > count { 0 } else { pending + chunk.len() };
        (rest, count) = (after, new_count);
    }
    tokenizer.end();
    tokenizer.sink.0.into_inner()
}

#[derive(Default)]
struct Tokens(RefCell<Vec<Token>>);

impl TokenSink for Tokens {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        let hidden_content = match &token {
            Token::TagToken(tag) if tag.kind == TagKind::StartTag => hidden_content(tag),
            Token::TagToken(_) | Token::CharacterTokens(_) => None,
            _ => return TokenSinkResult::Continue,
        };
        self.0.borrow_mut().push(token);
        hidden_content.map_or(TokenSinkResult::Continue, TokenSinkResult::RawData)
    }
}

/// The kind of content that an element hides from readers, for the tokeniser.
fn hidden_content(tag: &Tag) -> Option<RawKind> {
    match &*tag.name {
        "title" | "textarea" => Some(RawKind::Rcdata),
        "script" | "style" | "iframe" | "noembed" | "noframes" | "xmp" => Some(RawKind::Rawtext),
        _ => None,
    }
}

fn write_tag(tag: &Tag, writer: &mut Writer) {
    let is_start = tag.kind == TagKind::StartTag;
    if is_start && &*tag.name == "img" {
        return image(attribute_value(tag, "src"), attribute_value(tag, "alt"), writer);
    }
    let Some(name) = allowed_element(&tag.name) else { return };
    if !is_start {
        return writer.close_raw(name);
    }
    let attributes = allowed_attributes(name, tag);
    // A link without an address is no link.
    if name != "a" || !attributes.is_empty() {
        writer.open_raw(name, &attributes);
    }
}

/// Writes a link to an image. The image itself is not shown, because a page must load nothing from an
/// address in a paste.
pub fn image(address: &str, alt: &str, writer: &mut Writer) {
    let address = allowed_on_web(address);
    let words = Some(alt.trim()).filter(|alt| !alt.is_empty()).or(address).unwrap_or_default();
    if let Some(address) = address.filter(|_| !writer.is_inside("a")) {
        writer.open("a", &attribute("href", address));
        writer.text(words);
        writer.close();
    } else {
        writer.text(words);
    }
}

fn attribute_value<'a>(tag: &'a Tag, name: &str) -> &'a str {
    tag.attrs
        .iter()
        .find(|attribute| &*attribute.name.local == name)
        .map_or("", |found| &found.value)
}

/// The attributes of a tag that are allowed, as HTML.
fn allowed_attributes(name: &str, tag: &Tag) -> String {
    let mut html = String::new();
    for candidate in &tag.attrs {
        let (key, value) = (&*candidate.name.local, &*candidate.value);
        let is_allowed = match (name, key) {
            ("a", "href") => allowed(value).is_some(),
            ("abbr" | "dfn", "title") => value.len() <= MAX_ATTRIBUTE_BYTES,
            ("details", "open") => value.is_empty(),
            ("p" | "div" | "h2" | "h3" | "h4" | "h5" | "h6" | "td" | "th", "align") => {
                matches!(value, "left" | "center" | "right")
            }
            ("td" | "th", "colspan" | "rowspan") | ("ol", "start") => is_in_bounds(key, value),
            _ => false,
        };
        if is_allowed {
            html += &attribute(key, value);
        }
    }
    if &*tag.name == "center" {
        html += " align=\"center\"";
    }
    html
}
