//! Texts that are made anew from their seeds, so that nobody has to keep them.

use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};

use crate::dice::Dice;

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
    /// At least; less than a line more.
    bytes: usize,
    pub shape: Shape,
}

impl Text {
    /// Mostly a screen or two, now and then a long one.
    pub fn usual(dice: &mut Dice) -> Self {
        let most = if dice.once_in(40) { 100 * KIB } else { 1 << dice.between(8, 13) };
        Self::of(dice, most / 2, most)
    }

    /// From 1 to 5 MiB.
    pub fn large(dice: &mut Dice) -> Self {
        Self::of(dice, KIB * KIB, 5 * KIB * KIB - KIB)
    }

    pub fn of(dice: &mut Dice, least: usize, most: usize) -> Self {
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
        let shape = *dice.pick(&shapes);
        Self::shaped(dice, shape, dice.clone().between(least, most))
    }

    pub fn shaped(dice: &mut Dice, shape: Shape, bytes: usize) -> Self {
        Self { seed: dice.roll(), bytes, shape }
    }

    /// A word that no other text has; it stands in the first line.
    pub fn mark(self) -> String {
        format!("m{:016x}", self.seed)
    }

    pub fn write(self) -> String {
        let mut dice = Dice::new(self.seed, 0);
        let mut text = String::with_capacity(self.bytes + 200);
        let mark = self.mark();
        let _ = match self.shape {
            Shape::Rust => writeln!(text, "//! {mark}"),
            Shape::Csv => writeln!(text, "number,{mark},word"),
            Shape::Json => writeln!(text, "[\"{mark}\""),
            Shape::Markdown => writeln!(text, "# {mark}\n"),
            Shape::Diff => writeln!(text, "--- a/{mark}\n+++ b/{mark}\n@@ -1,9 +1,9 @@"),
            Shape::Log => writeln!(text, "2026-01-01T00:00:00Z INFO {mark}"),
            Shape::Plain => writeln!(text, "{mark}"),
        };
        while text.len() < self.bytes {
            self.write_line(&mut text, &mut dice);
        }
        if self.shape == Shape::Json {
            text.push_str("]\n");
        }
        text
    }

    fn write_line(self, text: &mut String, dice: &mut Dice) {
        let number = dice.below(100_000);
        let [one, two, three] = [(); 3].map(|()| *dice.pick(WORDS));
        let _ = match self.shape {
            Shape::Rust => writeln!(text, "let {one}_{number} = \"{two} <{three}>\"; // {number}"),
            Shape::Csv => writeln!(text, "{number},\"{one} {two}\",{three}"),
            Shape::Json => writeln!(text, ",{{\"{one}\": {number}, \"{two}\": \"{three}\"}}"),
            Shape::Markdown => writeln!(text, "- *{one}* {two} `{number}` [{three}](#{number})"),
            Shape::Diff => writeln!(text, "{}{one} {two} {number}", dice.pick(&[" ", "+", "-"])),
            Shape::Log => writeln!(text, "2026-01-01T00:00:00Z WARN {one} {two} n={number}"),
            Shape::Plain => writeln!(text, "{one} {two} {number} & {three}\t"),
        };
    }

    /// As the site's `ETag` of the text has it, in hex.
    pub fn sha256(self) -> String {
        hex::encode(Sha256::digest(self.write()))
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

    /// A way to read it besides its page: `table`.
    pub fn view(self) -> &'static str {
        match self.shape {
            Shape::Csv => "table",
            Shape::Json => "pretty",
            Shape::Markdown => "rendered",
            _ => "source",
        }
    }
}
