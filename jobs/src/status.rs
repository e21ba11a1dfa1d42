use fang::chrono::DateTime;
use store::{Timestamp, read};

use crate::context::Context;
use crate::error::Result;
use crate::job::PeriodicJob;
use crate::periodic::Periodic;
use crate::queue::row::Row;
use crate::queue::rows;
use crate::watchdog::is_silent;

/// How a job is doing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JobStatus {
    pub job: PeriodicJob,
    /// When it last went well, and what it did in one line.
    pub last_success: Option<(Timestamp, String)>,
    /// When it last failed, and why. Older than the last success where it has recovered.
    pub last_error: Option<(Timestamp, String)>,
    pub state: JobState,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JobState {
    /// No worker has ever seen to it, or it was lost and none is there to mend it.
    Missing,
    Waiting {
        next_run: Timestamp,
    },
    Running,
    /// Its worker has gone silent, and no other has taken over yet.
    Stuck {
        since: Timestamp,
    },
}

#[derive(sqlx::FromRow)]
struct Record {
    name: String,
    succeeded_at: Option<Timestamp>,
    result: Option<String>,
    failed_at: Option<Timestamp>,
    error: Option<String>,
}

/// How every job is doing, in the order of [`PeriodicJob::ALL`].
pub async fn status(ctx: &Context) -> Result<Vec<JobStatus>> {
    let db = ctx.store.db();
    let records: Vec<Record> = read!(db, pool => {
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
                state: state_of(tasks.iter().find(|task| Periodic::is(job, task)), now),
            }
        })
        .into())
}

fn state_of(task: Option<&Row>, now: Timestamp) -> JobState {
    match task {
        None => JobState::Missing,
        Some(task) if is_silent(task, now) => JobState::Stuck { since: task.updated_at },
        Some(task) if task.state == "in_progress" => JobState::Running,
        Some(task) => JobState::Waiting { next_run: task.scheduled_at },
    }
}

/// A time for people: `2030-01-01T12:00:00Z`.
pub fn iso(at: Timestamp) -> String {
    DateTime::from_timestamp_millis(at.0)
        .map_or_else(|| at.0.to_string(), |at| at.format("%FT%TZ").to_string())
}
