//! Where fang's workers get their tasks.
//!
//! fang's own queue is not used: it fetches and marks in two steps, so two workers can get one
//! task, and each of its errors ends a worker for good. Here a task is taken in one statement, and
//! what a worker calls after its run never fails: it tries again for a while, then logs and leaves
//! the rest to the watchdog.

mod fetch;
mod registry;
pub(crate) mod retry;
pub(crate) mod row;
pub(crate) mod rows;
pub(crate) mod shutdown;

use std::sync::Arc;

use async_trait::async_trait;
use fang::chrono::Utc;
use fang::{AsyncQueueError, AsyncQueueable, AsyncRunnable, FangTaskState, Scheduled, Task};
use serde_json::Value;
use store::{Clock, Db, Timestamp};
use tracing::{error, warn};
use uuid::Uuid;

use crate::config::Config;
use crate::context::Context;
use crate::schedule;
use registry::Registered;
use retry::retry;
use rows::{Filter, insert};
use shutdown::ShutdownSignal;

/// fang's tasks in our database, for the jobs of one [`Context`]. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Queue {
    shared: Arc<Registered>,
    shutdown: Option<ShutdownSignal>,
}

impl Queue {
    /// A queue to put tasks into and to look at. A [`crate::Worker`] makes its own, which also
    /// knows when it is to stop.
    pub fn new(context: Context) -> Self {
        Self::with_config(context, Config::default())
    }

    pub(crate) fn with_config(context: Context, config: Config) -> Self {
        Self { shared: registry::register(context, config), shutdown: None }
    }

    pub(crate) fn with_shutdown(&self, shutdown: ShutdownSignal) -> Self {
        Self { shared: self.shared.clone(), shutdown: Some(shutdown) }
    }

    /// The queue of this process that handed a task out under `number`.
    pub(crate) fn of_number(number: u64) -> Option<Self> {
        Some(Self { shared: registry::find(number)?, shutdown: None })
    }

    pub(crate) fn context(&self) -> &Context {
        &self.shared.context
    }

    pub(crate) fn config(&self) -> &Config {
        &self.shared.config
    }

    pub(crate) fn db(&self) -> &Db {
        self.context().store.db()
    }

    pub(crate) fn clock(&self) -> &Clock {
        &self.context().clock
    }

    fn now(&self) -> Timestamp {
        self.clock().now()
    }

    /// The next task that is due and that this program knows.
    async fn take(&self, task_type: &str) -> Result<Option<Task>, AsyncQueueError> {
        Ok(fetch::take(self.db(), task_type, self.shared.number, self.now()).await?)
    }

    /// The waiting is done here, where a stop cuts it short, and not by fang, which cannot be
    /// woken. A database that does not answer is waited for in the same way.
    async fn next_task(&self, shutdown: &ShutdownSignal, task_type: &str) -> Option<Task> {
        if shutdown.is_requested() {
            return Some(stop_task());
        }
        match self.take(task_type).await {
            Ok(Some(task)) => return Some(task),
            Ok(None) => {}
            Err(error) => warn!(%error, "no task could be fetched; the worker tries again"),
        }
        shutdown.sleep(self.config().poll).await;
        None
    }
}

/// A task that fang cannot decode: the one thing that makes its worker return, and the only one
/// of that kind that a worker ever gets. Nothing of it is in the database.
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

#[async_trait]
impl AsyncQueueable for Queue {
    async fn fetch_and_touch_task(
        &self,
        task_type: Option<String>,
    ) -> Result<Option<Task>, AsyncQueueError> {
        let task_type = task_type.as_deref().unwrap_or(fang::DEFAULT_TASK_TYPE);
        match &self.shutdown {
            None => self.take(task_type).await,
            Some(shutdown) => Ok(self.next_task(shutdown, task_type).await),
        }
    }

    async fn insert_task(&self, task: &dyn AsyncRunnable) -> Result<Task, AsyncQueueError> {
        let row = row::new(task, self.now(), self.now())?;
        Ok(insert(self.db(), &row).await?.into_task())
    }

    async fn schedule_task(&self, task: &dyn AsyncRunnable) -> Result<Task, AsyncQueueError> {
        let now = self.now();
        let due = match task.cron() {
            Some(Scheduled::CronPattern(pattern)) => schedule::next(&pattern, now),
            Some(Scheduled::ScheduleOnce(at)) => Ok(Timestamp(at.timestamp_millis())),
            None => Err(fang::CronError::TaskNotSchedulableError),
        };
        let due = due.unwrap_or_else(|error| {
            error!(%error, "a task names no next time; it runs again in a minute");
            now.plus(std::time::Duration::from_mins(1))
        });
        let row = row::new(task, due, now)?;
        let kept = retry("schedule a task", || insert(self.db(), &row)).await;
        Ok(kept.unwrap_or(row).into_task())
    }

    async fn schedule_retry(
        &self,
        task: &Task,
        backoff: u32,
        error: &str,
    ) -> Result<Task, AsyncQueueError> {
        let due = self.now().plus(std::time::Duration::from_secs(backoff.into()));
        retry("retry a task", || rows::mark_retried(self.db(), &task.id, error, due, self.now()))
            .await;
        Ok(task.clone())
    }

    async fn update_task_state(
        &self,
        task: &Task,
        state: FangTaskState,
    ) -> Result<Task, AsyncQueueError> {
        let name: &str = state.clone().into();
        retry("update a task", || rows::set_state(self.db(), &task.id, name, None, self.now()))
            .await;
        Ok(Task { state, ..task.clone() })
    }

    async fn fail_task(&self, task: &Task, error: &str) -> Result<Task, AsyncQueueError> {
        retry("fail a task", || {
            rows::set_state(self.db(), &task.id, "failed", Some(error), self.now())
        })
        .await;
        Ok(Task {
            state: FangTaskState::Failed,
            error_message: Some(error.to_owned()),
            ..task.clone()
        })
    }

    async fn remove_task(&self, id: &Uuid) -> Result<u64, AsyncQueueError> {
        let id = id.to_string();
        Ok(retry("remove a task", || rows::remove(self.db(), Filter::Id(&id))).await.unwrap_or(0))
    }

    async fn remove_task_by_metadata(
        &self,
        task: &dyn AsyncRunnable,
    ) -> Result<u64, AsyncQueueError> {
        if !task.uniq() {
            return Err(AsyncQueueError::TaskNotUniqError);
        }
        let metadata: Value = serde_json::to_value(task)?;
        Ok(rows::remove(self.db(), Filter::Hash(&row::uniq_hash(&metadata))).await?)
    }

    async fn remove_tasks_type(&self, task_type: &str) -> Result<u64, AsyncQueueError> {
        Ok(rows::remove(self.db(), Filter::Type(task_type)).await?)
    }

    async fn remove_all_tasks(&self) -> Result<u64, AsyncQueueError> {
        Ok(rows::remove(self.db(), Filter::All).await?)
    }

    async fn remove_all_scheduled_tasks(&self) -> Result<u64, AsyncQueueError> {
        Ok(rows::remove(self.db(), Filter::After(self.now())).await?)
    }

    async fn find_task_by_id(&self, id: &Uuid) -> Result<Task, AsyncQueueError> {
        let row = rows::find(self.db(), id).await?.ok_or(sqlx::Error::RowNotFound)?;
        Ok(row.into_task())
    }
}
