//! Finds all keywords of all languages in one pass.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use aho_corasick::automaton::Automaton as _;
use aho_corasick::dfa::DFA;
use aho_corasick::{Anchored, MatchKind};

use super::table::{HINT, LANGUAGES, LIKELY, SURE};

/// Further hits of one keyword do not add to the score.
const MAX_HITS: u32 = 2;

/// This many different likely keywords count as one that is sure.
const MIN_LIKELY: u32 = 3;

/// An indent is followed this far to the start or end of its line, in bytes.
const MAX_INDENT: usize = 64;

/// The hits of one language's keywords in a text.
#[derive(Debug, Default, Clone)]
pub struct Score {
    /// The weights of all hits together.
    pub points: u32,
    /// The number of different keywords of each class.
    sure: u32,
    likely: u32,
    hints: u32,
}

impl Score {
    /// Whether the keywords are enough to name the language.
    pub fn is_clear(&self) -> bool {
        let different = self.sure + self.likely + self.hints;
        different >= 2 && (self.sure > 0 || self.likely >= MIN_LIKELY)
    }
}

/// An automaton of all keywords.
pub struct KeywordMatcher {
    automaton: DFA,
    /// In the order of the automaton's patterns.
    keywords: Vec<Keyword>,
}

struct Keyword {
    at_line_start: bool,
    at_line_end: bool,
    /// The languages that have this keyword, each with its weight.
    weights: Vec<(usize, u32)>,
}

pub static MATCHER: LazyLock<KeywordMatcher> = LazyLock::new(KeywordMatcher::new);

impl KeywordMatcher {
    #[expect(clippy::expect_used, reason = "the table is a constant")]
    fn new() -> Self {
        let (mut patterns, mut keywords) = (Vec::new(), Vec::new());
        for (word, weights) in weights_by_keyword() {
            let (at_line_start, at_line_end) = (word.starts_with('^'), word.ends_with('\n'));
            keywords.push(Keyword { at_line_start, at_line_end, weights });
            patterns.push(&word[usize::from(at_line_start)..word.len() - usize::from(at_line_end)]);
        }
        let automaton = DFA::builder()
            .match_kind(MatchKind::Standard)
            .build(patterns)
            .expect("the keywords fit into an automaton");
        Self { automaton, keywords }
    }

    /// The score of each language, in the order of [`LANGUAGES`].
    pub fn scores(&self, text: &[u8]) -> Vec<Score> {
        let mut scores = vec![Score::default(); LANGUAGES.len()];
        for (keyword, hits) in self.keywords.iter().zip(self.hits(text)).filter(|(_, n)| *n > 0) {
            for (language, weight) in &keyword.weights {
                let score = &mut scores[*language];
                score.points += weight * hits;
                *match *weight {
                    SURE => &mut score.sure,
                    LIKELY => &mut score.likely,
                    _ => &mut score.hints,
                } += 1;
            }
        }
        scores
    }

    /// How often each keyword occurs, up to [`MAX_HITS`].
    fn hits(&self, text: &[u8]) -> Vec<u32> {
        let mut hits = vec![0; self.keywords.len()];
        // This steps through the automaton itself: keywords end so close to each other that the
        // library's iterator, which starts again for each, took a sixth of a whole create.
        let mut state = self.automaton.start_state(Anchored::No).unwrap_or_default();
        for (last, byte) in text.iter().enumerate() {
            state = self.automaton.next_state(Anchored::No, state, *byte);
            if !self.automaton.is_match(state) {
                continue;
            }
            for nth in 0..self.automaton.match_len(state) {
                let pattern = self.automaton.match_pattern(state, nth);
                let (keyword, end) = (&self.keywords[pattern.as_usize()], last + 1);
                let hits = &mut hits[pattern.as_usize()];
                let start = end - self.automaton.pattern_len(pattern);
                if *hits < MAX_HITS && keyword.counts_at(text, start, end) {
                    *hits += 1;
                }
            }
        }
        hits
    }
}

fn weights_by_keyword() -> BTreeMap<&'static str, Vec<(usize, u32)>> {
    let mut weights: BTreeMap<&str, Vec<(usize, u32)>> = BTreeMap::new();
    for (number, language) in LANGUAGES.iter().enumerate() {
        let classes = [(SURE, language.sure), (LIKELY, language.likely), (HINT, language.hint)];
        for (weight, keywords) in classes {
            for keyword in keywords {
                weights.entry(keyword).or_default().push((number, weight));
            }
        }
    }
    weights
}

impl Keyword {
    /// Whether the match is a word of its own and stands where the keyword must stand.
    fn counts_at(&self, text: &[u8], start: usize, end: usize) -> bool {
        let (before, word, after) = (&text[..start], &text[start..end], &text[end..]);
        let are_joined = |one: Option<&u8>, other: Option<&u8>| {
            let is_letter = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
            one.is_some_and(is_letter) && other.is_some_and(is_letter)
        };
        !are_joined(before.last(), word.first())
            && !are_joined(word.last(), after.first())
            && (!self.at_line_start || is_blank_until_newline(before.iter().rev()))
            && (!self.at_line_end || is_blank_until_newline(after.iter()))
    }
}

fn is_blank_until_newline<'a>(bytes: impl Iterator<Item = &'a u8>) -> bool {
    bytes
        .take(MAX_INDENT)
        .find(|byte| !matches!(byte, b' ' | b'\t' | b'\r'))
        .is_none_or(|byte| *byte == b'\n')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_keyword_counts_only_as_a_word_and_where_it_must_stand() {
        let points = |text: &str| MATCHER.scores(text.as_bytes())[0].points;
        assert_eq!(LANGUAGES[0].slug, "rust");
        assert_eq!(points("fn x"), SURE);
        assert_eq!(points("  \tfn x"), SURE);
        assert_eq!(points("a fn x"), 0);
        assert_eq!(points("usizes"), 0);
        assert_eq!(points("fn x\nfn y\nfn z"), SURE * MAX_HITS);
    }
}
