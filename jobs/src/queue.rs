//! The task queue: fang's workers on our own implementation of fang's queue trait.
//!
//! fang 0.11 defines a task ([`AsyncRunnable`]), encodes and decodes tasks, and runs a pool of
//! workers. Its own queue is not used, because its source shows these defects. After each stands
//! what this folder does instead.
//!
//! - It fetches a task and marks it in two statements, so two workers can get the same task. Here
//!   `fetch` does both in one statement. A [lease](crate::lease) covers the case that is left: a
//!   slow worker's task is handed to a second one.
//! - A worker ends for good when its queue returns an error after a run, or when it gets a task that
//!   it cannot decode. Here the methods that are called after a run retry, log, and never fail, and
//!   `fetch` marks an undecodable task as failed and skips it.
//! - A crash leaves its task `in_progress` for ever, and a periodic task is only scheduled again after
//!   its run. The [watchdog](crate::watchdog) requeues such tasks and restores missing ones.
//! - A failed periodic task is both retried and scheduled again, so it multiplies. Here
//!   [`PeriodicTask`] is unique and has no retries.
//! - A worker cannot be stopped, and an idle one sleeps for 5 to 15 seconds: too long for a job with
//!   a period of 10. Here the queue does the waiting, which a shutdown interrupts, and then hands out
//!   [`stop_task`].
//! - A running task gets no context. Here it finds its queue in `registry`.
//! - On SQLite, times are written as text in one column and compared as integers in another. Here
//!   all times are integers: milliseconds since the Unix epoch.

mod fetch;
pub(crate) mod periodic_task;
mod registry;
mod retry;
pub(crate) mod row;
pub(crate) mod rows;
pub(crate) mod shutdown;
pub(crate) mod workers;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use fang::chrono::Utc;
use fang::{AsyncQueueError, AsyncQueueable, AsyncRunnable, FangTaskState, Scheduled, Task};
use serde_json::Value;
use store::{Clock, Db, Timestamp};
use tracing::warn;
use uuid::Uuid;

use crate::config::Config;
use crate::context::Context;
use crate::job::PeriodicJob;
use crate::queue::periodic_task::PeriodicTask;
use crate::queue::registry::Shared;
use crate::queue::retry::retry;
use crate::queue::row::TaskRow;
use crate::queue::shutdown::ShutdownSignal;
use crate::schedule;

/// Delay until the next run of a task whose schedule names no next time, as after the year 2100.
const FALLBACK_DELAY: Duration = Duration::from_mins(1);

/// The tasks in the database of one [`Context`]. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Queue {
    shared: Arc<Shared>,
}

impl Queue {
    /// A queue for inserting and inspecting tasks. A [`Worker`](crate::Worker) makes its own.
    pub fn new(context: Context) -> Self {
        Self { shared: registry::register(context, Config::default(), None) }
    }

    /// A queue for a worker. After a shutdown request it hands out no more tasks of the database.
    pub(crate) fn for_worker(context: Context, config: Config, shutdown: ShutdownSignal) -> Self {
        Self { shared: registry::register(context, config, Some(shutdown)) }
    }

    pub(crate) fn config(&self) -> &Config {
        &self.shared.config
    }

    pub(crate) fn db(&self) -> &Db {
        self.shared.db()
    }

    pub(crate) fn clock(&self) -> &Clock {
        self.shared.clock()
    }

    fn now(&self) -> Timestamp {
        self.clock().now()
    }

    /// Inserts a task for `job`, due now, unless the job has an unfinished one.
    pub(crate) async fn insert_job(&self, job: PeriodicJob) -> Result<(), sqlx::Error> {
        self.insert(&PeriodicTask::new(job)).await.map(drop)
    }

    async fn insert(&self, task: &dyn AsyncRunnable) -> Result<TaskRow, sqlx::Error> {
        let now = self.now();
        rows::insert(self.db(), &TaskRow::new(task, now, now)?).await
    }

    async fn fetch(&self, task_type: &str) -> Result<Option<Task>, sqlx::Error> {
        fetch::next_due(self.db(), task_type, self.shared.number, self.now()).await
    }

    /// The next task for a worker. Without a due task, or with a database that fails, this waits for
    /// the poll interval and returns `None`. The wait is here because fang's own sleep cannot be
    /// interrupted by a shutdown.
    async fn next_task(&self, shutdown: &ShutdownSignal, task_type: &str) -> Option<Task> {
        if shutdown.is_requested() {
            return Some(stop_task());
        }
        match self.fetch(task_type).await {
            Ok(Some(task)) => return Some(task),
            Ok(None) => {}
            Err(error) => warn!(%error, "no task could be fetched; the worker tries again"),
        }
        shutdown.sleep(self.config().poll).await;
        None
    }
}

/// A task that is in no database and that fang cannot decode. A decoding error is the only way to
/// make a fang worker return.
fn stop_task() -> Task {
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

/// The error of the trait's methods that remove many tasks. Neither fang's workers nor this program
/// call them.
fn unsupported() -> AsyncQueueError {
    sqlx::Error::Protocol("this queue removes tasks by id only".to_owned()).into()
}

#[async_trait]
impl AsyncQueueable for Queue {
    async fn fetch_and_touch_task(
        &self,
        task_type: Option<String>,
    ) -> Result<Option<Task>, AsyncQueueError> {
        let task_type = task_type.as_deref().unwrap_or(fang::DEFAULT_TASK_TYPE);
        match &self.shared.shutdown {
            None => Ok(self.fetch(task_type).await?),
            Some(shutdown) => Ok(self.next_task(shutdown, task_type).await),
        }
    }

    async fn insert_task(&self, task: &dyn AsyncRunnable) -> Result<Task, AsyncQueueError> {
        Ok(self.insert(task).await?.into_task())
    }

    async fn schedule_task(&self, task: &dyn AsyncRunnable) -> Result<Task, AsyncQueueError> {
        let now = self.now();
        let due = match task.cron() {
            Some(Scheduled::CronPattern(pattern)) => schedule::next(&pattern, now),
            Some(Scheduled::ScheduleOnce(at)) => Some(Timestamp(at.timestamp_millis())),
            None => None,
        };
        let row = TaskRow::new(task, due.unwrap_or(now.plus(FALLBACK_DELAY)), now)?;
        let inserted = retry("schedule a task", || rows::insert(self.db(), &row)).await;
        Ok(inserted.unwrap_or(row).into_task())
    }

    async fn schedule_retry(
        &self,
        task: &Task,
        backoff: u32,
        error: &str,
    ) -> Result<Task, AsyncQueueError> {
        let (id, now) = (task.id.to_string(), self.now());
        let due = now.plus(Duration::from_secs(backoff.into()));
        retry("retry a task", || rows::mark_retried(self.db(), &id, error, due, now)).await;
        Ok(task.clone())
    }

    async fn update_task_state(
        &self,
        task: &Task,
        state: FangTaskState,
    ) -> Result<Task, AsyncQueueError> {
        let (id, name): (_, &str) = (task.id.to_string(), state.clone().into());
        retry("update a task", || rows::set_state(self.db(), &id, name, None, self.now())).await;
        Ok(Task { state, ..task.clone() })
    }

    async fn fail_task(&self, task: &Task, error: &str) -> Result<Task, AsyncQueueError> {
        let id = task.id.to_string();
        retry("fail a task", || rows::set_state(self.db(), &id, "failed", Some(error), self.now()))
            .await;
        Ok(Task {
            state: FangTaskState::Failed,
            error_message: Some(error.to_owned()),
            ..task.clone()
        })
    }

    async fn remove_task(&self, id: &Uuid) -> Result<u64, AsyncQueueError> {
        let id = id.to_string();
        Ok(retry("remove a task", || rows::remove(self.db(), &id)).await.unwrap_or(0))
    }

    async fn remove_task_by_metadata(&self, _: &dyn AsyncRunnable) -> Result<u64, AsyncQueueError> {
        Err(unsupported())
    }

    async fn remove_tasks_type(&self, _: &str) -> Result<u64, AsyncQueueError> {
        Err(unsupported())
    }

    async fn remove_all_tasks(&self) -> Result<u64, AsyncQueueError> {
        Err(unsupported())
    }

    async fn remove_all_scheduled_tasks(&self) -> Result<u64, AsyncQueueError> {
        Err(unsupported())
    }

    async fn find_task_by_id(&self, id: &Uuid) -> Result<Task, AsyncQueueError> {
        let row = rows::find(self.db(), &id.to_string()).await?;
        Ok(row.ok_or(sqlx::Error::RowNotFound)?.into_task())
    }
}
