//! Reports the state of every periodic job, for `jobs status`.

use store::{Timestamp, read};

use crate::context::Context;
use crate::error::Result;
use crate::job::PeriodicJob;
use crate::queue::periodic_task::PeriodicTask;
use crate::queue::row::TaskRow;
use crate::queue::rows;
use crate::watchdog::is_silent;

/// The state of a job and the results of its last runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JobStatus {
    pub job: PeriodicJob,
    /// The time of the last successful run, and its summary of one line.
    pub last_success: Option<(Timestamp, String)>,
    /// The time of the last failed run, and its error. Older than the last success if the job has
    /// recovered.
    pub last_error: Option<(Timestamp, String)>,
    pub state: JobState,
}

/// Whether a job waits or runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JobState {
    /// The job has no task: no worker has ever run, or the task was lost and no worker is alive to
    /// restore it.
    Missing,
    /// The next run is scheduled.
    Waiting {
        next_run: Timestamp,
    },
    Running,
    /// The worker that runs it is silent, and no other has taken over yet. `since` is its last
    /// heartbeat.
    Stuck {
        since: Timestamp,
    },
}

#[derive(sqlx::FromRow)]
struct LastRuns {
    name: String,
    succeeded_at: Option<Timestamp>,
    result: Option<String>,
    failed_at: Option<Timestamp>,
    error: Option<String>,
}

/// The status of every job, in the order of [`PeriodicJob::ALL`].
///
/// # Errors
/// The database fails.
pub async fn status(ctx: &Context) -> Result<Vec<JobStatus>> {
    let db = ctx.store.db();
    let records: Vec<LastRuns> = read!(db, pool => {
        sqlx::query_as("select name, succeeded_at, result, failed_at, error from job_leases").fetch_all(pool).await
    })?;
    let tasks = rows::unfinished(db).await?;
    let now = ctx.clock.now();
    Ok(PeriodicJob::ALL
        .map(|job| {
            let record = records.iter().find(|record| record.name == job.name());
            JobStatus {
                job,
                last_success: record
                    .and_then(|record| record.succeeded_at.zip(record.result.clone())),
                last_error: record.and_then(|record| record.failed_at.zip(record.error.clone())),
                state: state_of(
                    tasks.iter().find(|task| PeriodicTask::is_stored_in(task, job)),
                    now,
                ),
            }
        })
        .into())
}

fn state_of(task: Option<&TaskRow>, now: Timestamp) -> JobState {
    match task {
        None => JobState::Missing,
        Some(task) if is_silent(task, now) => JobState::Stuck { since: task.updated_at },
        Some(task) if task.state == "in_progress" => JobState::Running,
        Some(task) => JobState::Waiting { next_run: task.scheduled_at },
    }
}
