use std::time::Duration;

use fang::{AsyncWorkerPool, RetentionMode, SleepParams};
use tokio::sync::watch;
use tracing::warn;

use crate::config::Config;
use crate::context::Context;
use crate::job::PeriodicJob;
use crate::queue::Queue;
use crate::queue::shutdown::ShutdownSignal;
use crate::watchdog;

/// As many as jobs: a long sweep never keeps the refill waiting.
const WORKERS: u32 = 4;
const _: () = assert!(PeriodicJob::ALL.len() == WORKERS as usize);

/// fang's workers and the watchdog, at work until they are stopped. Dropped, they stop as well,
/// each after the task it has, but nobody waits for them.
#[derive(Debug)]
pub struct Worker {
    stop: watch::Sender<bool>,
}

impl Worker {
    /// Starts to work, also while the database is away: it is waited for.
    ///
    /// # Panics
    /// Outside of a tokio runtime.
    pub fn start(context: Context, config: Config) -> Self {
        let (stop, shutdown) = ShutdownSignal::new();
        let queue = Queue::with_config(context, config);
        tokio::spawn(async move {
            work(&queue, &shutdown).await;
            watchdog::watch(queue, shutdown).await;
        });
        Self { stop }
    }

    /// Takes no new task, and waits at most `deadline` for those at work; answers whether all
    /// finished. What did not is queued again by the next worker's watchdog.
    pub async fn stop(self, deadline: Duration) -> bool {
        self.stop.send_replace(true);
        let finished = tokio::time::timeout(deadline, self.stop.closed()).await.is_ok();
        if !finished {
            warn!("periodic jobs were still at work when the time to stop was over");
        }
        finished
    }
}

async fn work(queue: &Queue, shutdown: &ShutdownSignal) {
    // The queue does the waiting, where a stop can end it; see `Queue::next_task`.
    let blink = Duration::from_millis(1);
    let mut pool = AsyncWorkerPool::<Queue>::builder()
        .queue(queue.with_shutdown(shutdown.clone()))
        .number_of_workers(WORKERS)
        .sleep_params(SleepParams {
            sleep_period: blink,
            max_sleep_period: blink,
            min_sleep_period: blink,
            sleep_step: Duration::ZERO,
        })
        // What failed is in the log and in the job's record; the row would only be in the way.
        .retention_mode(RetentionMode::RemoveAll)
        .build();
    pool.start().await;
}
