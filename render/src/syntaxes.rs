//! The syntaxes that a paste can have.

pub mod aliases;
mod syntax;
mod table;

pub use syntax::Syntax;
pub use table::SYNTAXES;

/// The choice that leaves the syntax to [`crate::detect`].
pub const AUTO: &str = "auto";

/// The slug of plain text, the default syntax.
pub const PLAIN: &str = "text";

pub fn plain() -> &'static Syntax {
    find(PLAIN).unwrap_or(&SYNTAXES[0])
}

/// Finds a syntax by its slug, name or extension, in any case.
pub fn find(wanted: &str) -> Option<&'static Syntax> {
    let wanted = wanted.trim();
    let is_wanted = |name: &str| name.eq_ignore_ascii_case(wanted);
    SYNTAXES
        .iter()
        .find(|syntax| is_wanted(syntax.slug))
        .or_else(|| SYNTAXES.iter().find(|syntax| is_wanted(syntax.name)))
        .or_else(|| by_extension(wanted))
}

/// Finds a syntax by an extension without its leading dot, in any case: `rs`, `blade.php`.
pub fn by_extension(wanted: &str) -> Option<&'static Syntax> {
    SYNTAXES.iter().find(|s| s.extensions.iter().any(|e| e.eq_ignore_ascii_case(wanted)))
}

/// Finds a syntax by the complete name of a file, in the exact case: `Makefile`, but not `MAKEFILE`.
pub fn by_file_name(name: &str) -> Option<&'static Syntax> {
    SYNTAXES.iter().find(|syntax| syntax.files.contains(&name))
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    fn duplicates<'a>(names: impl Iterator<Item = &'a str>) -> Vec<String> {
        let mut seen = HashSet::new();
        names.map(str::to_lowercase).filter(|name| !seen.insert(name.clone())).collect()
    }

    #[test]
    fn the_table_is_sorted_and_without_duplicates() {
        assert!(SYNTAXES.len() >= 200);
        let names: Vec<_> = SYNTAXES.iter().map(|s| s.name.to_lowercase()).collect();
        assert!(names.is_sorted());
        let none = Vec::<String>::new();
        assert_eq!(duplicates(SYNTAXES.iter().map(|s| s.slug)), none);
        assert_eq!(duplicates(SYNTAXES.iter().map(|s| s.name)), none);
        assert_eq!(duplicates(SYNTAXES.iter().flat_map(|s| s.extensions).copied()), none);
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
    fn every_visible_grammar_can_be_chosen() {
        // Parts of other grammars, output of programs, and grammars for no language.
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
