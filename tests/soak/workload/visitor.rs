//! A simulated visitor, who sends random requests.

use std::sync::Arc;
use std::time::Duration;

use reqwest::{Method, RequestBuilder};
use testbed::Rng;
use tokio::time::Instant;

use super::Workload;
use crate::client::Answer;
use crate::ledger::Paste;
use crate::operation::Operation;

/// The number of client addresses that the load comes from: enough that no address meets its limits.
const ADDRESSES: usize = 4096;

/// The number of own pastes that a visitor remembers, to change and delete them.
const OWN_PASTES: usize = 400;

/// How often each operation is chosen, relative to the others.
const WEIGHTS: &[(Operation, usize)] = &[
    (Operation::CreateBare, 70),
    (Operation::CreateForm, 50),
    (Operation::CreateMultipart, 50),
    (Operation::CreatePut, 40),
    (Operation::CreateApi, 70),
    (Operation::CreateLarge, 2),
    (Operation::Raw, 150),
    (Operation::Page, 120),
    (Operation::Range, 40),
    (Operation::Conditional, 60),
    (Operation::View, 80),
    (Operation::Recent, 30),
    (Operation::StartPage, 20),
    (Operation::Profile, 40),
    (Operation::ApiList, 20),
    (Operation::Patch, 40),
    (Operation::Delete, 60),
    (Operation::Register, 4),
    (Operation::LogIn, 5),
    (Operation::MissingPaste, 20),
    (Operation::MissFlood, 10),
    (Operation::Invalid, 20),
];

/// A simulated visitor, which sends one request after another.
pub struct Visitor {
    pub workload: Arc<Workload>,
    pub(super) number: usize,
    pub rng: Rng,
    pub(super) own_pastes: Vec<Arc<Paste>>,
    /// The number of operations so far.
    pub(super) operations: usize,
}

impl Visitor {
    pub fn new(workload: Arc<Workload>, number: usize) -> Self {
        let rng = Rng::new(workload.seed, 1 + number as u64);
        Self { workload, number, rng, own_pastes: Vec::new(), operations: 0 }
    }

    /// Sends requests until the workload is stopped, with pauses from 0.5 to 1.5 times `pause`.
    pub(super) async fn run(mut self, pause: Duration) {
        let mut next = Instant::now();
        while !self.workload.is_stopped() {
            // After a slow request the visitor does not catch up.
            next = (next + pause.mul_f64(0.5 + self.random_fraction())).max(Instant::now());
            tokio::time::sleep_until(next).await;
            let operation = self.random_operation();
            self.perform(operation).await;
        }
    }

    /// From 0 to 1.
    fn random_fraction(&mut self) -> f64 {
        f64::from(u32::try_from(self.rng.below(1000)).unwrap_or_default()) / 1000.0
    }

    fn random_operation(&mut self) -> Operation {
        let mut at = self.rng.below(WEIGHTS.iter().map(|(_, weight)| weight).sum());
        for (operation, weight) in WEIGHTS {
            if at < *weight {
                return *operation;
            }
            at -= weight;
        }
        Operation::Raw
    }

    async fn perform(&mut self, operation: Operation) {
        self.operations += 1;
        match operation {
            Operation::CreateBare
            | Operation::CreateForm
            | Operation::CreateMultipart
            | Operation::CreatePut
            | Operation::CreateLarge => self.create(operation).await,
            Operation::CreateApi => self.create_with_idempotency_key().await,
            Operation::Raw
            | Operation::Page
            | Operation::Range
            | Operation::Conditional
            | Operation::View => self.read(operation).await,
            Operation::Recent | Operation::StartPage | Operation::Profile | Operation::ApiList => {
                self.read_list(operation).await;
            }
            Operation::Patch => self.change().await,
            Operation::Delete => self.delete().await,
            Operation::Register => self.register().await,
            Operation::LogIn => self.log_in().await,
            Operation::MissingPaste | Operation::MissFlood => {
                self.read_missing_paste(operation).await;
            }
            Operation::Invalid => self.send_invalid_input().await,
            Operation::GoneAfterDelete | Operation::WarmUp | Operation::FinalCheck => {}
        }
    }

    /// Registers the next account.
    pub async fn register_next(&mut self) {
        self.perform(Operation::Register).await;
    }

    pub(super) fn random_site(&mut self) -> usize {
        self.workload.client.any_site(&mut self.rng)
    }

    /// A random client address.
    pub(super) fn random_address(&mut self) -> String {
        let number = self.rng.below(ADDRESSES);
        format!("10.1.{}.{}", number / 256, number % 256)
    }

    /// A request from a random client address.
    pub(super) fn request(&mut self, method: Method, site: usize, path: &str) -> RequestBuilder {
        let address = self.random_address();
        self.workload.client.request(method, site, path, &address)
    }

    pub async fn send(
        &self,
        operation: Operation,
        site: usize,
        request: RequestBuilder,
    ) -> Option<Answer> {
        self.workload.client.send(operation, site, request).await
    }

    pub(super) fn expect_status(
        &self,
        operation: Operation,
        answer: &Answer,
        expected: &[u16],
    ) -> bool {
        self.workload.client.expect_status(operation, answer, expected)
    }

    pub(super) fn remember(&mut self, paste: Arc<Paste>) {
        if self.own_pastes.len() >= OWN_PASTES {
            let old = self.rng.below(OWN_PASTES / 2);
            self.own_pastes.swap_remove(old);
        }
        self.own_pastes.push(paste);
    }
}
