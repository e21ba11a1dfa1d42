//! The load: simulated visitors that send a weighted mix of requests at a steady rate.

pub mod aborts;
mod accounts;
mod changes;
mod create_request;
mod creates;
mod reads;
mod rejections;
mod visitor;
pub mod warm_up;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use tokio::task::JoinHandle;

pub use visitor::Visitor;

use crate::client::{Answer, Client};
use crate::ledger::{Expected, Ledger, Paste};

/// The state that all simulated clients share.
#[derive(Debug)]
pub struct Workload {
    pub client: Client,
    pub ledger: Ledger,
    pub seed: u64,
    /// Creates without an acknowledgement: the paste may exist or not.
    pub unacknowledged_creates: AtomicUsize,
    stopped: AtomicBool,
}

impl Workload {
    pub fn new(client: Client, seed: u64) -> Self {
        Self {
            client,
            ledger: Ledger::default(),
            seed,
            unacknowledged_creates: AtomicUsize::new(0),
            stopped: AtomicBool::new(false),
        }
    }

    /// Tells the clients to end after their current requests.
    pub fn stop(&self) {
        self.stopped.store(true, Ordering::SeqCst);
    }

    pub fn is_stopped(&self) -> bool {
        self.stopped.load(Ordering::SeqCst)
    }

    /// Checks the answer to a read of a paste against the ledger. Where the paste may be present,
    /// the answer must have one of these statuses and pass `is_correct`.
    pub fn check_read(
        &self,
        paste: &Paste,
        answer: &Answer,
        expected_statuses: &[u16],
        is_correct: impl FnOnce(&Answer) -> bool,
    ) {
        let recorder = &self.client.recorder;
        match (paste.expected(answer.span), answer.status) {
            // `Client::send` has checked the statuses from 500.
            (_, 500..) | (Expected::Gone | Expected::Either, 404) => {}
            (Expected::Gone, status) => {
                let what = format!("is answered with {status} after its expiry or deletion");
                recorder.fail_paste(&paste.id, &what);
            }
            (Expected::Present, 404) => {
                recorder.fail_paste(&paste.id, "was acknowledged and is answered with 404");
            }
            (_, status) if !expected_statuses.contains(&status) => {
                recorder.fail(&format!("{} is answered with {status}", paste.id));
            }
            _ if !is_correct(answer) => recorder.fail_paste(&paste.id, "reads back different"),
            _ => {}
        }
    }
}

/// Starts this many visitors, which together send about `rate` requests a second.
pub fn start(workload: &Arc<Workload>, visitors: usize, rate: f64) -> Vec<JoinHandle<()>> {
    let visitor_count = u32::try_from(visitors).map_or(1.0, f64::from);
    let pause = Duration::from_secs(1).mul_f64(visitor_count / rate);
    (0..visitors)
        .map(|number| tokio::spawn(Visitor::new(workload.clone(), number).run(pause)))
        .collect()
}
