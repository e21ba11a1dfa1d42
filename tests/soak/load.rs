//! The visitors: each does one thing after the other, at its pace.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use reqwest::RequestBuilder;
use tokio::task::JoinHandle;
use tokio::time::Instant;

use crate::book::{Book, Must, Paste};
use crate::client::{Answer, Client};
use crate::dice::Dice;
use crate::records::Kind;

pub const HTML: &str = "text/html,application/xhtml+xml,*/*;q=0.8";

/// Addresses that visitors seem to come from: so many that none meets its limits.
const ADDRESSES: usize = 4096;

/// Pastes that a visitor remembers as its own, to change and delete.
const OWN: usize = 400;

/// How often each thing is done.
const MIX: &[(Kind, usize)] = &[
    (Kind::Bare, 70),
    (Kind::Form, 50),
    (Kind::Multipart, 50),
    (Kind::Put, 40),
    (Kind::Api, 70),
    (Kind::Large, 2),
    (Kind::Raw, 150),
    (Kind::Page, 120),
    (Kind::Range, 40),
    (Kind::Conditional, 60),
    (Kind::View, 80),
    (Kind::Recent, 30),
    (Kind::Start, 20),
    (Kind::Profile, 40),
    (Kind::List, 20),
    (Kind::Patch, 40),
    (Kind::Delete, 60),
    (Kind::Register, 4),
    (Kind::LogIn, 5),
    (Kind::Miss, 20),
    (Kind::Flood, 10),
    (Kind::Invalid, 20),
];

/// What all visitors share.
#[derive(Debug)]
pub struct World {
    pub client: Client,
    pub book: Book,
    pub seed: u64,
    /// Creates that nobody acknowledged: the paste may be there or not.
    pub unknown: AtomicUsize,
    pub deletes: AtomicUsize,
    over: AtomicBool,
}

pub struct Visitor {
    pub world: Arc<World>,
    pub number: usize,
    pub dice: Dice,
    pub own: Vec<Arc<Paste>>,
    pub done: usize,
}

impl World {
    pub fn new(client: Client, seed: u64) -> Self {
        Self {
            client,
            book: Book::default(),
            seed,
            unknown: AtomicUsize::new(0),
            deletes: AtomicUsize::new(0),
            over: AtomicBool::new(false),
        }
    }

    pub fn end(&self) {
        self.over.store(true, Ordering::SeqCst);
    }

    pub fn is_over(&self) -> bool {
        self.over.load(Ordering::SeqCst)
    }

    /// A read of a paste: what it may answer depends on when the paste ends.
    pub fn judge(
        &self,
        paste: &Paste,
        answer: &Answer,
        wanted: &[u16],
        is_right: impl FnOnce(&Answer) -> bool,
    ) {
        let records = &self.client.records;
        match (paste.must(answer.asked, answer.answered), answer.status) {
            // Wrong already, or an outage.
            (_, 500..) | (Must::BeGone | Must::Either, 404) => {}
            (Must::BeGone, status) => {
                records.lost(&paste.id, &format!("is answered with {status} after its end"));
            }
            (Must::BeThere, 404) => records.lost(&paste.id, "was acknowledged and is not there"),
            (_, status) if !wanted.contains(&status) => {
                records.wrong(&format!("{} is answered with {status}", paste.id));
            }
            _ if !is_right(answer) => records.lost(&paste.id, "reads back otherwise"),
            _ => {}
        }
    }
}

/// Starts so many visitors, who together send about `rate` requests a second.
pub fn start(world: &Arc<World>, visitors: usize, rate: f64) -> Vec<JoinHandle<()>> {
    let pause = Duration::from_secs(1).mul_f64(visitors_as_f64(visitors) / rate);
    (0..visitors)
        .map(|number| {
            let visitor = Visitor::new(world.clone(), number);
            tokio::spawn(visitor.stay(pause))
        })
        .collect()
}

fn visitors_as_f64(visitors: usize) -> f64 {
    u32::try_from(visitors).map_or(1.0, f64::from)
}

impl Visitor {
    pub fn new(world: Arc<World>, number: usize) -> Self {
        let dice = Dice::new(world.seed, 1 + number as u64);
        Self { world, number, dice, own: Vec::new(), done: 0 }
    }

    async fn stay(mut self, pause: Duration) {
        let mut next = Instant::now();
        while !self.world.is_over() {
            // Who is late does not hurry afterwards.
            next = (next + pause.mul_f64(0.5 + self.share())).max(Instant::now());
            tokio::time::sleep_until(next).await;
            let kind = self.choose();
            self.act(kind).await;
        }
    }

    /// From 0 to 1.
    fn share(&mut self) -> f64 {
        f64::from(u32::try_from(self.dice.below(1000)).unwrap_or_default()) / 1000.0
    }

    fn choose(&mut self) -> Kind {
        let mut at = self.dice.below(MIX.iter().map(|(_, weight)| weight).sum());
        for (kind, weight) in MIX {
            if at < *weight {
                return *kind;
            }
            at -= weight;
        }
        Kind::Raw
    }

    async fn act(&mut self, kind: Kind) {
        self.done += 1;
        match kind {
            Kind::Bare | Kind::Form | Kind::Multipart | Kind::Put | Kind::Large => {
                self.create(kind).await;
            }
            Kind::Api => self.create_once().await,
            Kind::Raw | Kind::Page | Kind::Range | Kind::Conditional | Kind::View => {
                self.read(kind).await;
            }
            Kind::Recent | Kind::Start | Kind::Profile | Kind::List => self.look(kind).await,
            Kind::Patch => self.change().await,
            Kind::Delete => self.delete().await,
            Kind::Register => self.register().await,
            Kind::LogIn => self.log_in().await,
            Kind::Miss | Kind::Flood => self.miss(kind).await,
            Kind::Invalid => self.err().await,
            Kind::Gone | Kind::WarmUp | Kind::Final => {}
        }
    }

    pub async fn send(&self, kind: Kind, site: usize, request: RequestBuilder) -> Option<Answer> {
        self.world.client.send(kind, site, request).await
    }

    /// An address that a proxy could name, each time another.
    pub fn address(&mut self) -> String {
        let number = self.dice.below(ADDRESSES);
        format!("10.1.{}.{}", number / 256, number % 256)
    }

    pub fn remember(&mut self, paste: Arc<Paste>) {
        if self.own.len() >= OWN {
            let oldest = self.dice.below(OWN / 2);
            self.own.swap_remove(oldest);
        }
        self.own.push(paste);
    }
}
