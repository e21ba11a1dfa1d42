//! Background load.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use reqwest::StatusCode;
use tokio::task::JoinHandle;

use super::ledger::Ledger;
use super::program::Program;
use super::wait::wait_until;

/// Background load: clients that each save one text after another, at the sites in turn, until they
/// are stopped.
pub struct Load {
    counts: Arc<Counts>,
    clients: Vec<JoinHandle<()>>,
}

#[derive(Default)]
struct Counts {
    saved: AtomicUsize,
    refused: AtomicUsize,
    unanswered: AtomicUsize,
    stopped: AtomicBool,
}

impl Load {
    pub fn start(ledger: &Arc<Ledger>, sites: &[&Program], clients: usize) -> Self {
        let counts = Arc::new(Counts::default());
        let urls: Vec<String> = sites.iter().map(|site| site.url.clone()).collect();
        let client = |client: usize| {
            let (ledger, counts, urls) = (ledger.clone(), counts.clone(), urls.clone());
            tokio::spawn(async move {
                for n in 0.. {
                    if counts.stopped.load(Ordering::SeqCst) {
                        break;
                    }
                    let url = &urls[(client + n) % urls.len()];
                    let text = format!("client {client}, text {n}\n").repeat(1 + n % 30);
                    let count = match ledger.try_create(url, &text).await {
                        Ok(StatusCode::CREATED) => &counts.saved,
                        Ok(_) => &counts.refused,
                        Err(_) => &counts.unanswered,
                    };
                    count.fetch_add(1, Ordering::SeqCst);
                }
            })
        };
        let clients = (0..clients).map(client).collect();
        Self { counts, clients }
    }

    /// The number of acknowledged texts.
    pub fn saved(&self) -> usize {
        self.counts.saved.load(Ordering::SeqCst)
    }

    /// The number of 503 answers.
    pub fn refused(&self) -> usize {
        self.counts.refused.load(Ordering::SeqCst)
    }

    /// The number of requests without an answer.
    pub fn unanswered(&self) -> usize {
        self.counts.unanswered.load(Ordering::SeqCst)
    }

    /// Waits until at least `more` further texts were saved.
    pub async fn wait_for_saves(&self, more: usize) {
        let before = self.saved();
        wait_until(&format!("{more} more texts are saved"), async || {
            (self.saved() >= before + more).then_some(())
        })
        .await;
    }

    /// Stops the clients after their current requests.
    ///
    /// # Panics
    /// A client failed: an answer was neither a link nor a 503.
    pub async fn stop(&mut self) {
        self.counts.stopped.store(true, Ordering::SeqCst);
        for client in self.clients.drain(..) {
            client.await.unwrap();
        }
    }
}

impl Drop for Load {
    fn drop(&mut self) {
        self.counts.stopped.store(true, Ordering::SeqCst);
        self.clients.iter().for_each(JoinHandle::abort);
    }
}
