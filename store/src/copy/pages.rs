//! Compares two tables in the order of a common key, page by page.

use std::iter::Peekable;
use std::vec::IntoIter;

/// The number of rows in a page of one table.
pub(super) const PAGE: u32 = 500;

pub(super) trait Keyed {
    type Key: Ord + Clone;

    fn key(&self) -> Self::Key;
}

/// The row of the source and the row of the destination with the same key.
pub(super) type Pair<R> = (Option<R>, Option<R>);

/// Pairs the rows of two pages, up to the key that both pages cover. Returns that key, after which
/// the next pages begin; `None` at the end of both tables.
pub(super) fn merge<R: Keyed>(from: Vec<R>, to: Vec<R>) -> (Vec<Pair<R>>, Option<R::Key>) {
    let last = |page: &[R]| page.last().filter(|_| page.len() == PAGE as usize).map(Keyed::key);
    let end = [last(&from), last(&to)].into_iter().flatten().min();
    let (mut from, mut to) = (from.into_iter().peekable(), to.into_iter().peekable());
    let mut pairs = Vec::new();
    while let Some(key) = next_key(&mut from, &mut to) {
        if end.as_ref().is_some_and(|end| key > *end) {
            break;
        }
        pairs.push((from.next_if(|row| row.key() == key), to.next_if(|row| row.key() == key)));
    }
    (pairs, end)
}

fn next_key<R: Keyed>(
    from: &mut Peekable<IntoIter<R>>,
    to: &mut Peekable<IntoIter<R>>,
) -> Option<R::Key> {
    [from.peek(), to.peek()].into_iter().flatten().map(Keyed::key).min()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    impl Keyed for i64 {
        type Key = Self;

        fn key(&self) -> Self {
            *self
        }
    }

    fn page(rows: &BTreeSet<i64>, after: i64) -> Vec<i64> {
        rows.range(after + 1..).take(PAGE as usize).copied().collect()
    }

    proptest! {
        #[test]
        fn every_row_is_paired_once_with_the_row_of_the_same_key(
            from in prop::collection::btree_set(0..4000_i64, 0..2500),
            to in prop::collection::btree_set(0..4000_i64, 0..2500),
        ) {
            let (mut met, mut after) = (Vec::new(), -1);
            loop {
                let (pairs, end) = merge(page(&from, after), page(&to, after));
                met.extend(pairs);
                let Some(end) = end else { break };
                after = end;
            }
            let all: Vec<Pair<i64>> =
                from.union(&to).map(|n| (from.get(n).copied(), to.get(n).copied())).collect();
            prop_assert_eq!(met, all);
        }
    }
}
