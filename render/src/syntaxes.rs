//! The syntaxes a paste can be marked with.

mod table;

pub use table::SYNTAXES;

#[derive(Debug, PartialEq, Eq)]
pub struct Syntax {
    pub slug: &'static str,
    pub name: &'static str,
    /// The grammar that colours it, by its exact name in `two_face::syntax::extra_newlines()`.
    pub grammar: &'static str,
    /// Without the dot; the first one is used for downloads. Some have a dot inside: `blade.php`.
    pub extensions: &'static [&'static str],
    /// Whole names of files, for what is known by that: `Makefile`, `.bashrc`.
    pub files: &'static [&'static str],
}

impl Syntax {
    /// Lines of any length, to be read as they come.
    pub fn is_prose(&self) -> bool {
        matches!(self.grammar, "Plain Text" | "Markdown")
    }

    const fn files(mut self, files: &'static [&'static str]) -> Self {
        self.files = files;
        self
    }
}

/// What leaves the choice to us.
pub const AUTO: &str = "auto";

/// Plain text, what a paste is unless somebody says otherwise.
pub const PLAIN: &str = "text";

pub fn plain() -> &'static Syntax {
    find(PLAIN).unwrap_or(&SYNTAXES[0])
}

/// By slug, name or extension, whatever its case.
pub fn find(wanted: &str) -> Option<&'static Syntax> {
    let wanted = wanted.trim();
    let is = |name: &str| name.eq_ignore_ascii_case(wanted);
    SYNTAXES
        .iter()
        .find(|syntax| is(syntax.slug))
        .or_else(|| SYNTAXES.iter().find(|syntax| is(syntax.name)))
        .or_else(|| by_extension(wanted))
}

/// `rs`, `blade.php`: without the dot in front, whatever its case.
pub fn by_extension(wanted: &str) -> Option<&'static Syntax> {
    SYNTAXES.iter().find(|s| s.extensions.iter().any(|e| e.eq_ignore_ascii_case(wanted)))
}

/// By the whole name of a file, in the case that its program wants: `Makefile`, but not `MAKEFILE`.
pub fn by_file(name: &str) -> Option<&'static Syntax> {
    SYNTAXES.iter().find(|syntax| syntax.files.contains(&name))
}

/// One whose grammar bears its name.
const fn syntax(
    slug: &'static str,
    name: &'static str,
    extensions: &'static [&'static str],
) -> Syntax {
    dialect(slug, name, name, extensions)
}

/// One that the grammar of another colours well, or whose grammar is named otherwise.
const fn dialect(
    slug: &'static str,
    name: &'static str,
    grammar: &'static str,
    extensions: &'static [&'static str],
) -> Syntax {
    Syntax { slug, name, grammar, extensions, files: &[] }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    fn doubles<'a>(names: impl Iterator<Item = &'a str>) -> Vec<String> {
        let mut seen = HashSet::new();
        names.map(str::to_lowercase).filter(|name| !seen.insert(name.clone())).collect()
    }

    #[test]
    fn the_table_is_sorted_and_without_doubles() {
        assert!(SYNTAXES.len() >= 200);
        let names: Vec<_> = SYNTAXES.iter().map(|s| s.name.to_lowercase()).collect();
        assert!(names.is_sorted());
        let none = Vec::<String>::new();
        assert_eq!(doubles(SYNTAXES.iter().map(|s| s.slug)), none);
        assert_eq!(doubles(SYNTAXES.iter().map(|s| s.name)), none);
        assert_eq!(doubles(SYNTAXES.iter().flat_map(|s| s.extensions).copied()), none);
        let files: Vec<_> = SYNTAXES.iter().flat_map(|s| s.files).collect();
        assert_eq!(files.iter().collect::<HashSet<_>>().len(), files.len());
    }

    #[test]
    fn every_grammar_is_in_the_set() {
        let set = two_face::syntax::extra_newlines();
        for syntax in SYNTAXES {
            let grammar = set.find_syntax_by_name(syntax.grammar);
            assert!(grammar.is_some(), "{}: no grammar {:?}", syntax.slug, syntax.grammar);
        }
    }

    #[test]
    fn what_the_set_holds_can_be_chosen() {
        // Parts of others, outputs of programs, and what colours no language.
        let left_out = [
            "camlp4",
            "CMake C Header",
            "CMake C++ Header",
            "Comma Separated Values",
            "Dockerfile (with bash)",
            "Git Link",
            "Highlight non-printables",
            "R Console",
        ];
        let used: HashSet<_> = SYNTAXES.iter().map(|s| s.grammar).collect();
        let set = two_face::syntax::extra_newlines();
        let visible = set.syntaxes().iter().filter(|s| !s.hidden).map(|s| s.name.as_str());
        let mut unused: Vec<_> = visible.filter(|name| !used.contains(name)).collect();
        unused.sort_unstable_by_key(|name| name.to_lowercase());
        assert_eq!(unused, left_out);
    }

    #[test]
    fn an_extension_finds_its_own_syntax() {
        for syntax in SYNTAXES {
            for extension in syntax.extensions {
                assert_eq!(find(extension), Some(syntax), "{extension}");
            }
        }
    }

    #[test]
    fn a_syntax_is_found_by_any_of_its_names() {
        for (wanted, slug) in [
            ("rust", "rust"),
            ("Rust", "rust"),
            ("RS", "rust"),
            (" c++ ", "cpp"),
            ("h", "c"),
            ("r", "r"),
            ("Plain text", "text"),
            ("yml", "yaml"),
            ("tsv", "tsv"),
            ("Makefile", "make"),
        ] {
            assert_eq!(find(wanted).map(|s| s.slug), Some(slug));
        }
        assert_eq!(find("klingon"), None);
        assert_eq!(find(""), None);
        assert_eq!(plain().slug, PLAIN);
    }
}
