//! A periodic job as a fang task: it runs under a lease, sends heartbeats, and names its next time.

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
use crate::queue::registry::{self, Shared};
use crate::queue::retry::retry;
use crate::queue::row::TaskRow;
use crate::queue::rows;
use crate::schedule;

/// The longest time until the next run, after a run that failed or did not get the lease.
const RETRY_DELAY: Duration = Duration::from_mins(1);

/// A [`PeriodicJob`] as a fang task. After the run, fang's worker removes it and schedules the next.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct PeriodicTask {
    /// Stored as `chain`, so that workers of older versions and this one can decode each other's
    /// tasks.
    #[serde(rename = "chain")]
    job: PeriodicJob,
    /// Not stored. `fetch` adds it to a task that it hands out.
    #[serde(default, skip_serializing)]
    claim: Option<Claim>,
    /// Set by a run that failed or did not get the lease.
    #[serde(skip)]
    retry_at: OnceLock<Timestamp>,
}

#[derive(Debug, Deserialize)]
struct Claim {
    /// The number of the queue in `registry`.
    queue: u64,
    /// The id of the task.
    task: String,
}

impl PeriodicTask {
    pub(crate) fn new(job: PeriodicJob) -> Self {
        Self { job, claim: None, retry_at: OnceLock::new() }
    }

    /// Whether `row` is a task of `job`.
    pub(crate) fn is_stored_in(row: &TaskRow, job: PeriodicJob) -> bool {
        let metadata: Value = row.metadata.parse().unwrap_or_default();
        metadata["type"] == "chain" && metadata["chain"] == job.name()
    }

    fn retry_soon(&self, queue: &Shared) {
        let now = queue.clock().now();
        let latest = now.plus(RETRY_DELAY);
        let at = schedule::next(self.job.cron(), now).map_or(latest, |next| next.min(latest));
        self.retry_at.get_or_init(|| at);
    }
}

#[typetag::serde(name = "chain")]
#[async_trait]
impl AsyncRunnable for PeriodicTask {
    async fn run(&self, _: &dyn AsyncQueueable) -> Result<(), FangError> {
        let claim = self.claim.as_ref();
        let claimed = claim.and_then(|claim| Some((registry::find(claim.queue)?, &claim.task)));
        let Some((queue, task_id)) = claimed else {
            return Err(FangError {
                description: "the task was not handed out by a queue of this process".to_owned(),
            });
        };
        match run(&queue, self.job, task_id).await {
            Ok(Run::Done) => Ok(()),
            Ok(Run::LeaseTaken) => {
                debug!(job = %self.job, "another worker runs the job");
                self.retry_soon(&queue);
                Ok(())
            }
            Err(error) => {
                error!(job = %self.job, %error, "a periodic job failed; it is scheduled again");
                self.retry_soon(&queue);
                Err(FangError { description: error.to_string() })
            }
        }
    }

    fn uniq(&self) -> bool {
        true
    }

    /// None: fang would retry a failed task and also schedule it again.
    fn max_retries(&self) -> i32 {
        0
    }

    /// Called twice. Before the run, fang's worker checks that this is a pattern, so that the task is
    /// scheduled again. After the run, our queue calls it for the time of the next run.
    fn cron(&self) -> Option<Scheduled> {
        let retry_at = self.retry_at.get().and_then(|at| DateTime::from_timestamp_millis(at.0));
        Some(retry_at.map_or_else(
            || Scheduled::CronPattern(self.job.cron().to_owned()),
            Scheduled::ScheduleOnce,
        ))
    }
}

enum Run {
    Done,
    LeaseTaken,
}

/// Runs `job` under its lease, if the lease is free.
async fn run(queue: &Shared, job: PeriodicJob, task_id: &str) -> Result<Run> {
    let Some(lease) = Lease::take(queue.db(), queue.clock(), job).await? else {
        return Ok(Run::LeaseTaken);
    };
    // The job is a tokio task of its own. A panic then is an error like any other, and the job does
    // not stop while the heartbeat waits for a database connection, which the job itself may hold.
    let context = queue.context.clone();
    let running = tokio::spawn(async move { job.run(&context).await });
    let outcome = tokio::select! {
        joined = running => joined.unwrap_or(Err(Error::Panicked)),
        never = heartbeat(queue, &lease, task_id) => match never {},
    };
    retry("record the result of a job", || lease.finish(&outcome)).await;
    outcome.map(|_| Run::Done)
}

/// Shows the watchdog and the other workers that this run is alive.
async fn heartbeat(queue: &Shared, lease: &Lease<'_>, task_id: &str) -> Infallible {
    loop {
        tokio::time::sleep(queue.config.heartbeat).await;
        if let Err(error) = rows::touch(queue.db(), task_id, queue.clock().now()).await {
            debug!(%error, "a heartbeat was lost");
        }
        match lease.renew().await {
            Ok(true) => {}
            // The job may now run twice at once, which is harmless: every job is idempotent.
            Ok(false) => warn!("a lease was lost to another worker: a heartbeat came too late"),
            Err(error) => debug!(%error, "a heartbeat was lost"),
        }
    }
}
