use std::time::Duration;

use fang::chrono::Utc;
use fang::{FangTaskState, Task};
use serde_json::Value;
use tokio::sync::watch;
use tracing::warn;
use uuid::Uuid;

use super::Queue;

/// How long a worker goes on: until it is told to stop, or whoever could tell it is gone. The
/// teller in turn sees the last clone go (`Sender::closed`), and so knows when all have stopped.
#[derive(Clone, Debug)]
pub(crate) struct Shift {
    over: watch::Receiver<bool>,
}

impl Shift {
    pub(crate) fn new() -> (watch::Sender<bool>, Self) {
        let (sender, over) = watch::channel(false);
        (sender, Self { over })
    }

    pub(crate) fn is_over(&self) -> bool {
        *self.over.borrow() || self.over.has_changed().is_err()
    }

    /// Waits for `period`, or less where the shift ends meanwhile.
    pub(crate) async fn pause(&self, period: Duration) {
        let mut over = self.over.clone();
        tokio::select! {
            _ = over.wait_for(|over| *over) => {}
            () = tokio::time::sleep(period) => {}
        }
    }

    /// The waiting is done here, where a stop cuts it short, and not by fang, which cannot be
    /// woken. A database that does not answer is waited for in the same way.
    pub(super) async fn next_task(&self, queue: &Queue, task_type: &str) -> Option<Task> {
        if self.is_over() {
            return Some(farewell());
        }
        match queue.take(task_type).await {
            Ok(Some(task)) => return Some(task),
            Ok(None) => {}
            Err(error) => warn!(%error, "no task could be fetched; the worker tries again"),
        }
        self.pause(queue.config().poll).await;
        None
    }
}

/// A task that fang cannot decode: the one thing that makes its worker return, and the only one
/// of that kind that a worker ever gets. Nothing of it is in the database.
fn farewell() -> Task {
    let now = Utc::now();
    Task {
        id: Uuid::nil(),
        metadata: Value::Null,
        error_message: None,
        state: FangTaskState::InProgress,
        task_type: String::new(),
        uniq_hash: None,
        retries: 0,
        scheduled_at: now,
        created_at: now,
        updated_at: now,
    }
}
