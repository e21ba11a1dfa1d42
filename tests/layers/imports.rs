//! Reads the imports of a source file: `use` lines, and paths such as `crate::error::Error` in the
//! code. A tokenizer and a list of braces are enough for that.

/// A path as it is written, in the inline modules around it.
#[derive(Debug, PartialEq)]
pub struct Import<'a> {
    pub line: usize,
    pub path: Vec<&'a str>,
    pub inline_modules: Vec<&'a str>,
}

/// The imports of a file outside of its test modules, and the names of its test modules.
#[derive(Default)]
pub struct Imports<'a> {
    pub all: Vec<Import<'a>>,
    pub test_modules: Vec<&'a str>,
}

pub fn read(source: &str) -> Imports<'_> {
    let tokens = tokens(source);
    let mut imports = Imports::default();
    // For each open brace, the module that it opens, if it opens one.
    let mut braces: Vec<Option<&str>> = Vec::new();
    let mut at = 0;
    while let Some(&Token { line, text }) = tokens.get(at) {
        let rest = &tokens[at..];
        let inline_modules = || braces.iter().copied().flatten().collect();
        // Each arm gives the number of tokens that it takes.
        at += match text {
            "#" if is_cfg_test(rest) => {
                let item = &rest[..item_length(rest)];
                let module =
                    item.windows(3).find(|part| part[0].text == "mod" && part[2].text == ";");
                imports.test_modules.extend(module.map(|part| part[1].text));
                item.len()
            }
            // `$crate::…` in a macro is a path for other crates, which only `lib.rs` can offer.
            "$" => 2,
            // `use<'a>` is no import but a bound.
            "use" if rest.get(1).is_some_and(|next| next.text != "<") => {
                let length = rest.iter().take_while(|token| token.text != ";").count();
                for (line, path) in use_tree(&mut rest[1..length].iter(), &[]) {
                    imports.all.push(Import { line, path, inline_modules: inline_modules() });
                }
                length
            }
            "{" => {
                let opens_module = at >= 2 && tokens[at - 2].text == "mod";
                braces.push(opens_module.then(|| tokens[at - 1].text));
                1
            }
            "}" => {
                braces.pop();
                1
            }
            _ if is_word(text) && rest.get(1).is_some_and(|next| next.text == "::") => {
                let path = inline_path(rest);
                let length = 2 * path.len() - 1;
                imports.all.push(Import { line, path, inline_modules: inline_modules() });
                length
            }
            _ => 1,
        };
    }
    imports
}

/// The words that `::` joins, from the first on.
fn inline_path<'a>(tokens: &[Token<'a>]) -> Vec<&'a str> {
    let mut path = vec![tokens[0].text];
    for pair in tokens[1..].chunks_exact(2) {
        if pair[0].text != "::" || !is_word(pair[1].text) {
            break;
        }
        path.push(pair[1].text);
    }
    path
}

/// The paths of a `use` line, with their groups spread out: `a::{B, c::{D, self}}` has three.
fn use_tree<'a>(
    tokens: &mut std::slice::Iter<Token<'a>>,
    prefix: &[&'a str],
) -> Vec<(usize, Vec<&'a str>)> {
    let mut paths = Vec::new();
    let mut path = prefix.to_vec();
    let mut line = 0;
    let mut is_renamed = false;
    while let Some(token) = tokens.next() {
        match token.text {
            "," | "}" => {
                if path.len() > prefix.len() {
                    paths.push((line, std::mem::replace(&mut path, prefix.to_vec())));
                }
                is_renamed = false;
                if token.text == "}" {
                    return paths;
                }
            }
            "{" => {
                paths.extend(use_tree(tokens, &path));
                path = prefix.to_vec();
            }
            "as" => is_renamed = true,
            word if !is_renamed && (is_word(word) || word == "*") => {
                line = token.line;
                path.push(word);
            }
            _ => {}
        }
    }
    if path.len() > prefix.len() {
        paths.push((line, path));
    }
    paths
}

/// The items at the top of a file, without their attributes.
pub fn items(source: &str) -> Vec<(usize, Vec<&str>)> {
    let tokens = tokens(source);
    let mut rest = &tokens[..];
    let mut items = Vec::new();
    while let Some(first) = rest.first() {
        let length = match first.text {
            "#" => {
                rest.iter().position(|token| token.text == "]").map_or(rest.len(), |end| end + 1)
            }
            _ => item_length(rest),
        };
        if first.text != "#" {
            items.push((first.line, rest[..length].iter().map(|token| token.text).collect()));
        }
        rest = &rest[length..];
    }
    items
}

/// Whether the tokens begin with `#[cfg(test)]`.
fn is_cfg_test(tokens: &[Token]) -> bool {
    tokens.iter().map(|token| token.text).take(6).eq(["#", "[", "cfg", "(", "test", ")"])
}

/// The tokens of an item with its attributes: up to its semicolon or its closing brace.
fn item_length(tokens: &[Token]) -> usize {
    let mut depth = 0;
    for (at, token) in tokens.iter().enumerate() {
        match token.text {
            "{" | "(" | "[" => depth += 1,
            ")" | "]" => depth -= 1,
            "}" => {
                depth -= 1;
                if depth <= 0 {
                    // Below zero it closes what is around the item, such as a struct around a field.
                    return if depth == 0 { at + 1 } else { at };
                }
            }
            ";" if depth == 0 => return at + 1,
            _ => {}
        }
    }
    tokens.len()
}

#[derive(Clone, Copy)]
struct Token<'a> {
    line: usize,
    text: &'a str,
}

fn is_word(text: &str) -> bool {
    text.starts_with(|c: char| c.is_alphabetic() || c == '_')
}

/// Words, `::` and other characters, without comments, literals and blanks.
fn tokens(source: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let (mut rest, mut line) = (source, 1);
    while let Some(first) = rest.chars().next() {
        let (length, is_token) = if rest.starts_with("//") {
            (rest.find('\n').unwrap_or(rest.len()), false)
        } else if rest.starts_with("/*") {
            (rest.find("*/").map_or(rest.len(), |end| end + 2), false)
        } else if let Some(length) = literal_length(rest) {
            (length, false)
        } else if first.is_alphanumeric() || first == '_' {
            (rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len()), true)
        } else if rest.starts_with("::") {
            (2, true)
        } else {
            (first.len_utf8(), !first.is_whitespace())
        };
        let (text, after) = rest.split_at(length);
        if is_token {
            tokens.push(Token { line, text });
        }
        line += text.matches('\n').count();
        rest = after;
    }
    tokens
}

/// The length of the string, raw string or character that a text begins with, in bytes.
fn literal_length(text: &str) -> Option<usize> {
    let raw = text.trim_start_matches(['b', 'c']);
    if let Some(raw) = raw.strip_prefix('r') {
        let hashes = raw.len() - raw.trim_start_matches('#').len();
        if raw[hashes..].starts_with('"') {
            let end = format!("\"{}", "#".repeat(hashes));
            let start = text.len() - raw.len() + hashes + 1;
            return Some(text[start..].find(&end).map_or(text.len(), |at| start + at + end.len()));
        }
    }
    let quote = text.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let mut is_escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            _ if c == quote => return Some(at + 1),
            // A lifetime, not a character.
            _ if quote == '\'' && at > 1 && !text[1..].starts_with('\\') => return None,
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(source: &str) -> Vec<String> {
        read(source).all.iter().map(|import| import.path.join("::")).collect()
    }

    #[test]
    fn grouped_and_renamed_imports_are_spread_out() {
        assert_eq!(
            paths("use crate::{a::B as X, c::{self, D, e::*}};\nuse super::f;"),
            ["crate::a::B", "crate::c::self", "crate::c::D", "crate::c::e::*", "super::f"]
        );
    }

    #[test]
    fn paths_in_the_code_are_imports() {
        let source = "fn f<'a>(x: &'a crate::a::B) -> char { crate::c::d::<u8>(); '{' }";
        assert_eq!(paths(source), ["crate::a::B", "crate::c::d"]);
    }

    #[test]
    fn comments_and_literals_have_no_imports() {
        let source = "// crate::a\n/* crate::b */ const C: &str = \"crate::c \\\" crate::d\"; \
                      const E: &str = r#\"crate::e \" crate::f\"#; const G: char = '\"'; use crate::h;";
        assert_eq!(paths(source), ["crate::h"]);
    }

    #[test]
    fn test_modules_are_left_out() {
        let source =
            "#[cfg(test)]\nmod tests { use super::A; }\n#[cfg(test)]\nmod more;\nuse crate::b;";
        let imports = read(source);
        assert_eq!(imports.test_modules, ["more"]);
        let import = Import { line: 5, path: vec!["crate", "b"], inline_modules: vec![] };
        assert_eq!(imports.all, [import]);
    }

    #[test]
    fn an_import_knows_its_line_and_the_inline_modules_around_it() {
        let imports = read("mod a {\n    mod b {}\n    use super::c;\n}");
        let import = Import { line: 3, path: vec!["super", "c"], inline_modules: vec!["a"] };
        assert_eq!(imports.all, [import]);
    }
}
