//! Other names of syntaxes, beside their slugs, names and extensions: those that interpreters, editors and
//! people use.

/// The slug of a syntax, and its other names in lower case.
static ALIASES: &[(&str, &[&str])] = &[
    ("applescript", &["osascript"]),
    ("bash", &["shell-script", "sh", "dash", "ash", "busybox"]),
    ("dockerfile", &["docker"]),
    ("elisp", &["emacs-lisp"]),
    ("erb", &["html.erb", "eruby"]),
    ("go", &["golang"]),
    ("haskell", &["runhaskell", "runghc"]),
    ("ini", &["cfg", "conf", "dosini"]),
    ("javascript", &["node", "nodejs", "deno", "bun", "ecmascript"]),
    ("latex", &["tex", "plaintex"]),
    ("lisp", &["sbcl", "clisp"]),
    ("powershell", &["pwsh"]),
    ("r", &["rscript"]),
    ("scheme", &["guile"]),
    ("sql", &["mysql", "mariadb"]),
    ("tcl", &["tclsh", "wish"]),
    ("typescript", &["ts-node", "tsx-node"]),
    ("vim", &["viml"]),
    ("yaml", &["yaml.ansible"]),
];

/// The slug of the syntax with this other name, which is in lower case.
pub fn slug_of_alias(alias: &str) -> Option<&'static str> {
    ALIASES.iter().find(|(_, aliases)| aliases.contains(&alias)).map(|(slug, _)| *slug)
}

/// The other names of the syntax with this slug.
pub fn aliases_of(slug: &str) -> impl Iterator<Item = &'static str> {
    ALIASES
        .iter()
        .filter(move |(known, _)| *known == slug)
        .flat_map(|(_, aliases)| *aliases)
        .copied()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntaxes::SYNTAXES;

    #[test]
    fn every_alias_belongs_to_one_syntax() {
        for (slug, aliases) in ALIASES {
            assert!(SYNTAXES.iter().any(|syntax| syntax.slug == *slug), "{slug}");
            for alias in *aliases {
                assert_eq!(slug_of_alias(alias), Some(*slug), "{alias}");
            }
        }
    }

    #[test]
    fn a_syntax_has_its_other_names() {
        assert_eq!(aliases_of("go").collect::<Vec<_>>(), ["golang"]);
        assert_eq!(aliases_of("text").count(), 0);
    }
}
