//! Detects a programming language by its keywords, when nothing else names the syntax.
//!
//! All keywords are found in one pass, so the cost grows with the length of the text alone.

mod matcher;
mod table;

use matcher::{MATCHER, Score};
use table::{LANGUAGES, SURE};

/// The score that a language must reach, from at least two different keywords: for example a
/// definition and one more keyword.
const MIN_SCORE: u32 = 6;

/// In this many lines of prose, one hint is expected by chance. Each adds 1 to the required score.
const LINES_PER_CHANCE_HIT: usize = 25;

pub fn detect(text: &str) -> Option<&'static str> {
    let without_code_blocks = without_code_blocks(text);
    let text = without_code_blocks.as_deref().unwrap_or(text);
    let scores = MATCHER.scores(text.as_bytes());
    let is_markup = text.trim_start().starts_with('<');
    let totals: Vec<Option<u32>> =
        (0..LANGUAGES.len()).map(|language| total(language, &scores, is_markup)).collect();
    let best = (0..totals.len()).max_by_key(|language| (totals[*language], *language))?;
    let total = totals[best]?;
    let second = (0..totals.len())
        .filter(|other| root(*other) != root(best))
        .filter_map(|other| totals[other])
        .max()
        .unwrap_or(0);
    let by_chance = text.lines().count() / LINES_PER_CHANCE_HIT;
    let required = MIN_SCORE.saturating_add(u32::try_from(by_chance).unwrap_or(u32::MAX));
    // The best must have one and a half times the score of the next.
    (total >= required && total * 2 >= second * 3).then_some(LANGUAGES[best].slug)
}

/// The score of a language with that of its bases. `None` if the text cannot be in that language.
fn total(language: usize, scores: &[Score], is_markup: bool) -> Option<u32> {
    let own = &scores[language];
    if own.points == 0 {
        return None;
    }
    let is_possible = match LANGUAGES[root(language)].slug {
        "html" => is_markup,
        // HTML pages contain scripts and styles, and their tags look like JSX.
        "javascript" | "css" | "markdown" => !is_markup,
        _ => true,
    };
    if !is_possible {
        return None;
    }
    match base(language) {
        None => own.is_clear().then_some(own.points),
        // In a few lines the base may not be clear by itself: `class A : std::exception {};`
        Some(base) => {
            let base_total = total(base, scores, is_markup)
                .or_else(|| (base == root(base)).then_some(scores[base].points));
            (own.points >= SURE).then_some(own.points + base_total?)
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

/// A code block in a Markdown text says nothing about the text itself, so its keywords must not
/// count. `None` if the text has no code block.
fn without_code_blocks(text: &str) -> Option<String> {
    let is_fence = |line: &str| line.starts_with("```");
    if !text.contains("```") || text.lines().filter(|line| is_fence(line)).count() < 2 {
        return None;
    }
    let mut is_inside = false;
    let outside = text.split_inclusive('\n').filter(|line| {
        is_inside ^= is_fence(line);
        !is_inside || is_fence(line)
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
}
