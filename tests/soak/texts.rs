//! Texts that are generated from their seeds, so that the ledger need not hold them in memory.

use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};
use testbed::Rng;

const KIB: usize = 1024;

const WORDS: &[&str] = &[
    "heron",
    "dusk",
    "quiet",
    "seven",
    "lake",
    "reed",
    "mist",
    "цапля",
    "вечер",
    "камыш",
    "озеро",
    "naïve",
    "über",
    "鷺",
    "🪶",
    "return",
    "value",
    "index",
    "buffer",
    "token",
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    Rust,
    Csv,
    Json,
    Markdown,
    Diff,
    Log,
    Plain,
}

#[derive(Clone, Copy, Debug)]
pub struct Text {
    seed: u64,
    /// The smallest length; the text exceeds it by less than one line.
    bytes: usize,
    pub shape: Shape,
}

impl Text {
    /// Usually one or two screens; one text in 40 is up to 100 KiB long.
    pub fn typical(rng: &mut Rng) -> Self {
        let max = if rng.one_in(40) { 100 * KIB } else { 1 << rng.between(8, 13) };
        Self::of(rng, max / 2, max)
    }

    /// From 1 to 5 MiB.
    pub fn large(rng: &mut Rng) -> Self {
        Self::of(rng, KIB * KIB, 5 * KIB * KIB - KIB)
    }

    fn of(rng: &mut Rng, min: usize, max: usize) -> Self {
        let shapes = [
            Shape::Rust,
            Shape::Rust,
            Shape::Csv,
            Shape::Json,
            Shape::Markdown,
            Shape::Diff,
            Shape::Log,
            Shape::Plain,
        ];
        let shape = *rng.choose(&shapes);
        Self::with_shape(rng, shape, rng.clone().between(min, max))
    }

    pub fn with_shape(rng: &mut Rng, shape: Shape, bytes: usize) -> Self {
        Self { seed: rng.next_u64(), bytes, shape }
    }

    /// A word in its first line that no other text contains.
    pub fn marker(self) -> String {
        format!("m{:016x}", self.seed)
    }

    pub fn content(self) -> String {
        let mut rng = Rng::new(self.seed, 0);
        let mut text = String::with_capacity(self.bytes + 200);
        let marker = self.marker();
        let _ = match self.shape {
            Shape::Rust => writeln!(text, "//! {marker}"),
            Shape::Csv => writeln!(text, "number,{marker},word"),
            Shape::Json => writeln!(text, "[\"{marker}\""),
            Shape::Markdown => writeln!(text, "# {marker}\n"),
            Shape::Diff => writeln!(text, "--- a/{marker}\n+++ b/{marker}\n@@ -1,9 +1,9 @@"),
            Shape::Log => writeln!(text, "2026-01-01T00:00:00Z INFO {marker}"),
            Shape::Plain => writeln!(text, "{marker}"),
        };
        while text.len() < self.bytes {
            self.write_line(&mut text, &mut rng);
        }
        if self.shape == Shape::Json {
            text.push_str("]\n");
        }
        text
    }

    fn write_line(self, text: &mut String, rng: &mut Rng) {
        let number = rng.below(100_000);
        let [one, two, three] = [(); 3].map(|()| *rng.choose(WORDS));
        let _ = match self.shape {
            Shape::Rust => writeln!(text, "let {one}_{number} = \"{two} <{three}>\"; // {number}"),
            Shape::Csv => writeln!(text, "{number},\"{one} {two}\",{three}"),
            Shape::Json => writeln!(text, ",{{\"{one}\": {number}, \"{two}\": \"{three}\"}}"),
            Shape::Markdown => writeln!(text, "- *{one}* {two} `{number}` [{three}](#{number})"),
            Shape::Diff => writeln!(text, "{}{one} {two} {number}", rng.choose(&[" ", "+", "-"])),
            Shape::Log => writeln!(text, "2026-01-01T00:00:00Z WARN {one} {two} n={number}"),
            Shape::Plain => writeln!(text, "{one} {two} {number} & {three}\t"),
        };
    }

    /// The hash in hex, which is the `ETag` of the raw text.
    pub fn sha256(self) -> String {
        hex::encode(Sha256::digest(self.content()))
    }

    pub fn syntax(self) -> &'static str {
        match self.shape {
            Shape::Rust => "rust",
            Shape::Csv => "csv",
            Shape::Json => "json",
            Shape::Markdown => "markdown",
            Shape::Diff => "diff",
            Shape::Log => "log",
            Shape::Plain => "text",
        }
    }

    /// The path suffix of another view of the text.
    pub fn view(self) -> &'static str {
        match self.shape {
            Shape::Csv => "table",
            Shape::Json => "pretty",
            Shape::Markdown => "rendered",
            _ => "source",
        }
    }
}
