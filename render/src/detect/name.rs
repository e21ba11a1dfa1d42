//! What the name says, where it is one: a title is any sentence, and `about main.c and co` is not C.

use crate::syntaxes::{by_extension, by_file};

/// Endings that a file gets in addition to its own.
const COPIES: &[&str] = &["~", ".bak", ".orig", ".old", ".in", ".dist", ".example", ".sample"];

/// A name longer than this is no file's.
const NAME_MAX: usize = 255;

/// The slug, `text` for what calls itself a text.
pub fn judge(name: &str) -> Option<&'static str> {
    let name = name.trim();
    if name.is_empty() || name.len() > NAME_MAX {
        return None;
    }
    let file = name.rsplit(['/', '\\']).next().unwrap_or(name);
    whole(file).or_else(|| COPIES.iter().find_map(|copy| whole(file.strip_suffix(copy)?)))
}

fn whole(file: &str) -> Option<&'static str> {
    if let Some(syntax) = by_file(file) {
        return Some(syntax.slug);
    }
    let sentence = file.contains(char::is_whitespace);
    // From the left, so that the longest counts: `blade.php` before `php`.
    file.match_indices('.')
        .map(|(dot, _)| &file[dot + 1..])
        .filter(|extension| !sentence || extension.contains('.'))
        .find_map(by_extension)
        .map(|syntax| syntax.slug)
        .or_else(|| dockerfile(file))
}

/// `Dockerfile.dev`, `Makefile.linux`: the first part names it where the last says nothing.
fn dockerfile(file: &str) -> Option<&'static str> {
    let (first, _) = file.split_once('.')?;
    if first.is_empty() { None } else { by_file(first).map(|syntax| syntax.slug) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_known_by_its_name() {
        for (name, slug) in [
            ("main.rs", "rust"),
            ("MAIN.RS", "rust"),
            ("src/lib/main.py", "python"),
            (r"C:\work\Program.cs", "csharp"),
            ("Makefile", "make"),
            ("Dockerfile", "dockerfile"),
            ("Dockerfile.dev", "dockerfile"),
            ("CMakeLists.txt", "cmake"),
            ("requirements.txt", "requirements"),
            (".bashrc", "bash"),
            (".env", "dotenv"),
            ("Cargo.lock", "toml"),
            ("go.mod", "gomod"),
            ("page.blade.php", "blade"),
            ("my page.blade.php", "blade"),
            ("page.test.tsx", "tsx"),
            ("nginx.conf.bak", "nginx"),
            ("main.rs~", "rust"),
            ("notes.txt", "text"),
            ("table.tsv", "tsv"),
        ] {
            assert_eq!(judge(name), Some(slug), "{name}");
        }
    }

    #[test]
    fn a_title_is_not() {
        for name in [
            "",
            "Meeting notes v1.2",
            "about main.c and co",
            "Please look at main.c",
            "v1.2",
            "Bash",
            "make",
            "Figure 1.c of the paper",
            "Hello. World",
            "e.g.",
            "...",
            "build",
            "group",
            "main",
        ] {
            assert_eq!(judge(name), None, "{name}");
        }
    }
}
