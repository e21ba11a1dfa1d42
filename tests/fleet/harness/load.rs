use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use reqwest::StatusCode;
use tokio::task::JoinHandle;

use super::oracle::Oracle;
use super::program::{Program, until};

/// Clients that save texts at the sites in turn, one after the other each, until they are stopped.
pub struct Load {
    counts: Arc<Counts>,
    clients: Vec<JoinHandle<()>>,
}

#[derive(Default)]
struct Counts {
    saved: AtomicUsize,
    refused: AtomicUsize,
    broken: AtomicUsize,
    over: AtomicBool,
}

impl Load {
    pub fn start(oracle: &Arc<Oracle>, sites: &[&Program], clients: usize) -> Self {
        let counts = Arc::new(Counts::default());
        let urls: Vec<String> = sites.iter().map(|site| site.url.clone()).collect();
        let client = |client: usize| {
            let (oracle, counts, urls) = (oracle.clone(), counts.clone(), urls.clone());
            tokio::spawn(async move {
                for n in 0.. {
                    if counts.over.load(Ordering::SeqCst) {
                        break;
                    }
                    let url = &urls[(client + n) % urls.len()];
                    let text = format!("client {client}, text {n}\n").repeat(1 + n % 30);
                    let count = match oracle.try_keep(url, &text).await {
                        Ok(StatusCode::CREATED) => &counts.saved,
                        Ok(_) => &counts.refused,
                        Err(_) => &counts.broken,
                    };
                    count.fetch_add(1, Ordering::SeqCst);
                }
            })
        };
        let clients = (0..clients).map(client).collect();
        Self { counts, clients }
    }

    /// Texts that were acknowledged.
    pub fn saved(&self) -> usize {
        self.counts.saved.load(Ordering::SeqCst)
    }

    /// Answers of 503.
    pub fn refused(&self) -> usize {
        self.counts.refused.load(Ordering::SeqCst)
    }

    /// Requests that got no answer.
    pub fn broken(&self) -> usize {
        self.counts.broken.load(Ordering::SeqCst)
    }

    /// Waits until so many more were saved.
    pub async fn goes_on(&self, more: usize) {
        let before = self.saved();
        until("creating goes on", async || (self.saved() >= before + more).then_some(())).await;
    }

    /// Lets the requests under way finish.
    ///
    /// # Panics
    /// Where an answer was neither a link nor a 503.
    pub async fn stop(&mut self) {
        self.counts.over.store(true, Ordering::SeqCst);
        for client in self.clients.drain(..) {
            client.await.unwrap();
        }
    }
}

impl Drop for Load {
    fn drop(&mut self) {
        self.counts.over.store(true, Ordering::SeqCst);
        self.clients.iter().for_each(JoinHandle::abort);
    }
}
