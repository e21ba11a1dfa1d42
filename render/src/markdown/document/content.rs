//! The parts of a document that need more than their element: links, cells, alerts, tasks and code.

use maud::{PreEscaped, html};
use pulldown_cmark::{Alignment, BlockQuoteKind, CowStr, LinkType};

use super::Document;
use crate::escape::inline;
use crate::markdown::escape::attribute;
use crate::markdown::links::{MAX_ATTRIBUTE_BYTES, allowed, find_bare};
use crate::markdown::pending::Pending;
use crate::markdown::raw_html;

impl Document<'_, '_> {
    /// Writes text. Bare addresses in it become links.
    pub(super) fn text(&mut self, text: &str) {
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
    pub(super) fn link(&mut self, kind: LinkType, address: CowStr, title: &str) {
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

    pub(super) fn row(&mut self) {
        self.table.column = 0;
        self.writer.open("tr", "");
    }

    pub(super) fn cell(&mut self) {
        let align = match self.table.alignments.get(self.table.column) {
            Some(Alignment::Left) => " align=\"left\"",
            Some(Alignment::Center) => " align=\"center\"",
            Some(Alignment::Right) => " align=\"right\"",
            _ => "",
        };
        self.table.column += 1;
        self.writer.open(if self.table.in_head { "th" } else { "td" }, align);
    }

    pub(super) fn alert(&mut self, kind: BlockQuoteKind) {
        let (class, title) = match kind {
            BlockQuoteKind::Note => ("note", self.labels.note),
            BlockQuoteKind::Tip => ("tip", self.labels.tip),
            BlockQuoteKind::Important => ("important", self.labels.important),
            BlockQuoteKind::Warning => ("warning", self.labels.warning),
            BlockQuoteKind::Caution => ("caution", self.labels.caution),
        };
        let title = html! { p.alert-title { (title) } }.0;
        let open = format!("<div class=\"alert {class}\" dir=\"auto\">{title}");
        self.writer.open_trusted(open, "</div>");
    }

    pub(super) fn task(&mut self, is_done: bool) {
        let label = if is_done { self.labels.done } else { self.labels.to_do };
        let checkbox =
            html! { input.task type="checkbox" disabled checked[is_done] aria-label=(label); " " };
        self.writer.trusted_inline(checkbox.0);
    }

    pub(super) fn write_pending(&mut self) {
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
        let code = highlighted.map_or_else(|| inline(text), PreEscaped);
        let label = self.labels.code;
        let block = html! { pre tabindex="0" role="group" aria-label=(label) { code { (code) } } };
        self.writer.trusted_block(block.0);
    }
}
