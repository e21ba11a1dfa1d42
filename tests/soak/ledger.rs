//! The record of acknowledged writes, from which the checks derive what every read must find.

mod paste;

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use testbed::Rng;

pub use paste::{Expected, Paste, Span};

use crate::recorder::lock;

/// Most reads are of pastes among this many newest ones.
const RECENT: usize = 300;

/// An account whose registration was acknowledged.
#[derive(Debug)]
pub struct Account {
    pub email: String,
    /// The session cookie, as `session=…`.
    pub cookie: String,
    /// An access token with all scopes.
    pub token: String,
}

#[derive(Debug, Default)]
pub struct Ledger {
    pastes: Mutex<Pastes>,
    accounts: Mutex<Vec<Arc<Account>>>,
}

#[derive(Debug, Default)]
struct Pastes {
    /// In the order in which they were acknowledged.
    all: Vec<Arc<Paste>>,
    by_id: HashMap<String, Arc<Paste>>,
}

impl Ledger {
    /// `None` if another paste has the same id.
    pub fn add(&self, paste: Paste) -> Option<Arc<Paste>> {
        let mut pastes = lock(&self.pastes);
        if pastes.by_id.contains_key(&paste.id) {
            return None;
        }
        let paste = Arc::new(paste);
        pastes.by_id.insert(paste.id.clone(), paste.clone());
        pastes.all.push(paste.clone());
        Some(paste)
    }

    /// A random paste: usually a recent one, and usually one that is present.
    pub fn random_paste(&self, rng: &mut Rng) -> Option<Arc<Paste>> {
        let pastes = &lock(&self.pastes).all;
        let tries = if rng.one_in(12) { 1 } else { 6 };
        let mut found = None;
        for _ in 0..tries {
            let first = if rng.one_in(3) { 0 } else { pastes.len().saturating_sub(RECENT) };
            let paste = pastes.get(first + rng.below(pastes.len() - first))?;
            found = Some(paste.clone());
            if paste.expected_now() == Expected::Present {
                break;
            }
        }
        found
    }

    pub fn all(&self) -> Vec<Arc<Paste>> {
        lock(&self.pastes).all.clone()
    }

    pub fn find(&self, id: &str) -> Option<Arc<Paste>> {
        lock(&self.pastes).by_id.get(id).cloned()
    }

    pub fn add_account(&self, account: Account) {
        lock(&self.accounts).push(Arc::new(account));
    }

    pub fn random_account(&self, rng: &mut Rng) -> Option<Arc<Account>> {
        let accounts = lock(&self.accounts);
        accounts.get(rng.below(accounts.len())).cloned()
    }
}
