//! How a text's lines are painted.

use crate::ansi::Ansi;
use crate::diff::Diff;
use crate::escape::push_text;
use crate::highlight::Highlighter;

/// How a line becomes HTML. It remembers what goes on from line to line.
#[derive(Debug)]
pub enum Painter {
    Plain,
    Syntax(Box<Highlighter>),
    Ansi(Ansi),
    Diff(Diff),
}

impl Painter {
    #[inline]
    pub fn line(&mut self, line: &str, html: &mut String) {
        match self {
            Self::Plain => push_text(html, line),
            Self::Syntax(highlighter) => highlighter.line(line, html),
            Self::Ansi(ansi) => ansi.line(line, html),
            Self::Diff(diff) => diff.line(line, html),
        }
    }
}

/// What a text's lines are painted as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Paint {
    /// By the grammar of this name.
    Syntax(&'static str),
    Ansi,
    Diff,
}

impl Paint {
    pub fn painter(self) -> Painter {
        match self {
            Self::Ansi => Painter::Ansi(Ansi::default()),
            Self::Diff => Painter::Diff(Diff::default()),
            Self::Syntax(grammar) => Highlighter::new(grammar)
                .map_or(Painter::Plain, |highlighter| Painter::Syntax(Box::new(highlighter))),
        }
    }
}
