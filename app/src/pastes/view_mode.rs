//! The ways to view a text. The syntax decides which there are; each has an address of its own.

use render::line_renderer::LineFormat;
use render::syntaxes::Syntax;

/// A way to view a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ViewMode {
    /// The text with syntax highlighting.
    Source,
    /// The text in the terminal colours of its escape sequences.
    Ansi,
    /// A patch, with added and removed lines highlighted and counted.
    Diff,
    /// Markdown as a document, beside its source.
    Rendered,
    /// Separated values as a table, beside their source.
    Table,
    /// JSON, indented, beside its source.
    Pretty,
}

impl ViewMode {
    const ALL: [Self; 6] =
        [Self::Source, Self::Ansi, Self::Diff, Self::Rendered, Self::Table, Self::Pretty];

    /// Its name in an address: `/{id}/table`.
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Source => "source",
            Self::Ansi => "ansi",
            Self::Diff => "diff",
            Self::Rendered => "rendered",
            Self::Table => "table",
            Self::Pretty => "pretty",
        }
    }

    /// The view mode with this name in an address.
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|view_mode| view_mode.slug() == slug)
    }

    /// The view modes that this text offers, at least one. The first is the default, which the paste's
    /// own address shows.
    pub fn for_text(syntax: &Syntax, text: &str) -> &'static [Self] {
        match syntax.slug {
            "diff" => &[Self::Diff, Self::Source],
            "log" if has_escapes(text) => &[Self::Ansi, Self::Source],
            "text" if has_escapes(text) => &[Self::Source, Self::Ansi],
            "csv" | "tsv" | "ssv" | "psv" => &[Self::Source, Self::Table],
            _ if syntax.grammar == "Markdown" => &[Self::Source, Self::Rendered],
            _ if syntax.grammar == "JSON" => &[Self::Source, Self::Pretty],
            _ => &[Self::Source],
        }
    }

    /// How the lines of the source text are highlighted.
    pub fn paint(self, syntax: &'static Syntax) -> LineFormat {
        match self {
            Self::Ansi => LineFormat::Ansi,
            Self::Diff => LineFormat::Diff,
            _ if matches!(syntax.slug, "log" | "syslog") => LineFormat::Log,
            _ => LineFormat::Syntax(syntax.grammar),
        }
    }
}

fn has_escapes(text: &str) -> bool {
    memchr::memmem::find(text.as_bytes(), b"\x1b[").is_some()
}
