//! Every worker watches all jobs: of a worker that was killed, nobody else would know.

use std::collections::HashMap;
use std::time::Duration;

use fang::{AsyncQueueError, AsyncQueueable};
use store::Timestamp;
use tracing::{info, warn};

use crate::job::PeriodicJob;
use crate::periodic::Periodic;
use crate::queue::Queue;
use crate::queue::row::Row;
use crate::queue::rows;
use crate::queue::shutdown::ShutdownSignal;
use crate::schedule;

/// A worker that has not touched its task for so long is not well, if it is at all. With two looks
/// 30 seconds apart, a dead worker's task is taken up again after at most 105 seconds.
pub(crate) const SILENT: Duration = Duration::from_secs(45);

/// How far ahead of its time a job may be scheduled: the clocks of two machines differ.
const AHEAD: Duration = Duration::from_mins(1);

/// What the last look found wrong. Only what is wrong twice in a row is mended.
struct Suspects {
    /// Tasks without a sign of life, and when each gave its last.
    silent: HashMap<String, Timestamp>,
    /// Chains without a task: for a moment after each of its runs, a job has none.
    missing: Vec<PeriodicJob>,
}

pub(crate) async fn watch(queue: Queue, shutdown: ShutdownSignal) {
    // A worker that starts gives every job that has no task its task at once.
    let mut suspects = Suspects { silent: HashMap::new(), missing: PeriodicJob::ALL.to_vec() };
    while !shutdown.is_requested() {
        if let Err(error) = look(&queue, &mut suspects).await {
            warn!(%error, "the periodic jobs could not be looked after; the watchdog tries again");
        }
        shutdown.sleep(queue.config().watchdog).await;
    }
}

async fn look(queue: &Queue, suspects: &mut Suspects) -> Result<(), AsyncQueueError> {
    let tasks = rows::unfinished(queue.db()).await?;
    // Read after the tasks: whatever was scheduled by then is not ahead of this moment.
    let now = queue.clock().now();
    wake_the_silent(queue, &tasks, suspects, now).await?;
    let missing = std::mem::take(&mut suspects.missing);
    for job in PeriodicJob::ALL {
        match tasks.iter().find(|task| Periodic::is(job, task)) {
            Some(task) => call_back(queue, job, task, now).await?,
            None if missing.contains(&job) => {
                queue.insert_task(&Periodic::new(job)).await?;
                info!(%job, "started a periodic job");
            }
            None => suspects.missing.push(job),
        }
    }
    Ok(())
}

/// Requeues what a dead worker left. Only what is silent twice in a row: after a laptop's sleep or
/// a jump of the clock every task looks old once, and a live worker touches its own soon.
async fn wake_the_silent(
    queue: &Queue,
    tasks: &[Row],
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

/// A moment in the future is as odd as one long past: the clock went back.
pub(crate) fn is_silent(task: &Row, now: Timestamp) -> bool {
    task.state == "in_progress"
        && (task.updated_at < now.minus(SILENT) || task.updated_at > now.plus(SILENT))
}

/// Sees to it that a job does not wait for a time that a wrong clock once named.
async fn call_back(
    queue: &Queue,
    job: PeriodicJob,
    task: &Row,
    now: Timestamp,
) -> Result<(), AsyncQueueError> {
    let next = schedule::next(job.cron(), now)?;
    if task.scheduled_at > next.plus(AHEAD) {
        rows::reschedule(queue.db(), &task.id, next, now).await?;
    }
    Ok(())
}
