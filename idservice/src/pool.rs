//! The traits of sources and pools of ids, and the refill of a pool.

use std::collections::HashSet;
use std::fmt;

use async_trait::async_trait;

use crate::error::{Error, Result};
use crate::id::Id;

/// The maximum number of ids that one pop returns.
pub const MAX_POP: usize = 100;

/// [`refill`] does nothing while the pool holds at least this many ids.
pub const LOW_WATER: usize = 1_000;

/// The number of ids in the pool after [`refill`].
pub const TARGET: usize = 10_000;

/// A source of ids: a pool in this process, a list in Redis, or an id service over HTTP.
#[async_trait]
pub trait Ids: fmt::Debug + Send + Sync {
    /// Removes ids from the source and returns them: at least 1, and at most `count` or
    /// [`MAX_POP`], whichever is less. No other caller gets the same ids.
    ///
    /// # Errors
    /// [`Error::Empty`] if the source has no ids.
    async fn pop(&self, count: usize) -> Result<Vec<Id>>;
}

/// A source of ids that this process keeps filled.
#[async_trait]
pub trait Pool: Ids {
    /// The number of ids in the pool now.
    async fn level(&self) -> Result<usize>;

    /// Adds new ids to the pool.
    async fn push(&self, ids: Vec<Id>) -> Result<()>;
}

/// The ids among these values of a server: each once, and at most `count`. Other programs may have
/// put something else there.
pub(crate) fn distinct_ids(values: &[String], count: usize) -> Result<Vec<Id>> {
    let mut seen = HashSet::new();
    let ids = values.iter().filter_map(|value| value.parse::<Id>().ok());
    let ids: Vec<Id> = ids.filter(|id| seen.insert(id.clone())).take(count).collect();
    if ids.is_empty() { Err(Error::Empty) } else { Ok(ids) }
}

/// Fills the pool up to [`TARGET`] if it holds fewer than [`LOW_WATER`] ids. Returns the number of
/// ids added.
///
/// # Errors
/// The pool fails, or the operating system gives no randomness.
pub async fn refill(pool: &dyn Pool) -> Result<usize> {
    let level = pool.level().await?;
    if level >= LOW_WATER {
        return Ok(0);
    }
    let missing = TARGET - level;
    pool.push(Id::batch(missing)?).await?;
    Ok(missing)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_of_a_server_give_distinct_ids_up_to_the_count() {
        let ids: Vec<String> = Id::batch(3).unwrap().iter().map(Id::to_string).collect();
        let values =
            [&ids[0], "../etc/passwd", &ids[1], &ids[0], "", &ids[1], &ids[2]].map(str::to_owned);
        let distinct = |count| {
            distinct_ids(&values, count).unwrap().iter().map(Id::to_string).collect::<Vec<_>>()
        };
        assert_eq!(distinct(10), ids);
        assert_eq!(distinct(2), ids[..2]);
        assert!(matches!(distinct_ids(&["x".to_owned()], 10), Err(Error::Empty)));
    }
}
