//! Writes a document from the events of the Markdown parser.

use maud::{PreEscaped, html};
use pulldown_cmark::{
    Alignment, BlockQuoteKind, CowStr, Event, HeadingLevel, LinkType, Tag, TagEnd,
};

use super::escape::attribute;
use super::footnotes::Footnotes;
use super::links::{MAX_ATTRIBUTE_BYTES, allowed, find_bare};
use super::pending::Pending;
use super::placeholders::Placeholders;
use super::writer::Writer;
use super::{Words, raw_html};

/// Highlights a block of code: `(language, code)` to safe HTML, or `None` to leave it plain.
pub type Highlight<'a> = &'a mut dyn FnMut(&str, &str) -> Option<String>;

pub struct Document<'a, 'w> {
    words: &'w Words<'w>,
    highlight: Highlight<'a>,
    writer: Writer<'w>,
    pending: Pending,
    footnotes: Footnotes,
    /// The names of the footnotes that are being written, the innermost last.
    open_footnotes: Vec<String>,
    table: TableState,
}

/// The place in the table that is being written.
#[derive(Default)]
struct TableState {
    alignments: Vec<Alignment>,
    column: usize,
    in_head: bool,
}

impl<'a, 'w> Document<'a, 'w> {
    pub fn new(words: &'w Words<'w>, highlight: Highlight<'a>, writer: Writer<'w>) -> Self {
        Self {
            words,
            highlight,
            writer,
            pending: Pending::None,
            footnotes: Footnotes::default(),
            open_footnotes: Vec::new(),
            table: TableState::default(),
        }
    }

    /// The document as HTML with placeholders. It is not sanitised yet.
    pub fn write<'t>(
        mut self,
        events: impl Iterator<Item = Event<'t>>,
    ) -> (String, Placeholders<'w>) {
        for event in events {
            if matches!(self.pending, Pending::None) {
                self.write_event(event);
            } else if self.pending.collect(event) {
                self.write_pending();
            }
        }
        let (mut html, mut placeholders) = self.writer.finish();
        self.footnotes.write(&mut html, self.words, &mut placeholders);
        (html, placeholders)
    }

    fn write_event(&mut self, event: Event) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) | Event::InlineMath(text) | Event::DisplayMath(text) => {
                self.text(&text);
            }
            Event::Code(text) => {
                self.writer.open("code", "");
                self.writer.text(&text);
                self.writer.close();
            }
            Event::Html(html) | Event::InlineHtml(html) => {
                raw_html::write(&html, &mut self.writer);
            }
            Event::FootnoteReference(name) => {
                let link = self.footnotes.reference(&name);
                self.writer.trusted_inline(link.0);
            }
            Event::SoftBreak => self.writer.text("\n"),
            Event::HardBreak => self.writer.void("br"),
            Event::Rule => self.writer.void("hr"),
            Event::TaskListMarker(is_done) => self.task(is_done),
        }
    }

    fn start(&mut self, tag: Tag) {
        match tag {
            Tag::CodeBlock(_) | Tag::HtmlBlock | Tag::Image { .. } => {
                self.pending = Pending::begin(&tag);
            }
            Tag::FootnoteDefinition(name) => {
                self.writer.begin_footnote();
                self.open_footnotes.push(name.into_string());
            }
            Tag::BlockQuote(Some(kind)) => self.alert(kind),
            Tag::Link { link_type, dest_url, title, .. } => self.link(link_type, dest_url, &title),
            Tag::List(Some(first)) if first != 1 => {
                self.writer.open("ol", &attribute("start", &first.to_string()));
            }
            Tag::Table(alignments) => {
                self.table.alignments = alignments;
                self.writer.open("table", "");
            }
            Tag::TableHead => {
                self.table.in_head = true;
                self.writer.open("thead", "");
                self.row();
            }
            Tag::TableRow => self.row(),
            Tag::TableCell => self.cell(),
            other => self.writer.open(element(&other), ""),
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::FootnoteDefinition => {
                if let Some(name) = self.open_footnotes.pop() {
                    let html = self.writer.end_footnote();
                    self.footnotes.define(name, html);
                }
            }
            TagEnd::TableHead => {
                self.table.in_head = false;
                self.writer.close();
                self.writer.close();
                self.writer.open("tbody", "");
            }
            TagEnd::Table => {
                self.writer.close();
                self.writer.close();
            }
            _ => self.writer.close(),
        }
    }

    /// Writes text. Bare addresses in it become links.
    fn text(&mut self, text: &str) {
        let mut rest = text;
        if !self.writer.is_inside("a") {
            while let Some((from, to)) = find_bare(rest) {
                let address = &rest[from..to];
                self.writer.text(&rest[..from]);
                let scheme = if address.starts_with("www.") { "http://" } else { "" };
                self.link(LinkType::Autolink, format!("{scheme}{address}").into(), "");
                self.writer.text(address);
                self.writer.close();
                rest = &rest[to..];
            }
        }
        self.writer.text(rest);
    }

    /// Opens a link. If a paste may not link to the address, opens a `span` instead.
    fn link(&mut self, kind: LinkType, address: CowStr, title: &str) {
        let address = if kind == LinkType::Email {
            format!("mailto:{address}")
        } else {
            address.into_string()
        };
        let Some(address) = allowed(&address) else { return self.writer.open("span", "") };
        let mut attributes = attribute("href", address);
        if !title.is_empty() && title.len() <= MAX_ATTRIBUTE_BYTES {
            attributes += &attribute("title", title);
        }
        self.writer.open("a", &attributes);
    }

    fn row(&mut self) {
        self.table.column = 0;
        self.writer.open("tr", "");
    }

    fn cell(&mut self) {
        let align = match self.table.alignments.get(self.table.column) {
            Some(Alignment::Left) => " align=\"left\"",
            Some(Alignment::Center) => " align=\"center\"",
            Some(Alignment::Right) => " align=\"right\"",
            _ => "",
        };
        self.table.column += 1;
        self.writer.open(if self.table.in_head { "th" } else { "td" }, align);
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
        self.writer.open_trusted(open, "</div>");
    }

    fn task(&mut self, is_done: bool) {
        let label = if is_done { self.words.done } else { self.words.to_do };
        let checkbox =
            html! { input.task type="checkbox" disabled checked[is_done] aria-label=(label); " " };
        self.writer.trusted_inline(checkbox.0);
    }

    fn write_pending(&mut self) {
        match std::mem::take(&mut self.pending) {
            Pending::None => {}
            Pending::Html(html) => raw_html::write(&html, &mut self.writer),
            Pending::Image { address, alt, .. } => {
                raw_html::image(&address, &alt, &mut self.writer);
            }
            Pending::Code { language, text } => self.code(&language, &text),
        }
    }

    fn code(&mut self, language: &str, text: &str) {
        let highlighted = if language.is_empty() { None } else { (self.highlight)(language, text) };
        let code = highlighted.map_or_else(|| crate::escape::inline(text), PreEscaped);
        let label = self.words.code;
        let block = html! { pre tabindex="0" role="group" aria-label=(label) { code { (code) } } };
        self.writer.trusted_block(block.0);
    }
}

/// The element of a Markdown element without attributes.
fn element(tag: &Tag) -> &'static str {
    match tag {
        Tag::Paragraph => "p",
        // The page has its own h1.
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
