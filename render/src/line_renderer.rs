//! Renders a text line by line, in one of several formats.

use crate::ansi::AnsiRenderer;
use crate::diff::DiffRenderer;
use crate::escape::push_text;
use crate::highlight::{self, Highlighter};
use crate::log::LogRenderer;

/// How the lines of a text are rendered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LineFormat {
    /// Highlighted by the grammar of this name.
    Syntax(&'static str),
    /// Terminal output with its colours.
    Ansi,
    /// A patch.
    Diff,
    /// A log: its times, levels and strings.
    Log,
}

impl LineFormat {
    /// Whether this format leaves lines of `text` plain because they are too long.
    pub fn leaves_lines_plain(self, text: &str) -> bool {
        matches!(self, Self::Syntax(grammar) if highlight::leaves_lines_plain(grammar, text))
    }

    /// A renderer for the first line of a text. If there is no such grammar, it adds no colours.
    pub fn renderer(self) -> LineRenderer {
        match self {
            Self::Ansi => LineRenderer::Ansi(AnsiRenderer::default()),
            Self::Diff => LineRenderer::Diff(DiffRenderer::default()),
            Self::Log => LineRenderer::Log(LogRenderer::default()),
            Self::Syntax(grammar) => Highlighter::new(grammar)
                .map_or(LineRenderer::Plain, |highlighter| {
                    LineRenderer::Syntax(Box::new(highlighter))
                }),
        }
    }
}

/// Renders lines one after another. It keeps the state that continues from line to line.
#[derive(Clone, Debug)]
pub enum LineRenderer {
    Plain,
    Syntax(Box<Highlighter>),
    Ansi(AnsiRenderer),
    Diff(DiffRenderer),
    Log(LogRenderer),
}

impl LineRenderer {
    /// Appends `line`, with its line end if it has one, to `html`.
    #[inline]
    pub fn line(&mut self, line: &str, html: &mut String) {
        match self {
            Self::Plain => push_text(html, line),
            Self::Syntax(highlighter) => highlighter.line(line, html),
            Self::Ansi(ansi) => ansi.line(line, html),
            Self::Diff(diff) => diff.line(line, html),
            Self::Log(log) => log.line(line, html),
        }
    }
}
