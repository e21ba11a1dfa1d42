//! A syntax, and how the table writes one.

/// A language or a format that texts are written in.
#[derive(Debug, PartialEq, Eq)]
pub struct Syntax {
    /// The name in addresses and in the API.
    pub slug: &'static str,
    /// The name for people.
    pub name: &'static str,
    /// The grammar that highlights it, by its exact name in `two_face::syntax::extra_newlines()`.
    pub grammar: &'static str,
    /// Without the leading dot. Downloads get the first one. Some have a dot inside: `blade.php`.
    pub extensions: &'static [&'static str],
    /// Complete names of files that are recognised without an extension: `Makefile`, `.bashrc`.
    pub files: &'static [&'static str],
}

impl Syntax {
    /// Whether its lines have any length and are read like prose.
    pub fn is_prose(&self) -> bool {
        matches!(self.grammar, "Plain Text" | "Markdown")
    }

    pub(super) const fn files(mut self, files: &'static [&'static str]) -> Self {
        self.files = files;
        self
    }
}

/// A syntax with a grammar of the same name.
pub(super) const fn syntax(
    slug: &'static str,
    name: &'static str,
    extensions: &'static [&'static str],
) -> Syntax {
    dialect(slug, name, name, extensions)
}

/// A syntax whose grammar has another name, or that the grammar of a related syntax highlights well.
pub(super) const fn dialect(
    slug: &'static str,
    name: &'static str,
    grammar: &'static str,
    extensions: &'static [&'static str],
) -> Syntax {
    Syntax { slug, name, grammar, extensions, files: &[] }
}
