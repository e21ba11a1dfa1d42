//! The syntaxes a paste can be marked with.

#[derive(Debug, PartialEq, Eq)]
pub struct Syntax {
    pub slug: &'static str,
    pub name: &'static str,
    /// Without the dot; the first one is used for downloads.
    pub extensions: &'static [&'static str],
}

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
        .or_else(|| SYNTAXES.iter().find(|syntax| syntax.extensions.iter().any(|e| is(e))))
}

const fn syntax(
    slug: &'static str,
    name: &'static str,
    extensions: &'static [&'static str],
) -> Syntax {
    Syntax { slug, name, extensions }
}

/// Sorted by name.
pub static SYNTAXES: &[Syntax] = &[
    syntax("ada", "Ada", &["adb", "ads"]),
    syntax("apache", "Apache config", &["htaccess"]),
    syntax("applescript", "AppleScript", &["applescript"]),
    syntax("asm", "Assembly", &["asm", "s", "nasm"]),
    syntax("awk", "AWK", &["awk"]),
    syntax("bash", "Bash", &["sh", "bash"]),
    syntax("batch", "Batch", &["bat", "cmd"]),
    syntax("bibtex", "BibTeX", &["bib"]),
    syntax("c", "C", &["c", "h"]),
    syntax("csharp", "C#", &["cs", "csx"]),
    syntax("cpp", "C++", &["cpp", "cc", "cxx", "hpp", "hh", "hxx"]),
    syntax("clojure", "Clojure", &["clj", "cljs", "cljc", "edn"]),
    syntax("cmake", "CMake", &["cmake"]),
    syntax("coffeescript", "CoffeeScript", &["coffee"]),
    syntax("lisp", "Common Lisp", &["lisp", "cl"]),
    syntax("crystal", "Crystal", &["cr"]),
    syntax("css", "CSS", &["css"]),
    syntax("csv", "CSV", &["csv", "tsv"]),
    syntax("cuda", "CUDA", &["cu", "cuh"]),
    syntax("d", "D", &["d"]),
    syntax("dart", "Dart", &["dart"]),
    syntax("diff", "Diff", &["diff", "patch"]),
    syntax("dockerfile", "Dockerfile", &["dockerfile"]),
    syntax("elixir", "Elixir", &["ex", "exs"]),
    syntax("elm", "Elm", &["elm"]),
    syntax("erlang", "Erlang", &["erl", "hrl"]),
    syntax("fsharp", "F#", &["fs", "fsx", "fsi"]),
    syntax("fish", "Fish", &["fish"]),
    syntax("fortran", "Fortran", &["f90", "f", "f95"]),
    syntax("gleam", "Gleam", &["gleam"]),
    syntax("glsl", "GLSL", &["glsl", "vert", "frag"]),
    syntax("go", "Go", &["go"]),
    syntax("graphql", "GraphQL", &["graphql", "gql"]),
    syntax("groovy", "Groovy", &["groovy", "gradle"]),
    syntax("haskell", "Haskell", &["hs"]),
    syntax("hcl", "HCL (Terraform)", &["tf", "hcl"]),
    syntax("html", "HTML", &["html", "htm"]),
    syntax("ini", "INI", &["ini", "cfg", "conf"]),
    syntax("java", "Java", &["java"]),
    syntax("javascript", "JavaScript", &["js", "mjs", "cjs"]),
    syntax("json", "JSON", &["json", "jsonl"]),
    syntax("jsx", "JSX", &["jsx"]),
    syntax("julia", "Julia", &["jl"]),
    syntax("kotlin", "Kotlin", &["kt", "kts"]),
    syntax("latex", "LaTeX", &["tex", "sty"]),
    syntax("less", "Less", &["less"]),
    syntax("log", "Log", &["log"]),
    syntax("lua", "Lua", &["lua"]),
    syntax("make", "Makefile", &["mk", "makefile"]),
    syntax("markdown", "Markdown", &["md", "markdown"]),
    syntax("matlab", "MATLAB", &["matlab"]),
    syntax("nginx", "nginx config", &["nginx"]),
    syntax("nim", "Nim", &["nim"]),
    syntax("nix", "Nix", &["nix"]),
    syntax("objc", "Objective-C", &["m", "mm"]),
    syntax("ocaml", "OCaml", &["ml", "mli"]),
    syntax("pascal", "Pascal", &["pas", "dpr"]),
    syntax("perl", "Perl", &["pl", "pm"]),
    syntax("php", "PHP", &["php"]),
    syntax("text", "Plain text", &["txt", "text"]),
    syntax("powershell", "PowerShell", &["ps1", "psm1"]),
    syntax("prolog", "Prolog", &["pro"]),
    syntax("properties", "Properties", &["properties", "env"]),
    syntax("protobuf", "Protocol Buffers", &["proto"]),
    syntax("python", "Python", &["py", "pyw"]),
    syntax("r", "R", &["r"]),
    syntax("racket", "Racket", &["rkt"]),
    syntax("regex", "Regular expression", &["regex"]),
    syntax("rst", "reStructuredText", &["rst"]),
    syntax("ruby", "Ruby", &["rb"]),
    syntax("rust", "Rust", &["rs"]),
    syntax("sass", "Sass", &["sass"]),
    syntax("scala", "Scala", &["scala", "sc"]),
    syntax("scheme", "Scheme", &["scm", "ss"]),
    syntax("scss", "SCSS", &["scss"]),
    syntax("solidity", "Solidity", &["sol"]),
    syntax("sql", "SQL", &["sql"]),
    syntax("svelte", "Svelte", &["svelte"]),
    syntax("swift", "Swift", &["swift"]),
    syntax("systemd", "systemd unit", &["service", "timer"]),
    syntax("tcl", "Tcl", &["tcl"]),
    syntax("toml", "TOML", &["toml"]),
    syntax("tsx", "TSX", &["tsx"]),
    syntax("typescript", "TypeScript", &["ts", "mts", "cts"]),
    syntax("typst", "Typst", &["typ"]),
    syntax("verilog", "Verilog", &["v", "sv"]),
    syntax("vhdl", "VHDL", &["vhd", "vhdl"]),
    syntax("vim", "Vim script", &["vim"]),
    syntax("vb", "Visual Basic", &["vb"]),
    syntax("vue", "Vue", &["vue"]),
    syntax("wgsl", "WGSL", &["wgsl"]),
    syntax("xml", "XML", &["xml", "xsd", "svg"]),
    syntax("yaml", "YAML", &["yaml", "yml"]),
    syntax("zig", "Zig", &["zig"]),
];

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn the_table_is_sorted_and_without_doubles() {
        let names: Vec<_> = SYNTAXES.iter().map(|s| s.name.to_lowercase()).collect();
        assert!(names.is_sorted());
        let slugs: HashSet<_> = SYNTAXES.iter().map(|s| s.slug).collect();
        assert_eq!(slugs.len(), SYNTAXES.len());
        let extensions: Vec<_> = SYNTAXES.iter().flat_map(|s| s.extensions).collect();
        assert_eq!(extensions.iter().collect::<HashSet<_>>().len(), extensions.len());
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
        ] {
            assert_eq!(find(wanted).map(|s| s.slug), Some(slug));
        }
        assert_eq!(find("klingon"), None);
        assert_eq!(find(""), None);
        assert_eq!(plain().slug, PLAIN);
    }
}
