//! Tests of syntax detection, on the corpus of real files and on short texts.

use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::*;
use crate::syntaxes::PLAIN;

/// `tests/corpus/real/<slug>/<file>`. `LICENSES.md` there says where they come from.
fn corpus() -> Vec<(String, PathBuf)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/corpus/real");
    let mut files = Vec::new();
    for folder in std::fs::read_dir(root).unwrap() {
        let folder = folder.unwrap();
        for file in std::fs::read_dir(folder.path()).unwrap() {
            let path = file.unwrap().path();
            if path.file_name().unwrap() != "LICENSE.md" {
                files.push((folder.file_name().into_string().unwrap(), path));
            }
        }
    }
    files.sort();
    files
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap()
}

#[test]
fn a_real_file_is_detected_by_its_name() {
    let files = corpus();
    assert!(files.len() >= 45);
    for (slug, path) in &files {
        let name = path.file_name().unwrap().to_str().unwrap();
        assert_eq!(detect(name, &read(path)).slug, slug, "{name}");
    }
}

/// Syntaxes whose corpus files are detected without a name.
const BY_CONTENT: &[&str] = &[
    "apache",
    "bash",
    "batch",
    "c",
    "clojure",
    "cmake",
    "cpp",
    "csharp",
    "css",
    "csv",
    "diff",
    "dockerfile",
    "elixir",
    "erlang",
    "fsharp",
    "go",
    "haskell",
    "hcl",
    "html",
    "ini",
    "java",
    "javascript",
    "json",
    "jsonl",
    "kotlin",
    "latex",
    "lisp",
    "log",
    "lua",
    "make",
    "markdown",
    "nginx",
    "nix",
    "objc",
    "ocaml",
    "perl",
    "php",
    "python",
    "r",
    "racket",
    "ruby",
    "rust",
    "scala",
    "scss",
    "solidity",
    "sql",
    "svelte",
    "swift",
    "syslog",
    "toml",
    "tsv",
    "typescript",
    "vim",
    "vue",
    "yaml",
    "zig",
];

/// Pairs of a syntax and a close relative that it may be detected as. Any other file must be
/// detected as its own syntax or as plain text.
const RELATIONS: &[(&str, &str)] =
    &[("crystal", "ruby"), ("sass", "scss"), ("tsx", "jsx"), ("xml", "xslt")];

#[test]
fn a_real_text_without_a_name_is_detected_correctly_or_is_plain_text() {
    let mut wrong = Vec::new();
    for (slug, path) in corpus() {
        let found = detect("", &read(&path)).slug;
        let fine = found == slug
            || !BY_CONTENT.contains(&slug.as_str())
                && (found == PLAIN || RELATIONS.contains(&(&slug, found)));
        if !fine {
            wrong.push((slug, found));
        }
    }
    assert_eq!(wrong, []);
}

#[test]
fn messages_between_people_are_plain_text() {
    for text in [
        "",
        " \n\n ",
        "hello",
        "The quick brown fox jumps over the lazy dog.\nIt was not the first time, and it will not be the last.",
        "Съешь ещё этих мягких французских булок, да выпей чаю.\nПотом позвони: жду до вечера; если нет — напиши.",
        "[12:30] Anna: hi, are you in?\n[12:31] Ben: yes! what's up?\n[12:31] Anna: can you use the new import for me",
        "12:30:11 <anna> let me know if it works\n12:30:15 <ben> it does, for now\n12:31:00 <anna> great",
        "From: Ann <ann@example.com>\nTo: Ben <ben@example.com>\nSubject: Lunch\nDate: Mon, 1 Jan 2024 10:00:00 +0000\n\nHi Ben,\n\nshall we have lunch? Let me know.\n\nAnn",
        "> shall we have lunch?\n> Let me know\n\nYes: at noon, in the hall.\n\n-- \nBen",
        "- milk\n- eggs\n- bread (two)\n- butter",
        "Shopping:\n- milk\n- eggs\nOther:\n- call mum\n- return the books",
        "1. Open the door.\n2. Close the door.\n3. Let it be.",
        "Select the first item from the list, where you see it;\nupdate it, and delete the rest.",
        "select one from the list\nand return it to me\nif you are not in, let us know\nfor now this is all",
        "use the new version\nlet me know\nimport duties are due\nfrom here to there\nwith love\nclass is over\nend",
        "Dear all,\n\nthe function of this letter is to include you. Try it: it is public, and will return something new.\n\nBest,\nC.",
        "Ann, 31, Berlin\nBen lives in Rome, and works there, as a cook.\nNobody knows, really.",
        "Total: 12\nPrice: 30 EUR\nName: Ann",
        "x = 3\ny = 4\nso x + y = 7",
        "https://example.com/a?b=c&d=e\nhttps://example.org/\n",
        "user: ann\npass: 1234",
        "rose are red,\nviolets are blue,\nsugar is sweet,\nand so are you",
        "Error: it does not work!!! Why? (See above.)",
        "Roses — red; violets — blue.\n* * *\nThe end.",
        "[1] Knuth, D. The Art\n[2] Dijkstra, E. Notes\n[3] Hoare, C. Hints",
    ] {
        assert_eq!(detect("", text).slug, PLAIN, "{text}");
    }
}

#[test]
fn a_few_clear_lines_are_enough() {
    for (text, slug) in [
        ("fn main() {\n    println!(\"hi\");\n}\n", "rust"),
        ("def f(x):\n    return x + 1\n\nprint(f(2))\n", "python"),
        ("SELECT * FROM users WHERE id = 1;", "sql"),
        ("package main\n\nfunc main() {\n}\n", "go"),
        ("#include <stdio.h>\nint main(void) { return 0; }\n", "c"),
        ("#include <iostream>\nint main() { std::cout << 1; }\n", "cpp"),
        ("<div class=\"a\">\n<p>hi</p>\n</div>\n", "html"),
        ("body {\n  color: red;\n  margin: 0;\n}\n", "css"),
        ("const a = () => {\n  console.log('x');\n};\n", "javascript"),
        (
            "interface A {\n  name: string;\n  age: number;\n}\n\nexport const f = (a: A) => {};\n",
            "typescript",
        ),
        (
            "import { useState } from 'react';\n\ninterface P {\n  name: string;\n}\n\nexport default function A({ name }: P) {\n  const [n, set] = useState(0);\n  return (\n    <div className=\"a\">{name}</div>\n  );\n}\n",
            "tsx",
        ),
        ("$x = Get-ChildItem -Path .\nWrite-Host $x\n", "powershell"),
        ("for f in *.txt; do\n  echo \"$f\"\ndone\n", "bash"),
        (
            "# Title\n\nSome *text* with a [link](https://example.com).\n\n## More\n\n```rust\nfn main() {\n    println!(\"x\");\n}\n```\n",
            "markdown",
        ),
        ("server {\n  listen 80;\n  location / {\n    proxy_pass http://a;\n  }\n}\n", "nginx"),
        ("{ pkgs, ... }:\n{\n  environment.systemPackages = with pkgs; [ vim ];\n}\n", "nix"),
        ("FROM rust:1\nWORKDIR /a\nCOPY . .\nRUN cargo build\n", "dockerfile"),
    ] {
        assert_eq!(detect("", text).slug, slug, "{text}");
    }
}

#[test]
fn a_file_name_wins_over_the_text_and_a_title_does_not_count() {
    let rust = "fn main() {\n    println!(\"hi\");\n}\n";
    assert_eq!(detect("main.py", rust).slug, "python");
    assert_eq!(detect("notes.txt", rust).slug, PLAIN);
    assert_eq!(detect("about main.c and co", rust).slug, "rust");
    assert_eq!(detect("v1.2", "hello").slug, PLAIN);
    assert_eq!(detect("a.h", "#include <vector>\nclass A : std::vector<int> {};\n").slug, "cpp");
    assert_eq!(detect("a.h", "int f(void);\n").slug, "c");
}

/// The bound applies to a release build. In a debug build the test only shows that nothing hangs.
#[test]
fn detection_is_fast_for_hostile_texts() {
    let bound = Duration::from_millis(if cfg!(debug_assertions) { 500 } else { 2 });
    let mut state = 1_u32;
    let random: String = (0..SAMPLE_BYTES)
        .map(|_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            char::from(b' ' + u8::try_from(state >> 24).unwrap() % 95)
        })
        .collect();
    let of = |part: &str| part.repeat(100_000 / part.len());
    let texts = [
        random,
        of("{"),
        of("["),
        of("[{\"a\":"),
        of(" "),
        of("\n"),
        of("<"),
        of("-"),
        of("a,"),
        of("a,b,c\n"),
        of("=\n"),
        of("a: b\n"),
        of("```\n"),
        of("^"),
        of("std::"),
        of("fn "),
        of("  fn\n"),
        of("--- \n"),
        of("vim:"),
        of("-*-"),
        of("\u{1f600}"),
        of("'''"),
    ];
    detect("", "fn");
    for text in &texts {
        let best = (0..5).map(|_| {
            let start = Instant::now();
            black_box(detect("", text));
            start.elapsed()
        });
        let best = best.min().unwrap();
        println!("{best:?} {:?}", &text[..4]);
        assert!(best < bound, "{best:?} for {:?}", &text[..4]);
    }
    let name = "a.".repeat(10_000);
    let start = Instant::now();
    detect(&name, "");
    assert!(start.elapsed() < bound);
}
