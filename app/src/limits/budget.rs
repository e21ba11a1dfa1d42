//! So much for all, of which one household has a share at most.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::Error;

/// Places or bytes that are lent and come back.
#[derive(Debug)]
pub struct Budget {
    all: usize,
    share: usize,
    lent: Mutex<Lent>,
}

#[derive(Debug, Default)]
struct Lent {
    all: usize,
    households: HashMap<IpAddr, usize>,
}

/// Why no more is lent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Full {
    /// Everybody together has all there is.
    All,
    /// The household has its share.
    Share,
}

/// What a household holds of a budget, until this is dropped.
#[derive(Debug)]
pub struct Held {
    budget: Arc<Budget>,
    household: IpAddr,
    /// So much more of it is not counted.
    free: usize,
    amount: usize,
}

impl Budget {
    pub fn new(all: usize, share: usize) -> Arc<Self> {
        Arc::new(Self { all, share, lent: Mutex::default() })
    }

    /// The most that one household has.
    pub const fn share(&self) -> usize {
        self.share
    }

    /// Nothing yet, to grow; the first `free` are not counted.
    pub fn hold(self: &Arc<Self>, household: IpAddr, free: usize) -> Held {
        Held { budget: self.clone(), household, free, amount: 0 }
    }

    /// # Errors
    /// [`Full`]; then nothing is lent.
    pub fn take(self: &Arc<Self>, household: IpAddr, amount: usize) -> Result<Held, Full> {
        let mut held = self.hold(household, 0);
        held.grow(amount)?;
        Ok(held)
    }

    fn lent(&self) -> MutexGuard<'_, Lent> {
        self.lent.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Held {
    /// What is counted.
    pub const fn amount(&self) -> usize {
        self.amount
    }

    /// # Errors
    /// [`Full`]; then it is as large as before.
    pub fn grow(&mut self, by: usize) -> Result<(), Full> {
        let free = by.min(self.free);
        let by = by - free;
        let mut lent = self.budget.lent();
        let theirs = lent.households.get(&self.household).copied().unwrap_or_default();
        if lent.all.saturating_add(by) > self.budget.all {
            return Err(Full::All);
        }
        if theirs.saturating_add(by) > self.budget.share {
            return Err(Full::Share);
        }
        if by > 0 {
            lent.all += by;
            lent.households.insert(self.household, theirs + by);
            self.amount += by;
        }
        self.free -= free;
        Ok(())
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        if self.amount == 0 {
            return;
        }
        let mut lent = self.budget.lent();
        lent.all -= self.amount;
        // Who holds nothing is forgotten.
        if let Some(theirs) = lent.households.get_mut(&self.household) {
            *theirs -= self.amount;
            if *theirs == 0 {
                lent.households.remove(&self.household);
            }
        }
    }
}

impl From<Full> for Error {
    fn from(full: Full) -> Self {
        match full {
            Full::All => Self::Busy,
            Full::Share => Self::TooMuch,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_household_has_its_share_and_all_have_no_more_than_there_is() {
        let [one, two, three] = [1, 2, 3].map(|n| IpAddr::from([192, 0, 2, n]));
        let budget = Budget::new(10, 4);
        let mut first = budget.take(one, 3).unwrap();
        assert_eq!(budget.take(one, 2).unwrap_err(), Full::Share);
        first.grow(1).unwrap();
        assert_eq!(first.grow(1), Err(Full::Share));
        let second = budget.take(two, 4).unwrap();
        assert_eq!(budget.take(three, 3).unwrap_err(), Full::All);
        let third = budget.take(three, 2).unwrap();

        drop(first);
        assert_eq!(budget.take(one, 4).unwrap().amount(), 4);
        drop((second, third));
        let lent = budget.lent();
        assert_eq!((lent.all, lent.households.len()), (0, 0), "nobody is kept");
    }

    #[test]
    fn what_is_free_is_lent_where_nothing_is_left() {
        let household = IpAddr::from([192, 0, 2, 1]);
        let budget = Budget::new(10, 10);
        let mut all = budget.hold(household, 5);
        all.grow(15).unwrap();
        assert_eq!(all.amount(), 10);
        let mut small = budget.hold(household, 5);
        assert_eq!(small.grow(6), Err(Full::All));
        small.grow(3).unwrap();
        small.grow(2).unwrap();
        assert_eq!(small.grow(1), Err(Full::All));
        drop(small);
        assert_eq!(all.amount(), 10);
    }
}
