//! Names that interpreters and editors give to languages.

use crate::syntaxes::{self, PLAIN};

/// The slug of the syntax that an interpreter or an editor's mode stands for: `python3`, `c++`,
/// `sh`. `None` for an unknown name and for plain text.
pub fn slug_of(name: &str) -> Option<&'static str> {
    let name = name.to_ascii_lowercase();
    let slug = match name.as_str() {
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
        name => {
            let unversioned = name.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.');
            let syntax = syntaxes::find(name).or_else(|| syntaxes::find(unversioned))?;
            return (syntax.slug != PLAIN).then_some(syntax.slug);
        }
    };
    Some(slug)
}
