//! Bounded caches in memory, which evict the least used values.

pub(crate) mod single_flight;
pub(crate) mod texts;

use std::hash::Hash;
use std::num::NonZero;
use std::thread::available_parallelism;

use quick_cache::sync::{Cache, DefaultLifecycle};
use quick_cache::{DefaultHashBuilder, OptionsBuilder, Weighter};

/// A cache of at most `bytes`, counted by `weighter`, and about `items` values. Values of up to
/// `largest` bytes are kept if `bytes` has room for two of them.
///
/// The cache consists of shards, several for each core, and silently drops a value that is larger
/// than a shard. So there are only as many shards as leave room for `largest` in each.
pub fn cache<K, V, W>(bytes: u64, items: usize, largest: u64, weighter: W) -> Cache<K, V, W>
where
    K: Eq + Hash,
    V: Clone,
    W: Weighter<K, V> + Clone,
{
    let cores = available_parallelism().map_or(1, NonZero::get);
    sharded(bytes, items, shards(bytes, largest, cores), weighter)
}

/// A power of two, because the cache would round any other number up to one.
fn shards(bytes: u64, largest: u64, cores: usize) -> usize {
    let room = usize::try_from(bytes / (2 * largest.max(1))).unwrap_or(usize::MAX).max(1);
    (4 * cores).next_power_of_two().min(1 << room.ilog2())
}

#[expect(clippy::expect_used, reason = "all that the builder requires is set")]
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
    struct ByValue;

    impl Weighter<u64, u64> for ByValue {
        fn weight(&self, _: &u64, bytes: &u64) -> u64 {
            *bytes
        }
    }

    #[test]
    fn a_value_of_the_largest_size_is_kept_on_any_number_of_cores() {
        let (bytes, largest) = (18 << 20, 2 << 20);
        for cores in [1, 2, 3, 8, 64] {
            let cache = sharded(bytes, 10_000, shards(bytes, largest, cores), ByValue);
            for key in 0..100 {
                cache.insert(key, largest);
                assert_eq!(cache.get(&key), Some(largest), "{cores} cores");
            }
            assert!(cache.weight() <= bytes);
        }
        assert_eq!(shards(1 << 30, 2 << 20, 4), 16, "four for each core if there is room");
        assert_eq!(shards(1, 2 << 20, 4), 1);
    }
}
