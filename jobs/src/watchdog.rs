//! Every worker process watches the tasks of all periodic jobs, because a worker that was killed
//! cannot report itself.

use std::collections::HashMap;
use std::time::Duration;

use store::Timestamp;
use tracing::{info, warn};

use crate::job::PeriodicJob;
use crate::queue::Queue;
use crate::queue::periodic_task::PeriodicTask;
use crate::queue::row::TaskRow;
use crate::queue::rows;
use crate::queue::shutdown::ShutdownSignal;
use crate::schedule;

/// A running task without a heartbeat for this long is silent. With two checks 30 seconds apart, the
/// task of a dead worker is requeued after at most 105 seconds.
const SILENT_AFTER: Duration = Duration::from_secs(45);

/// A task may be scheduled this much later than its next time, because the clocks of two machines
/// differ.
const CLOCK_TOLERANCE: Duration = Duration::from_mins(1);

/// The problems that the last check found. A problem is corrected when two checks in a row find it.
struct Suspects {
    /// The ids of silent tasks, each with the time of its last heartbeat.
    silent: HashMap<String, Timestamp>,
    /// The jobs without a task. After each of its runs, a job has no task for a moment.
    missing: Vec<PeriodicJob>,
}

/// Checks all jobs at once and then at every watchdog interval, until a shutdown is requested.
pub(crate) async fn watch(queue: Queue, shutdown: ShutdownSignal) {
    // The first check of a new worker starts all jobs that have no task.
    let mut suspects = Suspects { silent: HashMap::new(), missing: PeriodicJob::ALL.to_vec() };
    while !shutdown.is_requested() {
        if let Err(error) = check(&queue, &mut suspects).await {
            warn!(%error, "the periodic jobs could not be checked; the watchdog tries again");
        }
        shutdown.sleep(queue.config().watchdog).await;
    }
}

async fn check(queue: &Queue, suspects: &mut Suspects) -> Result<(), sqlx::Error> {
    let tasks = rows::unfinished(queue.db()).await?;
    // The clock is read after the tasks. Before them, it could be earlier than one of their
    // heartbeats.
    let now = queue.clock().now();
    requeue_silent(queue, &tasks, suspects, now).await?;
    let missing = std::mem::take(&mut suspects.missing);
    for job in PeriodicJob::ALL {
        match tasks.iter().find(|task| PeriodicTask::is_stored_in(task, job)) {
            Some(task) => limit_wait(queue, job, task, now).await?,
            None if missing.contains(&job) => {
                queue.insert_job(job).await?;
                info!(%job, "started a periodic job");
            }
            None => suspects.missing.push(job),
        }
    }
    Ok(())
}

/// Requeues the tasks that were silent at the last check and have had no heartbeat since. One check
/// is not enough: after a laptop's sleep or a jump of the clock every running task looks silent, until
/// its worker sends the next heartbeat.
async fn requeue_silent(
    queue: &Queue,
    tasks: &[TaskRow],
    suspects: &mut Suspects,
    now: Timestamp,
) -> Result<(), sqlx::Error> {
    let silent = || tasks.iter().filter(|task| is_silent(task, now));
    for task in silent().filter(|task| suspects.silent.get(&task.id) == Some(&task.updated_at)) {
        if rows::requeue(queue.db(), task, now).await? {
            warn!(task.id, task.metadata, "a worker went silent; its task is queued again");
        }
    }
    suspects.silent = silent().map(|task| (task.id.clone(), task.updated_at)).collect();
    Ok(())
}

/// Whether `task` is running without a recent heartbeat. A heartbeat far in the future counts as old:
/// it dates from before the clock was set back.
pub(crate) fn is_silent(task: &TaskRow, now: Timestamp) -> bool {
    task.state == "in_progress"
        && (task.updated_at < now.minus(SILENT_AFTER) || task.updated_at > now.plus(SILENT_AFTER))
}

/// Corrects a task that a wrong clock scheduled too late.
async fn limit_wait(
    queue: &Queue,
    job: PeriodicJob,
    task: &TaskRow,
    now: Timestamp,
) -> Result<(), sqlx::Error> {
    match schedule::next(job.cron(), now) {
        Some(next) if task.scheduled_at > next.plus(CLOCK_TOLERANCE) => {
            rows::reschedule(queue.db(), &task.id, next, now).await
        }
        _ => Ok(()),
    }
}
