//! Writes a document from the events of the Markdown parser.

mod content;

use pulldown_cmark::{Alignment, Event, HeadingLevel, Tag, TagEnd};

use super::escape::attribute;
use super::footnotes::Footnotes;
use super::labels::Labels;
use super::pending::Pending;
use super::placeholders::Placeholders;
use super::raw_html;
use super::writer::Writer;

/// Highlights a block of code: `(language, code)` to safe HTML, or `None` to leave it plain.
pub type Highlight<'a> = &'a mut dyn FnMut(&str, &str) -> Option<String>;

/// Turns the parser's events into HTML.
pub struct Document<'a, 'w> {
    labels: &'w Labels<'w>,
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
    pub fn new(labels: &'w Labels<'w>, highlight: Highlight<'a>, writer: Writer<'w>) -> Self {
        Self {
            labels,
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
        self.footnotes.write(&mut html, self.labels, &mut placeholders);
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
