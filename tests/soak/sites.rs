//! The addresses of the sites, and when each was down.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use crate::recorder::lock;

/// Requests that were on their way when a process started or ended may fail for this long.
const SETTLING_TIME: Duration = Duration::from_secs(2);

#[derive(Debug)]
pub struct Sites {
    pub urls: Vec<String>,
    outages: Mutex<Vec<Outage>>,
}

#[derive(Debug)]
struct Outage {
    site: usize,
    from: Instant,
    /// `None` while it is down.
    to: Option<Instant>,
}

impl Sites {
    pub fn new(urls: Vec<String>) -> Self {
        Self { urls, outages: Mutex::default() }
    }

    pub fn count(&self) -> usize {
        self.urls.len()
    }

    pub fn mark_down(&self, site: usize) {
        lock(&self.outages).push(Outage { site, from: Instant::now(), to: None });
    }

    pub fn mark_up(&self, site: usize) {
        for outage in lock(&self.outages).iter_mut().filter(|outage| outage.site == site) {
            outage.to.get_or_insert_with(Instant::now);
        }
    }

    /// Whether an outage of the site explains that a request between these moments failed.
    pub fn was_down(&self, site: usize, from: Instant, to: Instant) -> bool {
        lock(&self.outages).iter().any(|outage| {
            outage.site == site
                && outage.from <= to
                && outage.to.is_none_or(|until| from <= until + SETTLING_TIME)
        })
    }
}
