//! Renders patches: each line is one element that says what the line is.

mod hunk;
mod lines;
#[cfg(test)]
mod tests;

use crate::escape::push_text;
use lines::{Classifier, LineKind};

/// The size of a patch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    pub files: usize,
    /// Numbers of lines.
    pub added: usize,
    pub removed: usize,
}

/// Counts in one pass, in time proportional to the length of the text.
pub fn summary(text: &str) -> Summary {
    let mut lines = Classifier::default();
    for line in text.split_inclusive('\n') {
        lines.classify(line);
    }
    lines.summary
}

/// Renders the lines of a patch one after another.
#[derive(Clone, Debug, Default)]
pub struct DiffRenderer {
    lines: Classifier,
    /// The kind of a line of which only the first pieces have been rendered.
    unfinished: Option<LineKind>,
}

impl DiffRenderer {
    /// Appends `line` to `html`. If it has no line end, the next call continues the same line. The
    /// element contains the line end.
    pub fn line(&mut self, line: &str, html: &mut String) {
        let kind = self.unfinished.take().unwrap_or_else(|| self.lines.classify(line));
        self.unfinished = (!line.ends_with('\n')).then_some(kind);
        let (open, close) = match kind {
            LineKind::Context => ("", ""),
            LineKind::Added => ("<ins>", "</ins>"),
            LineKind::Removed => ("<del>", "</del>"),
            LineKind::Hunk => ("<span class=\"dh\">", "</span>"),
            LineKind::File => ("<span class=\"df\">", "</span>"),
            LineKind::Meta => ("<span class=\"dm\">", "</span>"),
        };
        html.push_str(open);
        push_text(html, line);
        html.push_str(close);
    }
}
