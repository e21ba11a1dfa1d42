//! What was asked, what came, how long it took, and what was wrong.

use std::collections::BTreeSet;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Wrongs that are kept in words; all are counted.
const TOLD: usize = 40;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    Bare,
    Form,
    Multipart,
    Put,
    Api,
    Large,
    Raw,
    Page,
    Range,
    Conditional,
    View,
    Recent,
    Start,
    Profile,
    List,
    Patch,
    Delete,
    Gone,
    Register,
    LogIn,
    Miss,
    Flood,
    Invalid,
    WarmUp,
    Final,
}

impl Kind {
    pub fn name(self) -> &'static str {
        match self {
            Self::Bare => "create: bare body",
            Self::Form => "create: form",
            Self::Multipart => "create: multipart",
            Self::Put => "create: PUT",
            Self::Api => "create: API with Idempotency-Key",
            Self::Large => "create: 1 to 5 MiB",
            Self::Raw => "raw",
            Self::Page => "page",
            Self::Range => "range",
            Self::Conditional => "If-None-Match",
            Self::View => "views",
            Self::Recent => "/recent",
            Self::Start => "start page",
            Self::Profile => "profile",
            Self::List => "API list",
            Self::Patch => "PATCH",
            Self::Delete => "delete: owner, token, API",
            Self::Gone => "404 after a delete, every site",
            Self::Register => "register",
            Self::LogIn => "log in",
            Self::Miss => "no such paste",
            Self::Flood => "one client missing links",
            Self::Invalid => "invalid input",
            Self::WarmUp => "warm-up",
            Self::Final => "the last reading",
        }
    }

    /// Whether its time says something about the site: passwords and megabytes take theirs.
    pub fn is_timed(self) -> bool {
        let slow = [Self::Large, Self::Register, Self::LogIn, Self::WarmUp, Self::Final];
        !slow.contains(&self)
    }
}

#[derive(Clone, Copy, Debug)]
pub struct Sample {
    /// When it was asked, since the start.
    pub at: Duration,
    pub took: Duration,
    pub kind: Kind,
    /// `None` where no answer came.
    pub status: Option<u16>,
}

#[derive(Debug)]
pub struct Records {
    pub started: Instant,
    samples: Mutex<Vec<Sample>>,
    wrongs: Mutex<(usize, Vec<String>)>,
    lost: Mutex<BTreeSet<String>>,
}

pub fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Records {
    pub fn new() -> Self {
        Self {
            started: Instant::now(),
            samples: Mutex::default(),
            wrongs: Mutex::default(),
            lost: Mutex::default(),
        }
    }

    pub fn note(&self, kind: Kind, asked: Instant, took: Duration, status: Option<u16>) {
        let at = asked.duration_since(self.started);
        lock(&self.samples).push(Sample { at, took, kind, status });
    }

    /// Something that must not be.
    pub fn wrong(&self, what: &str) {
        let what = what.split_whitespace().collect::<Vec<_>>().join(" ");
        let told = format!("{:7.1} s  {what}", self.started.elapsed().as_secs_f64());
        let mut wrongs = lock(&self.wrongs);
        wrongs.0 += 1;
        if wrongs.1.len() < TOLD {
            println!("WRONG {told}");
            wrongs.1.push(told);
        }
    }

    /// As [`Records::wrong`], where it is an acknowledged paste or delete that did not hold.
    pub fn lost(&self, id: &str, what: &str) {
        lock(&self.lost).insert(id.to_owned());
        self.wrong(&format!("{id} {what}"));
    }

    /// Pastes that were lost, changed, or there after their end.
    pub fn all_lost(&self) -> usize {
        lock(&self.lost).len()
    }

    pub fn wrongs(&self) -> (usize, Vec<String>) {
        lock(&self.wrongs).clone()
    }

    pub fn samples(&self) -> Vec<Sample> {
        lock(&self.samples).clone()
    }
}
