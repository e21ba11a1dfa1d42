//! Characters without a shape: zero-width spaces and joiners, invisible operators, fillers, tags, unused
//! variation selectors. They can make two different texts look equal and carry data that nobody sees.
//! Where a script or an emoji needs one, it is not hidden.
//!
//! The list is that of Unicode's `Default_Ignorable_Code_Point`, with line separators and annotation
//! marks, and without the controls of direction, which [`crate::escape`] isolates.

/// The flags of England, Scotland and Wales after U+1F3F4: the only tags that are meant to be seen.
const FLAGS: [&str; 3] = [
    "\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}",
    "\u{e0067}\u{e0062}\u{e0073}\u{e0063}\u{e0074}\u{e007f}",
    "\u{e0067}\u{e0062}\u{e0077}\u{e006c}\u{e0073}\u{e007f}",
];

/// Whether `c`, which is at `at` in `text`, has no shape and no effect on its neighbours' shapes.
pub fn is_hidden(text: &str, at: usize, c: char) -> bool {
    let before = || text[..at].chars().next_back();
    let after = || text[at + c.len_utf8()..].chars().next();
    match c {
        '\u{200c}' | '\u{200d}' if joins_letters(before(), after()) => false,
        '\u{200d}' => !joins_emoji(&text[..at], after()),
        '\u{fe0e}' | '\u{fe0f}' => !before().is_some_and(|c| {
            is_emoji(c) || matches!(c, '0'..='9' | '#' | '*') && after() == Some('\u{20e3}')
        }),
        '\u{fe00}'..='\u{fe02}' => !before().is_some_and(has_variants),
        '\u{e0100}'..='\u{e01ef}' => !before().is_some_and(is_ideograph),
        '\u{180b}'..='\u{180f}' => !before().is_some_and(|c| matches!(c, '\u{1820}'..='\u{18aa}')),
        '\u{e0020}'..='\u{e007f}' => !is_in_flag(text, at),
        _ => is_shapeless(c),
    }
}

/// Whether no font shows anything for the character, wherever it stands.
fn is_shapeless(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
        | '\u{200b}'..='\u{200d}' | '\u{2028}' | '\u{2029}' | '\u{2060}'..='\u{2065}'
        | '\u{206a}'..='\u{206f}' | '\u{3164}' | '\u{fe03}'..='\u{fe0d}' | '\u{feff}' | '\u{ffa0}'
        | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
        | '\u{e0000}'..='\u{e0fff}')
}

/// Whether a joiner or non-joiner stands after a letter of a script in which it changes letters.
fn joins_letters(before: Option<char>, after: Option<char>) -> bool {
    before.is_some_and(|c| {
        matches!(c,
            '\u{600}'..='\u{dff}' | '\u{f00}'..='\u{109f}' | '\u{1780}'..='\u{18af}'
            | '\u{1a20}'..='\u{1aaf}' | '\u{1b00}'..='\u{1bff}' | '\u{1cd0}'..='\u{1cff}'
            | '\u{a840}'..='\u{a87f}' | '\u{a8e0}'..='\u{a9ff}' | '\u{aa00}'..='\u{aaff}'
            | '\u{abc0}'..='\u{abff}' | '\u{fb50}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}'
            | '\u{10a00}'..='\u{10aff}' | '\u{11000}'..='\u{11fff}' | '\u{1e900}'..='\u{1e95f}')
            && !is_shapeless(c)
    }) && !after.is_some_and(is_shapeless)
}

/// Whether a joiner stands between two emoji. The first may have a variation selector.
fn joins_emoji(before: &str, after: Option<char>) -> bool {
    let mut before = before.chars().rev().skip_while(|c| *c == '\u{fe0f}');
    before.next().is_some_and(is_emoji) && after.is_some_and(is_emoji)
}

/// Emoji, and the symbols that may be shown as one.
fn is_emoji(c: char) -> bool {
    matches!(c,
        '\u{a9}' | '\u{ae}' | '\u{203c}' | '\u{2049}' | '\u{2122}' | '\u{2139}'
        | '\u{2190}'..='\u{21ff}' | '\u{2300}'..='\u{23ff}' | '\u{24c2}' | '\u{25a0}'..='\u{27bf}'
        | '\u{2900}'..='\u{297f}' | '\u{2b00}'..='\u{2bff}' | '\u{3030}' | '\u{303d}' | '\u{3297}'
        | '\u{3299}' | '\u{1f000}'..='\u{1faff}')
}

/// Characters that standardized variation sequences begin with: operators, ideographs, punctuation
/// between ideographs, letters of Myanmar.
fn has_variants(c: char) -> bool {
    is_ideograph(c)
        || matches!(c,
            '0' | '\u{1000}'..='\u{109f}' | '\u{2200}'..='\u{22ff}' | '\u{2a00}'..='\u{2aff}'
            | '\u{3001}' | '\u{3002}' | '\u{ff01}'..='\u{ff1f}' | '\u{aa60}'..='\u{aa7f}')
}

fn is_ideograph(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

/// Whether the tag at `at` belongs to one of [`FLAGS`].
fn is_in_flag(text: &str, at: usize) -> bool {
    let mut before = text[..at].char_indices().rev().take(6);
    before.find(|(_, c)| *c == '\u{1f3f4}').is_some_and(|(start, flag)| {
        let tags = start + flag.len_utf8();
        let flag = FLAGS.iter().find(|tags_of_flag| text[tags..].starts_with(**tags_of_flag));
        flag.is_some_and(|flag| at < tags + flag.len())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The characters of a text that are hidden.
    fn hidden(text: &str) -> Vec<char> {
        let hidden = text.char_indices().filter(|(at, c)| is_hidden(text, *at, *c));
        hidden.map(|(_, c)| c).collect()
    }

    #[test]
    fn characters_without_a_shape_are_hidden() {
        for c in "\u{ad}\u{34f}\u{115f}\u{1160}\u{17b4}\u{180e}\u{200b}\u{200c}\u{200d}\u{2028}\u{2060}\u{2061}\u{2064}\u{206a}\u{3164}\u{fe00}\u{fe0f}\u{feff}\u{ffa0}\u{1d173}\u{e0001}\u{e0041}\u{e0100}\u{e01ef}".chars() {
            assert_eq!(hidden(&format!("pass{c}word")), [c], "U+{:04X}", c as u32);
            assert_eq!(hidden(&c.to_string()), [c], "U+{:04X}", c as u32);
        }
    }

    #[test]
    fn data_behind_a_visible_character_is_hidden() {
        // Only the first selector can belong to the character.
        assert_eq!(hidden("😀\u{fe0f}\u{fe0f}\u{e0101}").len(), 2);
        assert_eq!(hidden("葛\u{e0100}\u{e0101}\u{e0102}").len(), 2);
        assert_eq!(hidden("🏴\u{e0068}\u{e0069}\u{e007f}").len(), 3);
        assert_eq!(hidden("a\u{200c}\u{200d}\u{200c}b").len(), 3);
        assert_eq!(hidden("م\u{200c}\u{200d}\u{200c}م").len(), 3);
    }

    #[test]
    fn what_emoji_and_scripts_need_is_not_hidden() {
        for text in [
            "👨\u{200d}👩\u{200d}👧\u{200d}👦",
            "🏳\u{fe0f}\u{200d}🌈",
            "👩🏽\u{200d}💻",
            "❤\u{fe0f} ☎\u{fe0e} ©\u{fe0f} 1\u{fe0f}\u{20e3}",
            "🏴\u{e0067}\u{e0062}\u{e0073}\u{e0063}\u{e0074}\u{e007f}🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}",
            "می\u{200c}خواهم",
            "क\u{94d}\u{200d}ष",
            "ක්\u{200d}ර",
            "葛\u{e0100}飾区",
            "∩\u{fe00}",
            "ᠮᠣᠩᠭᠣᠯ\u{180b}",
            "обычный текст — …\u{a0}x",
            "⠀⠁",
        ] {
            assert!(hidden(text).is_empty(), "{text}");
        }
    }
}
