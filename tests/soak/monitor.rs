//! Measures the memory and the open files of every process at intervals.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use testbed::process::{self, Memory};
use tokio::task::JoinHandle;

use crate::deployment::ProcessIds;
use crate::recorder::lock;

#[derive(Clone, Debug)]
pub struct Reading {
    /// Since the start of the run.
    pub at: Duration,
    pub process: String,
    /// Resident, in MB of 1,000,000 bytes.
    pub memory: f64,
    pub open_files: usize,
}

#[derive(Debug)]
pub struct Monitor {
    readings: Arc<Mutex<Vec<Reading>>>,
    task: JoinHandle<()>,
}

impl Monitor {
    pub fn start(process_ids: ProcessIds, started: Instant, interval: Duration) -> Self {
        let readings = Arc::default();
        let task = tokio::spawn(run(process_ids, started, interval, Arc::clone(&readings)));
        Self { readings, task }
    }

    pub fn readings(&self) -> Vec<Reading> {
        lock(&self.readings).clone()
    }
}

impl Drop for Monitor {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn run(
    process_ids: ProcessIds,
    started: Instant,
    interval: Duration,
    readings: Arc<Mutex<Vec<Reading>>>,
) {
    loop {
        tokio::time::sleep(interval).await;
        let new = read_all(&process_ids, started);
        lock(&readings).extend(new);
    }
}

/// One reading of every process that runs now.
pub fn read_all(process_ids: &ProcessIds, started: Instant) -> Vec<Reading> {
    let process_ids = lock(process_ids).clone();
    let read = |(process, id)| {
        // A process that has just ended has no reading.
        let memory = bytes_in_mb(process::memory(id, Memory::Resident).ok()?);
        let open_files = process::open_files(id).ok()?;
        Some(Reading { at: started.elapsed(), process, memory, open_files })
    };
    process_ids.into_iter().filter_map(read).collect()
}

#[expect(clippy::cast_precision_loss, reason = "sizes of memory are far below 2^53")]
fn bytes_in_mb(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}
