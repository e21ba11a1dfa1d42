//! What a paste is, where its visitor left that to us: by its name, by what it says of itself, by
//! its shape, and last by the words in it.
//!
//! A wrong guess is worse than none, so what is not clearly one thing stays plain text.
//!
//! Ours, because no kept library guesses from a text alone: hyperpolyglot is from 2020, `linguist`
//! only chooses between languages that share an extension, and magika brings a neural network and
//! its runtime.

mod itself;
mod name;
mod shape;
mod signals;
#[cfg(test)]
mod tests;

use crate::syntaxes;
use crate::syntaxes::{PLAIN, Syntax};

/// How much of a text is looked at, in bytes: enough for a licence's header and some code.
const LOOKED_AT: usize = 16 * 1024;

/// `name` is a file's name or a title, which may be any sentence or nothing. The cost is bounded:
/// well under 2 ms, whatever the text.
pub fn detect(name: &str, text: &str) -> &'static Syntax {
    let text = text.trim_start_matches('\u{feff}');
    let beginning = &text[..text.floor_char_boundary(LOOKED_AT)];
    let slug = match name::judge(name) {
        Some(named) => Some(among(named, beginning)),
        None => itself::judge(beginning)
            .or_else(|| shape::judge(text, beginning))
            .or_else(|| signals::judge(beginning)),
    };
    slug.and_then(syntaxes::find).unwrap_or_else(syntaxes::plain)
}

/// Some extensions belong to more than one language; there the words choose.
fn among(named: &'static str, beginning: &str) -> &'static str {
    let others: &[&str] = match named {
        "c" => &["cpp", "objc"],
        "objc" => &["matlab", "octave"],
        "ini" => &["apache", "nginx"],
        "typescript" => &["xml"],
        _ => return named,
    };
    let other = itself::judge(beginning).or_else(|| signals::judge(beginning));
    other.filter(|slug| others.contains(slug)).unwrap_or(named)
}

/// The slug that someone else's word for a language stands for: `python3`, `c++`, `sh`.
fn called(word: &str) -> Option<&'static str> {
    let word = word.to_ascii_lowercase();
    let known = match word.as_str() {
        "node" | "nodejs" | "deno" | "bun" => "javascript",
        "ts-node" | "tsx-node" => "typescript",
        "pwsh" => "powershell",
        "emacs-lisp" => "elisp",
        "sbcl" | "clisp" => "lisp",
        "guile" => "scheme",
        "rscript" => "r",
        "runhaskell" | "runghc" => "haskell",
        "tclsh" | "wish" => "tcl",
        "osascript" => "applescript",
        "shell-script" | "sh" | "dash" | "ash" | "busybox" => "bash",
        "cfg" | "conf" | "dosini" => "ini",
        "conf-unix" | "help" | "fundamental" => return None,
        "viml" => "vim",
        "tex" | "plaintex" => "latex",
        "gitrebase" => "gitrebase",
        "yaml.ansible" => "yaml",
        "html.erb" | "eruby" => "erb",
        word => {
            let unversioned = word.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.');
            let found = syntaxes::find(word).or_else(|| syntaxes::find(unversioned))?;
            return (found.slug != PLAIN).then_some(found.slug);
        }
    };
    Some(known)
}
