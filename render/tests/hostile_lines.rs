//! No line keeps a thread busy for long: hostile lines for the grammar of every syntax.
//!
//! The regexes of some grammars take a time that grows with the fourth power of a line's length:
//! minutes for a line of 1,000 bytes. Some grammars have contexts that lead to each other without
//! consuming anything, for ever: JavaScript at `x /*`. Highlighting a line cannot be interrupted, so this measures the
//! processor time of the thread that does it. That does not depend on what else the machine does. The
//! ceiling is a hundred times what the worst line takes.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use render::highlight::{self, Highlighter};
use render::syntaxes::SYNTAXES;

/// The most processor time that one grammar may take for all lines here.
const CEILING: Duration = Duration::from_secs(20);

/// The length of a line that is still highlighted.
const LINE_BYTES: usize = 999;

/// What lines are made of, repeated.
const UNITS: [&str; 28] = [
    "a-", "a:", "a: b, ", "a[", "f(", "(", "[a](", "{", "<a ", "\"", "'", "`", "\\", " ", "\t",
    "{%", "@(", "${", "x /*", "//", "<<a ", "=>", "*/", "-", "_", "a=\"b\" ", "é", "0.",
];

/// Beginnings of a text, which lead into other contexts of a grammar. Only the last line is long.
const OPENINGS: [&str; 8] =
    ["", "a:b{", "{e ", "<?php ", "<style>\n", "```less\n", "cat <<EOF\n", "---\na: "];

/// The texts for one grammar. Each opening has a part of the units.
fn texts() -> impl Iterator<Item = String> {
    OPENINGS.into_iter().enumerate().flat_map(|(number, opening)| {
        let units = UNITS.into_iter().enumerate();
        let units = units.filter(move |(at, _)| number == 0 || at % OPENINGS.len() == number - 1);
        units.map(move |(_, unit)| {
            let last_line = opening.rsplit('\n').next().unwrap_or_default();
            format!("{opening}{}!\n", unit.repeat((LINE_BYTES - 1 - last_line.len()) / unit.len()))
        })
    })
}

/// Highlights every text. Names each before it begins.
fn highlight_all(grammar: &str, now_at: &mpsc::Sender<String>) {
    for text in texts() {
        let _ = now_at.send(text.clone());
        let Some(mut highlighter) = Highlighter::new(grammar) else { return };
        let mut html = String::new();
        for line in text.split_inclusive('\n') {
            highlighter.line(line, &mut html);
        }
    }
}

/// The time that a processor has worked for the thread whose folder in `/proc` this is; `None` if it
/// has ended.
fn processor_time(thread: &Path) -> Option<Duration> {
    let statistics = std::fs::read_to_string(thread.join("schedstat")).ok()?;
    Some(Duration::from_nanos(statistics.split(' ').next()?.parse().ok()?))
}

/// Highlights the texts with one grammar and returns the processor time. Panics when the ceiling is
/// reached, without waiting for the end.
fn measure(grammar: &'static str) -> Duration {
    let (now_at, texts) = mpsc::channel();
    let (folder, thread_folder) = mpsc::channel();
    let (end, ended) = mpsc::channel::<Duration>();
    thread::spawn(move || {
        let own = PathBuf::from("/proc").join(std::fs::read_link("/proc/thread-self").unwrap());
        let _ = folder.send(own.clone());
        highlight_all(grammar, &now_at);
        let _ = end.send(processor_time(&own).unwrap());
    });
    let thread = thread_folder.recv().unwrap();
    loop {
        match ended.recv_timeout(Duration::from_millis(100)) {
            Ok(time) => return time,
            Err(mpsc::RecvTimeoutError::Timeout) => {}
            Err(mpsc::RecvTimeoutError::Disconnected) => {
                panic!("{grammar}: panicked at {:?}", texts.try_iter().last())
            }
        }
        let is_over = processor_time(&thread).is_some_and(|time| time > CEILING);
        assert!(!is_over, "{grammar}: more than {CEILING:?} until {:?}", texts.try_iter().last());
    }
}

#[test]
fn no_hostile_line_takes_long_in_any_grammar() {
    let mut seen = HashSet::new();
    for syntax in SYNTAXES.iter().filter(|syntax| seen.insert(syntax.grammar)) {
        measure(syntax.grammar);
    }
    assert!(seen.len() > 150, "only {} grammars", seen.len());
}

#[test]
fn a_regex_that_gives_up_leaves_the_text_complete() {
    let line = format!("{}\n", "a-".repeat(499));
    let mut html = String::new();
    Highlighter::new("Less").unwrap().line(&line, &mut html);
    assert_eq!(html.replace("<b class=t>", "").replace("</b>", ""), line);
    let deadline = std::time::Instant::now() + Duration::from_mins(1);
    assert!(highlight::code("Less", &line, deadline).is_some());
}
