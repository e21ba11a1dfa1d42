//! What is kept in memory, of which the oldest and least asked for goes.

pub(crate) mod single_flight;
pub(crate) mod texts;

use std::hash::Hash;
use std::num::NonZero;
use std::thread::available_parallelism;

use quick_cache::sync::{Cache, DefaultLifecycle};
use quick_cache::{DefaultHashBuilder, OptionsBuilder, Weighter};

/// A cache of at most `bytes` as `weighter` counts them, about `items` of them, that keeps values
/// of up to `largest` bytes wherever all of it has room for two.
///
/// It is made of shards, several for each core, and a value that is larger than its shard is
/// dropped without a word: so there are as many as leave room for the largest in each.
pub fn cache<K, V, W>(bytes: u64, items: usize, largest: u64, weighter: W) -> Cache<K, V, W>
where
    K: Eq + Hash,
    V: Clone,
    W: Weighter<K, V> + Clone,
{
    let cores = available_parallelism().map_or(1, NonZero::get);
    sharded(bytes, items, shards(bytes, largest, cores), weighter)
}

/// A power of two: any other number would be made one.
fn shards(bytes: u64, largest: u64, cores: usize) -> usize {
    let room = usize::try_from(bytes / (2 * largest.max(1))).unwrap_or(usize::MAX).max(1);
    (4 * cores).next_power_of_two().min(1 << room.ilog2())
}

#[expect(clippy::expect_used, reason = "all that the builder asks for is set")]
fn sharded<K, V, W>(bytes: u64, items: usize, shards: usize, weighter: W) -> Cache<K, V, W>
where
    K: Eq + Hash,
    V: Clone,
    W: Weighter<K, V> + Clone,
{
    let options = OptionsBuilder::new()
        .shards(shards)
        .estimated_items_capacity(items)
        .weight_capacity(bytes)
        .build()
        .expect("capacities are set");
    let (hasher, lifecycle) = (DefaultHashBuilder::default(), DefaultLifecycle::default());
    Cache::with_options(options, weighter, hasher, lifecycle)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Clone)]
    struct Itself;

    impl Weighter<u64, u64> for Itself {
        fn weight(&self, _: &u64, bytes: &u64) -> u64 {
            *bytes
        }
    }

    #[test]
    fn the_largest_is_kept_on_any_number_of_cores() {
        let (bytes, largest) = (18 << 20, 2 << 20);
        for cores in [1, 2, 3, 8, 64] {
            let cache = sharded(bytes, 10_000, shards(bytes, largest, cores), Itself);
            for key in 0..100 {
                cache.insert(key, largest);
                assert_eq!(cache.get(&key), Some(largest), "{cores} cores");
            }
            assert!(cache.weight() <= bytes);
        }
        assert_eq!(
            shards(1 << 30, 2 << 20, 4),
            16,
            "as many as the cores want, where there is room"
        );
        assert_eq!(shards(1, 2 << 20, 4), 1);
    }
}
