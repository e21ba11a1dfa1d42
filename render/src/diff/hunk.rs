//! A hunk's header, and the lines that it announces.

use super::lines::LineKind;

/// The lines that are still to come in a hunk, by the counts in its header.
#[derive(Clone, Copy, Debug)]
pub struct Hunk {
    /// The number of parents. The combined diff of a merge has more than one; each has a column of
    /// signs.
    parents: u32,
    /// The old lines of all parents together.
    old: u32,
    new: u32,
}

impl Hunk {
    /// Parses `@@ -1,2 +1,3 @@`. There is one more `@` and one more range for each further parent.
    pub fn parse(line: &str) -> Option<Self> {
        let fence = &line[..line.bytes().take(64).take_while(|b| *b == b'@').count()];
        let parents = u32::try_from(fence.len()).ok()?.checked_sub(1).filter(|n| *n > 0)?;
        let mut words = line[fence.len()..].strip_prefix(' ')?.split([' ', '\r', '\n']);
        let mut old = 0_u32;
        for _ in 0..parents {
            old = old.saturating_add(range_length(words.next()?, '-')?);
        }
        let new = range_length(words.next()?, '+')?;
        (words.next()? == fence).then_some(Self { parents, old, new })
    }

    /// Counts a line of the hunk and returns its kind. `None`, and nothing is counted, if no hunk can
    /// have such a line.
    pub fn take(&mut self, line: &str) -> Option<LineKind> {
        if line.starts_with('\\') {
            return Some(LineKind::Meta);
        }
        let signs = line.trim_end_matches(['\r', '\n']).bytes().take(self.parents as usize);
        let (mut plus, mut minus) = (0, 0);
        for sign in signs {
            match sign {
                b'+' => plus += 1,
                b'-' => minus += 1,
                b' ' => {}
                _ => return None,
            }
        }
        if minus > 0 {
            self.old = self.old.saturating_sub(minus);
            return Some(LineKind::Removed);
        }
        self.old = self.old.saturating_sub(self.parents - plus);
        self.new = self.new.saturating_sub(1);
        Some(if plus > 0 { LineKind::Added } else { LineKind::Context })
    }

    pub fn is_complete(self) -> bool {
        (self.old, self.new) == (0, 0)
    }
}

/// The length of a range such as `-12,3`. A range without a length is one line long.
fn range_length(range: &str, sign: char) -> Option<u32> {
    let range = range.strip_prefix(sign)?;
    let (start, length) = range.split_once(',').unwrap_or((range, "1"));
    start.parse::<u32>().ok()?;
    length.parse().ok()
}
