//! Starts fang's pool of workers.

use std::time::Duration;

use fang::{AsyncWorkerPool, RetentionMode, SleepParams};

use crate::job::PeriodicJob;
use crate::queue::Queue;

/// One worker for each job, so that a long sweep never delays the refill.
const WORKERS: u32 = 4;
const _: () = assert!(PeriodicJob::ALL.len() == WORKERS as usize);

/// Starts fang's workers. They end after a shutdown request, each after its current task.
pub(crate) async fn start(queue: &Queue) {
    // The queue waits for the next task, and a shutdown interrupts that wait. fang's own sleep, which
    // comes on top of it, is as short as fang allows.
    let sleep = Duration::from_millis(1);
    let mut pool = AsyncWorkerPool::<Queue>::builder()
        .queue(queue.clone())
        .number_of_workers(WORKERS)
        .sleep_params(SleepParams {
            sleep_period: sleep,
            max_sleep_period: sleep,
            min_sleep_period: sleep,
            sleep_step: Duration::ZERO,
        })
        // A failure is in the log and in `job_leases`, so its row is not needed.
        .retention_mode(RetentionMode::RemoveAll)
        .build();
    pool.start().await;
}
