//! Runs a program from the start of its log to its exit code.

use std::io::Write as _;
use std::process::ExitCode;
use std::time::Duration;

use crate::background_writer::BackgroundWriter;
use crate::log::{self, LogFormat};
use crate::stop;

/// How long the threads for blocking work may go on when the program has done its work. Nobody waits
/// for what they do by then.
const BLOCKING_TIMEOUT: Duration = Duration::from_secs(2);

/// How long the end of the program waits for standard error to take the last log lines.
const LOG_TIMEOUT: Duration = Duration::from_secs(1);

/// How a program is run.
#[derive(Clone, Copy, Debug)]
pub struct Program {
    /// The beginning of the error line.
    pub name: &'static str,
    pub log_format: LogFormat,
    /// What is logged without `RUST_LOG`.
    pub log_filter: &'static str,
    /// The most threads for blocking work.
    pub blocking_threads: usize,
}

impl Program {
    /// Runs `work` to its end on a runtime of its own. An error is one line on standard error.
    ///
    /// Whatever becomes of the standard streams, the work is done: neither the log nor the error
    /// line waits for them or fails with them.
    pub fn run(self, work: impl Future<Output = anyhow::Result<ExitCode>>) -> ExitCode {
        let mut log = match log::start(self.log_format, self.log_filter) {
            Ok(log) => FlushedLog(log),
            Err(error) => {
                let _ = writeln!(std::io::stderr(), "{}: {error}", self.name);
                return ExitCode::FAILURE;
            }
        };
        self.block_on(work).unwrap_or_else(|error| {
            let _ = log.0.write_all(format!("{}: {error:#}\n", self.name).as_bytes());
            ExitCode::FAILURE
        })
    }

    fn block_on(
        self,
        work: impl Future<Output = anyhow::Result<ExitCode>>,
    ) -> anyhow::Result<ExitCode> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .max_blocking_threads(self.blocking_threads)
            .build()?;
        let outcome = runtime.block_on(async {
            stop::survive_file_size_limit()?;
            work.await
        });
        // Dropping the runtime would wait for blocking work, however long it takes.
        runtime.shutdown_timeout(BLOCKING_TIMEOUT);
        outcome
    }
}

/// Writes the last lines when it is dropped, also if the program panics.
struct FlushedLog(BackgroundWriter);

impl Drop for FlushedLog {
    fn drop(&mut self) {
        self.0.flush_within(LOG_TIMEOUT);
    }
}
