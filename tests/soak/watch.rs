//! What the system knows about each process, again and again.

use std::fs;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use tokio::task::JoinHandle;

use crate::machines::Roll;
use crate::records::lock;

#[derive(Clone, Debug)]
pub struct Reading {
    /// Since the start.
    pub at: Duration,
    pub name: String,
    /// Resident, in MB of 1,000,000 bytes.
    pub memory: f64,
    pub files: usize,
}

#[derive(Debug)]
pub struct Watch {
    readings: Arc<Mutex<Vec<Reading>>>,
    task: JoinHandle<()>,
}

impl Watch {
    pub fn start(roll: Roll, started: Instant, every: Duration) -> Self {
        let readings = Arc::default();
        let task = tokio::spawn(look(roll, started, every, Arc::clone(&readings)));
        Self { readings, task }
    }

    pub fn readings(&self) -> Vec<Reading> {
        lock(&self.readings).clone()
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn look(roll: Roll, started: Instant, every: Duration, into: Arc<Mutex<Vec<Reading>>>) {
    loop {
        tokio::time::sleep(every).await;
        let now = now(&roll, started);
        lock(&into).extend(now);
    }
}

/// Of all that run.
pub fn now(roll: &Roll, started: Instant) -> Vec<Reading> {
    let who = lock(roll).clone();
    let read = |(name, process)| {
        let (memory, files) = (memory(process)?, files(process)?);
        Some(Reading { at: started.elapsed(), name, memory, files })
    };
    who.into_iter().filter_map(read).collect()
}

/// `None` where it has just ended.
fn memory(process: u32) -> Option<f64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kib: u32 = line.split_whitespace().next()?.parse().ok()?;
    Some(f64::from(kib) * 1024.0 / 1e6)
}

fn files(process: u32) -> Option<usize> {
    Some(fs::read_dir(format!("/proc/{process}/fd")).ok()?.count())
}
