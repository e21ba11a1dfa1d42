//! What was acknowledged, and what must therefore be so.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use crate::dice::Dice;
use crate::records::lock;
use crate::texts::Text;

/// How far the clocks of the site and of this program may be apart.
const SLACK: Duration = Duration::from_millis(250);

/// Reads are mostly of pastes that are among so many newest.
const RECENT: usize = 300;

/// Somebody with an account that was acknowledged.
#[derive(Debug)]
pub struct Account {
    pub email: String,
    /// `session=…`
    pub cookie: String,
    /// An access token of all scopes.
    pub bearer: String,
}

#[derive(Debug)]
pub struct Paste {
    pub id: String,
    pub text: Text,
    pub owner: Option<Arc<Account>>,
    pub private: bool,
    pub delete_token: Option<String>,
    life: Mutex<Life>,
}

/// When a paste ends, as far as the answers tell.
#[derive(Clone, Copy, Debug)]
struct Life {
    /// It is there until then at least; `None`: for ever.
    surely_until: Option<Instant>,
    /// From then on it is not; `None`: nobody knows, or it lives for ever.
    surely_gone: Option<Instant>,
    delete_asked: Option<Instant>,
    deleted: Option<Instant>,
}

/// What must come of a read that was under way from one moment to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Must {
    BeThere,
    BeGone,
    Either,
}

impl Paste {
    /// Made between two moments, to live for so long.
    pub fn new(
        id: String,
        text: Text,
        lifetime: Option<Duration>,
        made: (Instant, Instant),
    ) -> Self {
        let life = Life {
            surely_until: lifetime.map(|lifetime| made.0 + lifetime),
            surely_gone: lifetime.map(|lifetime| made.1 + lifetime),
            delete_asked: None,
            deleted: None,
        };
        let life = Mutex::new(life);
        Self { id, text, owner: None, private: false, delete_token: None, life }
    }

    pub fn must(&self, asked: Instant, answered: Instant) -> Must {
        let life = lock(&self.life);
        let over =
            |end: Option<Instant>, slack: Duration| end.is_some_and(|end| asked >= end + slack);
        if over(life.deleted, Duration::ZERO) || over(life.surely_gone, SLACK) {
            return Must::BeGone;
        }
        let begins = |end: Option<Instant>, slack| end.is_some_and(|end| answered + slack >= end);
        if begins(life.delete_asked, Duration::ZERO) || begins(life.surely_until, SLACK) {
            Must::Either
        } else {
            Must::BeThere
        }
    }

    pub fn must_now(&self) -> Must {
        let now = Instant::now();
        self.must(now, now)
    }

    /// Whether a delete was asked for that nobody acknowledged.
    pub fn is_unsure(&self) -> bool {
        let life = lock(&self.life);
        life.delete_asked.is_some() && life.deleted.is_none()
    }

    pub fn may_have_expired(&self) -> bool {
        lock(&self.life).surely_until.is_some_and(|end| Instant::now() + SLACK >= end)
    }

    pub fn is_deleted(&self) -> bool {
        lock(&self.life).deleted.is_some()
    }

    pub fn delete_asked(&self) {
        lock(&self.life).delete_asked = Some(Instant::now());
    }

    pub fn deleted(&self) {
        lock(&self.life).deleted = Some(Instant::now());
    }

    /// From here on it may end at its new time as well as at the old one.
    pub fn lifetime_asked(&self, lifetime: Option<Duration>) {
        let mut life = lock(&self.life);
        let new = lifetime.map(|lifetime| Instant::now() + lifetime);
        life.surely_until = life.surely_until.into_iter().chain(new).min();
        life.surely_gone = None;
    }

    pub fn lifetime_changed(&self, lifetime: Option<Duration>, changed: (Instant, Instant)) {
        let mut life = lock(&self.life);
        life.surely_until = lifetime.map(|lifetime| changed.0 + lifetime);
        life.surely_gone = lifetime.map(|lifetime| changed.1 + lifetime);
    }
}

/// In the order of their creates, and by their ids.
#[derive(Debug, Default)]
struct Pages {
    all: Vec<Arc<Paste>>,
    by_id: HashMap<String, Arc<Paste>>,
}

/// Every paste that was acknowledged.
#[derive(Debug, Default)]
pub struct Book {
    pastes: Mutex<Pages>,
    accounts: Mutex<Vec<Arc<Account>>>,
}

impl Book {
    /// `None` where its id was given to another before.
    pub fn note(&self, paste: Paste) -> Option<Arc<Paste>> {
        let mut pastes = lock(&self.pastes);
        if pastes.by_id.contains_key(&paste.id) {
            return None;
        }
        let paste = Arc::new(paste);
        pastes.by_id.insert(paste.id.clone(), paste.clone());
        pastes.all.push(paste.clone());
        Some(paste)
    }

    /// Mostly a new one, and mostly one that is there.
    pub fn any(&self, dice: &mut Dice) -> Option<Arc<Paste>> {
        let pastes = &lock(&self.pastes).all;
        let tries = if dice.once_in(12) { 1 } else { 6 };
        let mut found = None;
        for _ in 0..tries {
            let from = if dice.once_in(3) { 0 } else { pastes.len().saturating_sub(RECENT) };
            let paste = pastes.get(from + dice.below(pastes.len() - from))?;
            found = Some(paste.clone());
            if paste.must_now() == Must::BeThere {
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

    pub fn welcome(&self, account: Account) {
        lock(&self.accounts).push(Arc::new(account));
    }

    pub fn account(&self, dice: &mut Dice) -> Option<Arc<Account>> {
        let accounts = lock(&self.accounts);
        accounts.get(dice.below(accounts.len())).cloned()
    }
}
