//! Writes the tags of a paste. They may be nested wrongly or never closed.

use super::{Close, MAX_DEPTH, Writer};
use crate::markdown::elements::{Kind, is_cell, is_table_part, kind};

impl Writer<'_> {
    /// Writes a start tag of the paste. It may stand anywhere and may never be closed.
    pub fn open_raw(&mut self, name: &'static str, attributes: &str) {
        let kind = kind(name);
        let is_inline = matches!(kind, Kind::Inline | Kind::Void);
        if self.flow.skipped > 0
            || self.flow.open.len() >= MAX_DEPTH
            || (!is_inline && !self.close_text_elements())
            || (name == "a" && self.is_inside("a"))
            || !self.close_to_parent(name)
        {
            return;
        }
        self.start(name, attributes);
        if !matches!(kind, Kind::Void | Kind::Rule) {
            self.push_open(name, false, Close::Tag);
        }
    }

    /// Writes an end tag of the paste. It closes an element of the paste, if that is open and no
    /// element of Markdown is open inside it.
    pub fn close_raw(&mut self, name: &str) {
        let is_inline = kind(name) == Kind::Inline;
        for at in (0..self.flow.open.len()).rev() {
            let open = &self.flow.open[at];
            if open.is_markdown {
                return;
            }
            if open.name == name {
                return self.close_down_to(at);
            }
            if (is_inline && kind(open.name) != Kind::Inline)
                || (is_cell(open.name) && !is_table_part(name))
            {
                return;
            }
        }
    }
}
