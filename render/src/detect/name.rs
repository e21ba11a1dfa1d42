//! Detects a syntax by a file name. A title may be any sentence, so a name in the middle of one does
//! not count: `about main.c and co` is not C.

use crate::syntaxes::{by_extension, by_file_name};

/// Suffixes that copies and templates of a file get after its own extension.
const COPY_SUFFIXES: &[&str] =
    &["~", ".bak", ".orig", ".old", ".in", ".dist", ".example", ".sample"];

/// No file system has longer file names, in bytes.
const MAX_NAME_BYTES: usize = 255;

/// The slug of the syntax. It is `text` for a name that says so, such as `notes.txt`.
pub fn detect(name: &str) -> Option<&'static str> {
    let name = name.trim();
    if name.is_empty() || name.len() > MAX_NAME_BYTES {
        return None;
    }
    let file = name.rsplit(['/', '\\']).next().unwrap_or(name);
    slug_of_file(file).or_else(|| {
        COPY_SUFFIXES.iter().find_map(|suffix| slug_of_file(file.strip_suffix(suffix)?))
    })
}

fn slug_of_file(file: &str) -> Option<&'static str> {
    if let Some(syntax) = by_file_name(file) {
        return Some(syntax.slug);
    }
    let is_sentence = file.contains(char::is_whitespace);
    // From the left, so that the longest extension wins: `blade.php` before `php`.
    file.match_indices('.')
        .map(|(dot, _)| &file[dot + 1..])
        .filter(|extension| !is_sentence || extension.contains('.'))
        .find_map(by_extension)
        .map(|syntax| syntax.slug)
        .or_else(|| by_first_part(file))
}

/// `Dockerfile.dev`, `Makefile.linux`: when the extension is unknown, the part before the first dot
/// is looked up as a file name.
fn by_first_part(file: &str) -> Option<&'static str> {
    let (first, _) = file.split_once('.')?;
    if first.is_empty() { None } else { by_file_name(first).map(|syntax| syntax.slug) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_name_names_the_syntax() {
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
            assert_eq!(detect(name), Some(slug), "{name}");
        }
    }

    #[test]
    fn a_title_does_not_name_a_syntax() {
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
            assert_eq!(detect(name), None, "{name}");
        }
    }
}
