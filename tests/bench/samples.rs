//! The texts that are pasted: this project's own sources, and generated files. They are the same in
//! every run.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Result, ensure};

pub const KIB: usize = 1024;
pub const MIB: usize = 1024 * KIB;

/// The root of the repository.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// All Rust sources of this project, concatenated.
fn rust_sources() -> Result<String> {
    let mut files = Vec::new();
    for folder in ["app/src", "render/src", "store/src", "jobs/src", "idservice/src", "tests"] {
        collect(&root().join(folder), &mut files)?;
    }
    files.sort();
    let mut all = String::new();
    for file in files {
        all.push_str(&fs::read_to_string(file)?);
    }
    Ok(all)
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() && !path.ends_with("node_modules") {
            collect(&path, files)?;
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    Ok(())
}

/// `count` different pieces of Rust, each shorter than `bytes` by less than a line.
pub fn rust_files(count: usize, bytes: usize) -> Result<Vec<String>> {
    let all = rust_sources()?;
    ensure!(all.len() > 2 * bytes, "the sources are too short");
    let starts: Vec<usize> = all.match_indices('\n').map(|(at, _)| at + 1).collect();
    let usable = starts.partition_point(|start| start + bytes <= all.len());
    let pieces = (0..count).map(|number| {
        let start = starts[number * usable / count % usable];
        filled_with_lines(format!("// File {number}\n"), &all[start..], bytes)
    });
    Ok(pieces.collect())
}

/// `text`, followed by whole lines of `more` up to `bytes` in total.
fn filled_with_lines(mut text: String, more: &str, bytes: usize) -> String {
    for line in more.split_inclusive('\n') {
        if text.len() + line.len() > bytes {
            break;
        }
        text.push_str(line);
    }
    text
}

/// `text`, followed by whole items up to `bytes` in total. `item` writes one, from its number and a
/// random number.
fn filled_with_items(
    mut text: String,
    seed: usize,
    bytes: usize,
    item: impl Fn(&mut String, usize, u64),
) -> String {
    let mut state = seed as u64 + 1;
    for number in 0.. {
        // The generator of Knuth's MMIX.
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let before = text.len();
        item(&mut text, number, state >> 33);
        if text.len() > bytes {
            text.truncate(before);
            break;
        }
    }
    text
}

/// A log of a server with ANSI colours, about 115 bytes per line.
pub fn log(seed: usize, bytes: usize) -> String {
    filled_with_items(String::new(), seed, bytes, |log, number, random| {
        let (level, message) = match random % 20 {
            0 => ("\u{1b}[31mERROR", "the database did not answer within its deadline"),
            1 | 2 => ("\u{1b}[33m WARN", "a connection could not be accepted"),
            _ => ("\u{1b}[32m INFO", "request answered"),
        };
        let (minute, second, milli) = (number / 60_000 % 60, number / 1_000 % 60, number % 1_000);
        let _ = writeln!(
            log,
            "\u{1b}[2m2026-11-23T02:{minute:02}:{second:02}.{milli:03}Z\u{1b}[0m {level}\u{1b}[0m \
             \u{1b}[2mapp::server\u{1b}[0m: {message} \u{1b}[3mtook\u{1b}[0m={}ms",
            random % 997
        );
    })
}

/// JSON objects as an API returns them, in one line.
pub fn json(seed: usize, bytes: usize) -> String {
    let mut text = filled_with_items("[".to_owned(), seed, bytes - 1, |json, number, random| {
        let _ = write!(
            json,
            "{}{{\"id\":{number},\"name\":\"Item {random}\",\"price\":{}.{:02},\"tags\":[\"new\",\"sale\"],\
             \"stock\":{{\"count\":{},\"open\":{}}},\"note\":null}}",
            if number == 0 { "" } else { "," },
            random % 500,
            random % 100,
            random % 40,
            random % 2 == 0
        );
    });
    text.push(']');
    text
}

pub fn csv(seed: usize, bytes: usize) -> String {
    let head = "id,name,email,city,amount,paid,created\n".to_owned();
    filled_with_items(head, seed, bytes, |csv, number, random| {
        let _ = writeln!(
            csv,
            "{number},\"Person, {random}\",person{number}@example.org,Riga,{}.{:02},{},2026-11-{:02}",
            random % 5_000,
            random % 100,
            random % 3 == 0,
            random % 30 + 1
        );
    })
}

/// This project's own documents, repeated under unique headings.
pub fn markdown(seed: usize, bytes: usize) -> Result<String> {
    let documents =
        ["README.md", "ARCHITECTURE.md"].map(|name| fs::read_to_string(root().join(name)));
    let documents = documents.into_iter().collect::<Result<Vec<_>, _>>()?.concat();
    let mut text = String::new();
    for number in 0.. {
        let start = format!("{text}# Papers {seed}.{number}\n\n");
        let longer = filled_with_lines(start, &documents, bytes);
        let full = longer.len() + KIB > bytes;
        text = longer;
        if full {
            break;
        }
    }
    Ok(text)
}

/// A diff of changes in this project's own sources.
pub fn diff(seed: usize, bytes: usize) -> Result<String> {
    let all = rust_sources()?;
    let lines: Vec<&str> = all.lines().collect();
    Ok(filled_with_items(String::new(), seed, bytes, |diff, number, random| {
        let at = number * 11 % (lines.len() - 11);
        if number % 8 == 0 {
            let _ = writeln!(
                diff,
                "diff --git a/src/f{number}.rs b/src/f{number}.rs\nindex {random:08x}..{:08x} 100644\n\
                 --- a/src/f{number}.rs\n+++ b/src/f{number}.rs",
                random ^ 0x0f0f
            );
        }
        let _ = writeln!(diff, "@@ -{0},9 +{0},8 @@", at + 1);
        for (index, line) in lines[at..at + 11].iter().enumerate() {
            let _ = match index {
                3..=5 => writeln!(diff, "-{line}"),
                6 | 7 => writeln!(diff, "+{line} // {random}"),
                _ => writeln!(diff, " {line}"),
            };
        }
    }))
}
