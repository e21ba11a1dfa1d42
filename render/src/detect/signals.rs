//! The last resort: which language's words are in the text.
//!
//! All words are found in one pass, so the cost grows with the text and with nothing else.

mod words;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use aho_corasick::automaton::Automaton as _;
use aho_corasick::dfa::DFA;
use aho_corasick::{Anchored, MatchKind};

use words::{HINT, LANGUAGES, LIKELY, SURE};

/// A signal that is heard more often than this proves no more.
const HEARD_MAX: u32 = 2;

/// What one language must reach, from at least two different signals: a definition and one more.
const SCORE_MIN: u32 = 6;

/// In so many lines of prose some hint is heard by chance.
const LINES_PER_CHANCE: usize = 25;

/// How many different signals stand for one that is sure.
const LIKELY_MIN: u32 = 3;

/// How far an indent is followed to a line's beginning or end, in bytes.
const INDENT_MAX: usize = 64;

pub fn judge(text: &str) -> Option<&'static str> {
    let fenced = without_fences(text);
    let text = fenced.as_deref().unwrap_or(text);
    let tallies = LISTENER.tallies(text.as_bytes());
    let markup = text.trim_start().starts_with('<');
    let totals: Vec<Option<u32>> =
        (0..LANGUAGES.len()).map(|language| total(language, &tallies, markup)).collect();
    let best = (0..totals.len()).max_by_key(|language| (totals[*language], *language))?;
    let score = totals[best]?;
    let second = (0..totals.len())
        .filter(|other| root(*other) != root(best))
        .filter_map(|other| totals[other])
        .max()
        .unwrap_or(0);
    let chance = u32::try_from(text.lines().count() / LINES_PER_CHANCE).unwrap_or(u32::MAX);
    // Half as much again as the next.
    (score >= SCORE_MIN.saturating_add(chance) && score * 2 >= second * 3)
        .then_some(LANGUAGES[best].slug)
}

/// Nothing where the language is not to be thought of.
fn total(language: usize, tallies: &[Tally], markup: bool) -> Option<u32> {
    let own = &tallies[language];
    if own.score == 0 {
        return None;
    }
    let family = LANGUAGES[root(language)].slug;
    let allowed = match family {
        "html" => markup,
        // Pages hold scripts and styles, and their tags are those of JSX.
        "javascript" | "css" | "markdown" => !markup,
        _ => true,
    };
    if !allowed {
        return None;
    }
    match base(language) {
        None => own.is_clear().then_some(own.score),
        // A base without words of its own is one of a few lines: `class A : std::exception {};`
        Some(base) => {
            let below = total(base, tallies, markup)
                .or_else(|| (base == root(base)).then_some(tallies[base].score));
            (own.score >= SURE).then_some(own.score + below?)
        }
    }
}

fn base(language: usize) -> Option<usize> {
    let base = LANGUAGES[language].base?;
    LANGUAGES.iter().position(|language| language.slug == base)
}

fn root(language: usize) -> usize {
    base(language).map_or(language, root)
}

/// What was heard of one language.
#[derive(Debug, Default, Clone)]
struct Tally {
    score: u32,
    /// How many different signals of each worth.
    sure: u32,
    likely: u32,
    hints: u32,
}

impl Tally {
    fn is_clear(&self) -> bool {
        let different = self.sure + self.likely + self.hints;
        different >= 2 && (self.sure > 0 || self.likely >= LIKELY_MIN)
    }
}

struct Listener {
    words: DFA,
    signals: Vec<Signal>,
}

struct Signal {
    in_front: bool,
    at_end: bool,
    /// To the languages that it may stand for.
    worth: Vec<(usize, u32)>,
}

static LISTENER: LazyLock<Listener> = LazyLock::new(Listener::new);

impl Listener {
    #[expect(clippy::expect_used, reason = "the table is a constant")]
    fn new() -> Self {
        let mut listed: BTreeMap<&str, Vec<(usize, u32)>> = BTreeMap::new();
        for (number, language) in LANGUAGES.iter().enumerate() {
            let ranks = [(SURE, language.sure), (LIKELY, language.likely), (HINT, language.hint)];
            for (worth, words) in ranks {
                for word in words {
                    listed.entry(word).or_default().push((number, worth));
                }
            }
        }
        let (mut words, mut signals) = (Vec::new(), Vec::new());
        for (word, worth) in listed {
            let (in_front, at_end) = (word.starts_with('^'), word.ends_with('\n'));
            signals.push(Signal { in_front, at_end, worth });
            words.push(&word[usize::from(in_front)..word.len() - usize::from(at_end)]);
        }
        let words = DFA::builder()
            .match_kind(MatchKind::Standard)
            .build(words)
            .expect("the words fit into an automaton");
        Self { words, signals }
    }

    fn tallies(&self, text: &[u8]) -> Vec<Tally> {
        let mut heard = vec![0; self.signals.len()];
        // Step by step: words end so close to each other that the library's iterator, which begins
        // anew for each, took a sixth of a whole create.
        let mut state = self.words.start_state(Anchored::No).unwrap_or_default();
        for (last, byte) in text.iter().enumerate() {
            state = self.words.next_state(Anchored::No, state, *byte);
            if !self.words.is_match(state) {
                continue;
            }
            for nth in 0..self.words.match_len(state) {
                let pattern = self.words.match_pattern(state, nth);
                let (signal, end) = (&self.signals[pattern.as_usize()], last + 1);
                let heard = &mut heard[pattern.as_usize()];
                let start = end - self.words.pattern_len(pattern);
                if *heard < HEARD_MAX && signal.counts(text, start, end) {
                    *heard += 1;
                }
            }
        }
        let mut tallies = vec![Tally::default(); LANGUAGES.len()];
        for (signal, times) in self.signals.iter().zip(heard).filter(|(_, times)| *times > 0) {
            for (language, worth) in &signal.worth {
                let tally = &mut tallies[*language];
                tally.score += worth * times;
                *match *worth {
                    SURE => &mut tally.sure,
                    LIKELY => &mut tally.likely,
                    _ => &mut tally.hints,
                } += 1;
            }
        }
        tallies
    }
}

impl Signal {
    fn counts(&self, text: &[u8], start: usize, end: usize) -> bool {
        let (before, word, after) = (&text[..start], &text[start..end], &text[end..]);
        let joined = |one: Option<&u8>, other: Option<&u8>| {
            let letter = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
            one.is_some_and(letter) && other.is_some_and(letter)
        };
        !joined(before.last(), word.first())
            && !joined(word.last(), after.first())
            && (!self.in_front || blank_until_newline(before.iter().rev()))
            && (!self.at_end || blank_until_newline(after.iter()))
    }
}

fn blank_until_newline<'a>(bytes: impl Iterator<Item = &'a u8>) -> bool {
    bytes
        .take(INDENT_MAX)
        .find(|byte| !matches!(byte, b' ' | b'\t' | b'\r'))
        .is_none_or(|byte| *byte == b'\n')
}

/// What a Markdown text says in other languages says nothing about itself. Nothing where there is
/// no such block.
fn without_fences(text: &str) -> Option<String> {
    let fence = |line: &str| line.starts_with("```");
    if !text.contains("```") || text.lines().filter(|line| fence(line)).count() < 2 {
        return None;
    }
    let mut inside = false;
    let outside = text.split_inclusive('\n').filter(|line| {
        inside ^= fence(line);
        !inside || fence(line)
    });
    Some(outside.collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntaxes::find;

    #[test]
    fn every_language_is_a_syntax_and_bases_come_first() {
        for (number, language) in LANGUAGES.iter().enumerate() {
            assert_eq!(find(language.slug).map(|s| s.slug), Some(language.slug));
            assert!(language.base.is_none() || base(number).is_some_and(|base| base < number));
        }
    }

    #[test]
    fn a_word_is_heard_where_it_means_something() {
        let counts = |text: &str| LISTENER.tallies(text.as_bytes())[0].score;
        assert_eq!(LANGUAGES[0].slug, "rust");
        assert_eq!(counts("fn x"), SURE);
        assert_eq!(counts("  \tfn x"), SURE);
        assert_eq!(counts("a fn x"), 0);
        assert_eq!(counts("usizes"), 0);
        assert_eq!(counts("fn x\nfn y\nfn z"), SURE * HEARD_MAX);
    }
}
