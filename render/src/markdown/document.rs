//! A document from the parser's events: its elements, its code and its footnotes.

use maud::{Markup, html};
use pulldown_cmark::{
    Alignment, BlockQuoteKind, CodeBlockKind, CowStr, Event, HeadingLevel, LinkType, Tag, TagEnd,
};

use super::links::{MAX_ATTRIBUTE_BYTES, allowed, bare};
use super::marks::Marks;
use super::notes::Notes;
use super::writer::{Writer, attribute};
use super::{Words, raw};

/// Gives the code of a language as HTML.
pub type Colour<'a> = &'a mut dyn FnMut(&str, &str) -> Option<String>;

pub struct Document<'a, 'w> {
    words: &'w Words<'w>,
    colour: Colour<'a>,
    marks: &'a mut Marks<'w>,
    writer: Writer,
    /// What a footnote interrupts, and the footnote's name.
    outer: Vec<(Writer, String)>,
    notes: Notes,
    piece: Piece,
    cells: Cells,
}

/// What is gathered until it is whole.
#[derive(Default)]
enum Piece {
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
        depth: usize,
    },
}

#[derive(Default)]
struct Cells {
    alignments: Vec<Alignment>,
    column: usize,
    in_head: bool,
}

impl<'a, 'w> Document<'a, 'w> {
    pub fn new(words: &'w Words<'w>, colour: Colour<'a>, marks: &'a mut Marks<'w>) -> Self {
        Self {
            words,
            colour,
            marks,
            writer: Writer::default(),
            outer: Vec::new(),
            notes: Notes::default(),
            piece: Piece::None,
            cells: Cells::default(),
        }
    }

    /// The whole as HTML that is not clean yet.
    pub fn write<'t>(mut self, events: impl Iterator<Item = Event<'t>>) -> String {
        for event in events {
            self.event(event);
        }
        let mut html = std::mem::take(&mut self.writer).finish(self.marks);
        self.notes.write(&mut html, self.words, self.marks);
        html
    }

    fn event(&mut self, event: Event) {
        match (&mut self.piece, event) {
            (Piece::None, event) => self.whole(event),
            (
                Piece::Code { text, .. } | Piece::Html(text),
                Event::Text(more) | Event::Html(more),
            ) => {
                text.push_str(&more);
            }
            (
                Piece::Code { .. } | Piece::Html(_) | Piece::Image { depth: 0, .. },
                Event::End(_),
            ) => {
                self.end_piece();
            }
            (Piece::Image { alt, .. }, Event::Text(more) | Event::Code(more)) => {
                alt.push_str(&more);
            }
            (Piece::Image { alt, .. }, Event::SoftBreak | Event::HardBreak) => alt.push(' '),
            (Piece::Image { depth, .. }, Event::Start(_)) => *depth += 1,
            (Piece::Image { depth, .. }, Event::End(_)) => *depth -= 1,
            _ => {}
        }
    }

    fn whole(&mut self, event: Event) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) | Event::InlineMath(text) | Event::DisplayMath(text) => {
                self.text(&text);
            }
            Event::Code(text) => {
                self.writer.open("code", "", self.marks);
                self.writer.text(&text, self.marks);
                self.writer.close(self.marks);
            }
            Event::Html(html) | Event::InlineHtml(html) => {
                raw::write(&html, &mut self.writer, self.marks);
            }
            Event::FootnoteReference(name) => self.reference(&name),
            Event::SoftBreak => self.writer.text("\n", self.marks),
            Event::HardBreak => self.writer.void("br", self.marks),
            Event::Rule => self.writer.void("hr", self.marks),
            Event::TaskListMarker(done) => self.task(done),
        }
    }

    fn start(&mut self, tag: Tag) {
        match tag {
            Tag::CodeBlock(kind) => {
                self.piece = Piece::Code { language: language(&kind), text: String::new() }
            }
            Tag::HtmlBlock => self.piece = Piece::Html(String::new()),
            Tag::Image { dest_url, .. } => {
                self.piece =
                    Piece::Image { address: dest_url.into(), alt: String::new(), depth: 0 };
            }
            Tag::FootnoteDefinition(name) => {
                self.outer.push((std::mem::take(&mut self.writer), name.into_string()));
            }
            Tag::BlockQuote(Some(kind)) => self.alert(kind),
            Tag::Link { link_type, dest_url, title, .. } => self.link(link_type, dest_url, &title),
            Tag::List(Some(first)) if first != 1 => {
                self.open("ol", &attribute("start", &first.to_string()));
            }
            Tag::Table(alignments) => {
                self.cells.alignments = alignments;
                self.open("table", "");
            }
            Tag::TableHead => {
                self.cells.in_head = true;
                self.cells.column = 0;
                self.open("thead", "");
                self.open("tr", "");
            }
            Tag::TableRow => {
                self.cells.column = 0;
                self.open("tr", "");
            }
            Tag::TableCell => self.cell(),
            other => self.open(element(&other), ""),
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::FootnoteDefinition => self.end_note(),
            TagEnd::TableHead => {
                self.cells.in_head = false;
                self.writer.close(self.marks);
                self.writer.close(self.marks);
                self.open("tbody", "");
            }
            TagEnd::Table => {
                self.writer.close(self.marks);
                self.writer.close(self.marks);
            }
            _ => self.writer.close(self.marks),
        }
    }

    fn open(&mut self, name: &'static str, attributes: &str) {
        self.writer.open(name, attributes, self.marks);
    }

    fn text(&mut self, text: &str) {
        let mut rest = text;
        if !self.writer.is_inside("a") {
            while let Some((from, to)) = bare(rest) {
                let words = &rest[from..to];
                self.writer.text(&rest[..from], self.marks);
                let scheme = if words.starts_with("www.") { "http://" } else { "" };
                self.link(LinkType::Autolink, format!("{scheme}{words}").into(), "");
                self.writer.text(words, self.marks);
                self.writer.close(self.marks);
                rest = &rest[to..];
            }
        }
        self.writer.text(rest, self.marks);
    }

    /// Opens the link, or a `span` in its place if a paste may not link there.
    fn link(&mut self, kind: LinkType, address: CowStr, title: &str) {
        let address = if kind == LinkType::Email {
            format!("mailto:{address}")
        } else {
            address.into_string()
        };
        let Some(address) = allowed(&address) else { return self.open("span", "") };
        let mut attributes = attribute("href", address);
        if !title.is_empty() && title.len() <= MAX_ATTRIBUTE_BYTES {
            attributes += &attribute("title", title);
        }
        self.open("a", &attributes);
    }

    fn cell(&mut self) {
        let align = match self.cells.alignments.get(self.cells.column) {
            Some(Alignment::Left) => " align=\"left\"",
            Some(Alignment::Center) => " align=\"center\"",
            Some(Alignment::Right) => " align=\"right\"",
            _ => "",
        };
        self.cells.column += 1;
        self.open(if self.cells.in_head { "th" } else { "td" }, align);
    }

    fn alert(&mut self, kind: BlockQuoteKind) {
        let (class, title) = match kind {
            BlockQuoteKind::Note => ("note", self.words.note),
            BlockQuoteKind::Tip => ("tip", self.words.tip),
            BlockQuoteKind::Important => ("important", self.words.important),
            BlockQuoteKind::Warning => ("warning", self.words.warning),
            BlockQuoteKind::Caution => ("caution", self.words.caution),
        };
        let title = html! { p.alert-title { (title) } }.0;
        let open = format!("<div class=\"alert {class}\" dir=\"auto\">{title}");
        self.writer.open_own(open, "</div>", self.marks);
    }

    fn task(&mut self, done: bool) {
        let words = if done { self.words.done } else { self.words.to_do };
        self.own(
            &html! { input.task type="checkbox" disabled checked[done] aria-label=(words); " " },
            false,
        );
    }

    fn own(&mut self, html: &Markup, block: bool) {
        self.writer.own(html.0.clone(), block, self.marks);
    }

    fn end_piece(&mut self) {
        match std::mem::take(&mut self.piece) {
            Piece::None => {}
            Piece::Html(html) => raw::write(&html, &mut self.writer, self.marks),
            Piece::Image { address, alt, .. } => {
                raw::image(&address, &alt, &mut self.writer, self.marks);
            }
            Piece::Code { language, text } => self.code(&language, &text),
        }
    }

    fn code(&mut self, language: &str, text: &str) {
        let coloured = if language.is_empty() { None } else { (self.colour)(language, text) };
        let code = coloured.unwrap_or_else(|| crate::escape::inline(text).0);
        self.own(
            &html! {
                pre tabindex="0" role="group" aria-label=(self.words.code) { code { (maud::PreEscaped(code)) } }
            },
            true,
        );
    }

    fn reference(&mut self, name: &str) {
        let html = self.notes.reference(name);
        self.own(&html, false);
    }

    fn end_note(&mut self) {
        if let Some((outer, name)) = self.outer.pop() {
            let note = std::mem::replace(&mut self.writer, outer).finish(self.marks);
            self.notes.define(name, note);
        }
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

fn element(tag: &Tag) -> &'static str {
    match tag {
        Tag::Paragraph => "p",
        // the page has its own h1
        Tag::Heading { level: HeadingLevel::H1, .. } => "h2",
        Tag::Heading { level: HeadingLevel::H2, .. } => "h3",
        Tag::Heading { level: HeadingLevel::H3, .. } => "h4",
        Tag::Heading { level: HeadingLevel::H4, .. } => "h5",
        Tag::Heading { .. } => "h6",
        Tag::BlockQuote(_) => "blockquote",
        Tag::List(Some(_)) => "ol",
        Tag::List(None) => "ul",
        Tag::Item => "li",
        Tag::Emphasis => "em",
        Tag::Strong => "strong",
        Tag::Strikethrough => "del",
        _ => "span",
    }
}
