//! What is pasted: this project's own sources, and what programs say.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Result, ensure};

pub const KIB: usize = 1024;
pub const MIB: usize = 1024 * KIB;

pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// All Rust sources of this project, one after the other.
pub fn rust() -> Result<String> {
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

/// `count` pieces of Rust of `bytes` or a line less, none like another.
pub fn rust_files(count: usize, bytes: usize) -> Result<Vec<String>> {
    let all = rust()?;
    ensure!(all.len() > 2 * bytes, "there are too few sources");
    let starts: Vec<usize> = all.match_indices('\n').map(|(at, _)| at + 1).collect();
    let room = starts.partition_point(|start| start + bytes <= all.len());
    let pieces = (0..count).map(|number| {
        let start = starts[number * room / count % room];
        up_to(format!("// File {number}\n"), &all[start..], bytes)
    });
    Ok(pieces.collect())
}

/// `text` with whole lines of `more`, up to `bytes`.
fn up_to(mut text: String, more: &str, bytes: usize) -> String {
    for line in more.split_inclusive('\n') {
        if text.len() + line.len() > bytes {
            break;
        }
        text.push_str(line);
    }
    text
}

/// Whole items up to `bytes`, for each its number and a different random one.
fn filled(
    mut text: String,
    seed: usize,
    bytes: usize,
    item: impl Fn(&mut String, usize, u64),
) -> String {
    let mut state = seed as u64 + 1;
    for number in 0.. {
        // Knuth's MMIX generator: the same texts in every run.
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

/// A server's log in a terminal's colours, about 115 bytes a line.
pub fn log(seed: usize, bytes: usize) -> String {
    filled(String::new(), seed, bytes, |log, number, random| {
        let (level, said) = match random % 20 {
            0 => ("\u{1b}[31mERROR", "the database did not answer within its deadline"),
            1 | 2 => ("\u{1b}[33m WARN", "a connection could not be accepted"),
            _ => ("\u{1b}[32m INFO", "request answered"),
        };
        let (minute, second, milli) = (number / 60_000 % 60, number / 1_000 % 60, number % 1_000);
        let _ = writeln!(
            log,
            "\u{1b}[2m2026-11-23T02:{minute:02}:{second:02}.{milli:03}Z\u{1b}[0m {level}\u{1b}[0m \
             \u{1b}[2mapp::server\u{1b}[0m: {said} \u{1b}[3mtook\u{1b}[0m={}ms",
            random % 997
        );
    })
}

/// Objects as an API answers them: one line.
pub fn json(seed: usize, bytes: usize) -> String {
    let mut text = filled("[".to_owned(), seed, bytes - 1, |json, number, random| {
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
    filled(head, seed, bytes, |csv, number, random| {
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

/// This project's own papers, and again, with a heading of its own each time.
pub fn markdown(seed: usize, bytes: usize) -> Result<String> {
    let papers = ["README.md", "ARCHITECTURE.md"].map(|name| fs::read_to_string(root().join(name)));
    let papers = papers.into_iter().collect::<Result<Vec<_>, _>>()?.concat();
    let mut text = String::new();
    for number in 0.. {
        let begun = format!("{text}# Papers {seed}.{number}\n\n");
        let longer = up_to(begun, &papers, bytes);
        let full = longer.len() + KIB > bytes;
        text = longer;
        if full {
            break;
        }
    }
    Ok(text)
}

/// Changes in this project's own sources.
pub fn diff(seed: usize, bytes: usize) -> Result<String> {
    let all = rust()?;
    let lines: Vec<&str> = all.lines().collect();
    Ok(filled(String::new(), seed, bytes, |diff, number, random| {
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
