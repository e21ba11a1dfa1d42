use std::convert::Infallible;
use std::sync::OnceLock;
use std::time::Duration;

use async_trait::async_trait;
use fang::chrono::DateTime;
use fang::{AsyncQueueable, AsyncRunnable, FangError, Scheduled, typetag};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use store::Timestamp;
use tracing::{debug, error, warn};

use crate::error::{Error, Result};
use crate::job::PeriodicJob;
use crate::lease::Lease;
use crate::queue::Queue;
use crate::queue::retry::retry;
use crate::queue::row::Row;
use crate::queue::rows;
use crate::schedule;

/// A run that failed, or found another at work, does not wait for its day.
const AGAIN: Duration = Duration::from_mins(1);

/// A job as a task of fang's: it runs, and the worker schedules it anew.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Periodic {
    /// Named `chain` in the database, which may hold tasks of an older version of this program.
    #[serde(rename = "chain")]
    job: PeriodicJob,
    /// Not in the database: the queue that hands the task out writes it in.
    #[serde(default, skip_serializing)]
    claim: Option<Claim>,
    #[serde(skip)]
    again: OnceLock<Timestamp>,
}

#[derive(Debug, Deserialize)]
struct Claim {
    queue: u64,
    task: String,
}

impl Periodic {
    pub(crate) fn new(job: PeriodicJob) -> Self {
        Self { job, claim: None, again: OnceLock::new() }
    }

    /// Whether `task` is the one of `job`.
    pub(crate) fn is(job: PeriodicJob, task: &Row) -> bool {
        let metadata: Value = task.metadata.parse().unwrap_or_default();
        metadata["type"] == "chain" && metadata["chain"] == job.name()
    }

    fn come_again(&self, queue: &Queue) {
        let now = queue.clock().now();
        let soon = now.plus(AGAIN);
        let at = schedule::next(self.job.cron(), now).unwrap_or(soon).min(soon);
        self.again.get_or_init(|| at);
    }
}

#[typetag::serde(name = "chain")]
#[async_trait]
impl AsyncRunnable for Periodic {
    async fn run(&self, _: &dyn AsyncQueueable) -> Result<(), FangError> {
        let found = self
            .claim
            .as_ref()
            .and_then(|claim| Some((Queue::of_number(claim.queue)?, &claim.task)));
        let Some((queue, task)) = found else {
            return Err(FangError {
                description: "the task's queue is not of this process".to_owned(),
            });
        };
        match run(&queue, self.job, task).await {
            Ok(true) => Ok(()),
            Ok(false) => {
                debug!(job = %self.job, "another worker is at it");
                self.come_again(&queue);
                Ok(())
            }
            Err(error) => {
                error!(job = %self.job, %error, "a periodic job failed; it comes again");
                self.come_again(&queue);
                Err(FangError { description: error.to_string() })
            }
        }
    }

    fn uniq(&self) -> bool {
        true
    }

    /// The job is the retry: fang schedules a failed task anew as well, and would do both.
    fn max_retries(&self) -> i32 {
        0
    }

    /// fang asks before the run whether the task is periodic, and our queue after it for the time.
    fn cron(&self) -> Option<Scheduled> {
        let again = self.again.get().and_then(|at| DateTime::from_timestamp_millis(at.0));
        Some(again.map_or_else(
            || Scheduled::CronPattern(self.job.cron().to_owned()),
            Scheduled::ScheduleOnce,
        ))
    }
}

/// Does a job's work under its lease; `false` where another run holds it.
async fn run(queue: &Queue, job: PeriodicJob, task: &str) -> Result<bool> {
    let Some(lease) = Lease::take(queue.db(), queue.clock(), job).await? else {
        return Ok(false);
    };
    // In a task of its own: a panic is a failure as any other, and the work goes on at full speed
    // while the heartbeat waits for a connection that the work itself may hold.
    let context = queue.context().clone();
    let work = tokio::spawn(async move { job.run(&context).await });
    let outcome = tokio::select! {
        joined = work => joined.unwrap_or(Err(Error::Panicked)),
        never = heartbeat(queue, &lease, task) => match never {},
    };
    retry("note how a job went", || lease.finish(&outcome)).await;
    outcome.map(|_| true)
}

/// Tells the watchdog and the other workers that this run is alive.
async fn heartbeat(queue: &Queue, lease: &Lease<'_>, task: &str) -> Infallible {
    loop {
        tokio::time::sleep(queue.config().heartbeat).await;
        if let Err(error) = rows::touch(queue.db(), task, queue.clock().now()).await {
            debug!(%error, "a heartbeat was lost");
        }
        match lease.renew().await {
            Ok(true) => {}
            // No harm: the work can be done twice. It only means that a heartbeat came too late.
            Ok(false) => warn!("a lease was lost to another worker"),
            Err(error) => debug!(%error, "a heartbeat was lost"),
        }
    }
}
