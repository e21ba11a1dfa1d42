//! A row of the table `fang_tasks`, and its conversion to and from fang's `Task`.

use std::collections::BTreeMap;

use fang::chrono::DateTime;
use fang::{AsyncRunnable, Task};
use serde_json::{Value, json};
use store::Timestamp;
use uuid::Uuid;

/// A row of the table `fang_tasks`.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(crate) struct TaskRow {
    pub(crate) id: String,
    pub(crate) metadata: String,
    pub(crate) error_message: Option<String>,
    pub(crate) state: String,
    pub(crate) task_type: String,
    pub(crate) uniq_hash: Option<String>,
    pub(crate) retries: i32,
    pub(crate) scheduled_at: Timestamp,
    pub(crate) created_at: Timestamp,
    pub(crate) updated_at: Timestamp,
}

impl TaskRow {
    /// A new row, not yet in the database.
    pub(super) fn new(
        task: &dyn AsyncRunnable,
        due: Timestamp,
        now: Timestamp,
    ) -> Result<Self, sqlx::Error> {
        let metadata =
            serde_json::to_value(task).map_err(|error| sqlx::Error::Encode(error.into()))?;
        Ok(Self {
            id: Uuid::new_v4().to_string(),
            error_message: None,
            state: "new".to_owned(),
            task_type: task.task_type(),
            uniq_hash: task.uniq().then(|| uniq_hash(&metadata)),
            metadata: metadata.to_string(),
            retries: 0,
            scheduled_at: due,
            created_at: now,
            updated_at: now,
        })
    }

    /// Decodes the task as fang's worker will do. A worker that gets an undecodable task ends.
    pub(super) fn check_decodable(&self) -> Result<(), serde_json::Error> {
        serde_json::from_str::<Box<dyn AsyncRunnable>>(&self.metadata).map(drop)
    }

    pub(super) fn into_task(self) -> Task {
        let time = |at: Timestamp| DateTime::from_timestamp_millis(at.0).unwrap_or_default();
        Task {
            id: self.id.parse().unwrap_or_default(),
            metadata: self.metadata.parse().unwrap_or_default(),
            error_message: self.error_message,
            state: self.state.into(),
            task_type: self.task_type,
            uniq_hash: self.uniq_hash,
            retries: self.retries,
            scheduled_at: time(self.scheduled_at),
            created_at: time(self.created_at),
            updated_at: time(self.updated_at),
        }
    }
}

/// The key by which equal tasks are found. fang hashes the metadata; this is the metadata itself,
/// which is short. Its keys are sorted: whether `serde_json` keeps their order depends on the crates
/// that are built with it, and differs between the programs of this workspace.
fn uniq_hash(metadata: &Value) -> String {
    match metadata.as_object() {
        Some(fields) => json!(fields.iter().collect::<BTreeMap<_, _>>()).to_string(),
        None => metadata.to_string(),
    }
}
