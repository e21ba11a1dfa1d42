//! Keeps each element where HTML allows it, by closing and opening elements around it.

use super::{Close, MAX_DEPTH, Writer};
use crate::markdown::elements::{Kind, default_child, is_table_part, kind, may_contain, parents};

impl Writer<'_> {
    /// Closes elements that may not contain a Markdown element of this name. False if it would be
    /// nested too deeply; it then counts as skipped.
    pub(super) fn prepare(&mut self, name: &'static str) -> bool {
        if self.flow.skipped > 0 || self.flow.open.len() >= MAX_DEPTH {
            self.flow.skipped += 1;
            return false;
        }
        if !matches!(kind(name), Kind::Inline | Kind::Void) {
            self.close_raw_text_elements();
        }
        self.open_default_children(name);
        true
    }

    /// Closes the innermost elements of the paste that contain only text.
    pub(super) fn close_raw_text_elements(&mut self) {
        while self.flow.open.last().is_some_and(|open| {
            !open.is_markdown
                && matches!(kind(open.name), Kind::Inline | Kind::TextBlock | Kind::ClosedText)
        }) {
            self.close_down_to(self.flow.open.len() - 1);
        }
    }

    /// Closes the line of text in which a block of the paste begins. False if the line must continue.
    pub(super) fn close_text_elements(&mut self) -> bool {
        let mut at = self.flow.open.len();
        while at > 0 {
            let open = &self.flow.open[at - 1];
            match kind(open.name) {
                Kind::ClosedText => return false,
                Kind::Inline | Kind::TextBlock if open.is_markdown => return false,
                Kind::Inline | Kind::TextBlock => at -= 1,
                _ => break,
            }
        }
        self.close_down_to(at);
        true
    }

    /// Closes elements until the innermost one may contain this element. False if no open element may.
    pub(super) fn close_to_parent(&mut self, name: &'static str) -> bool {
        let parents = parents(name);
        if !parents.is_empty() {
            let is_table_part = is_table_part(name);
            let Some(at) = self.find_open(|open| {
                let is_parent = parents.contains(&open);
                // The search does not go beyond these.
                let is_barrier =
                    if is_table_part { open == "table" } else { kind(open) != Kind::Inline };
                // Another part of the same parent, such as the `li` before this one.
                let is_sibling =
                    !is_table_part && parents.iter().any(|parent| may_contain(parent, open));
                (is_parent || is_barrier && !is_sibling).then_some(is_parent)
            }) else {
                return false;
            };
            self.close_down_to(at + 1);
        }
        self.open_default_children(name);
        true
    }

    /// Searches the open elements from the inside out and returns the index of the first for which
    /// `verdict` is true. `None` if the verdict on an element is false, or if an element of Markdown
    /// would have to be closed.
    fn find_open(&self, verdict: impl Fn(&'static str) -> Option<bool>) -> Option<usize> {
        for (at, open) in self.flow.open.iter().enumerate().rev() {
            match verdict(open.name) {
                Some(true) => return Some(at),
                Some(false) => return None,
                None if open.is_markdown => return None,
                None => {}
            }
        }
        None
    }

    pub(super) fn is_in_container(&self) -> bool {
        self.flow.open.last().is_some_and(|open| kind(open.name) == Kind::Container)
    }

    /// Opens the children of a list or a table that the element `name` has to stand in. An empty name
    /// stands for text.
    pub(super) fn open_default_children(&mut self, name: &str) {
        while let Some(container) = self.flow.open.last().map(|open| open.name) {
            if kind(container) != Kind::Container || may_contain(container, name) {
                return;
            }
            let child = default_child(container);
            self.start(child, "");
            self.push_open(child, false, Close::Tag);
        }
    }
}
