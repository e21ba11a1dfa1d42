//! The log of a program, on standard error.

use std::backtrace::{Backtrace, BacktraceStatus};
use std::io::{self, IsTerminal as _, Write as _};
use std::panic::{self, PanicHookInfo};

use clap::ValueEnum;
use tracing::{Level, enabled, error, warn};

use crate::background_writer::BackgroundWriter;

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    Text,
    Json,
}

/// Starts the log. `filter` says what is logged without `RUST_LOG`.
///
/// No log line waits for standard error or fails with it, and neither does the message of a panic.
///
/// # Errors
/// The operating system starts no thread.
pub fn start(format: LogFormat, filter: &str) -> io::Result<BackgroundWriter> {
    let filter = startup::log::filter(filter);
    let writer = BackgroundWriter::start(io::stderr(), report_lost)?;
    let output = writer.clone();
    // The library would report its own errors by `eprintln!`, which panics where that fails, too.
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(move || output.clone())
        .log_internal_errors(false);
    match format {
        LogFormat::Text => log.with_ansi(io::stderr().is_terminal()).init(),
        LogFormat::Json => log.json().init(),
    }
    let output = writer.clone();
    panic::set_hook(Box::new(move |panic| log_panic(panic, output.clone())));
    Ok(writer)
}

fn report_lost(lines: u64) {
    warn!(lines, "log lines are lost: standard error did not take them");
}

/// A message that was formatted is left out, because it may quote a user's text: that of a slice that
/// ends within a character does.
fn log_panic(panic: &PanicHookInfo<'_>, mut output: BackgroundWriter) {
    let message = panic.payload().downcast_ref::<&str>().unwrap_or(&"its message may quote a text");
    let at = panic.location().map(ToString::to_string).unwrap_or_default();
    if !enabled!(Level::ERROR) {
        // `RUST_LOG` hides this module's events, but a panic is a defect to be known.
        let _ = output.write_all(format!("panicked at {at}: {message}\n").as_bytes());
        return;
    }
    let backtrace = Backtrace::capture();
    let backtrace = (backtrace.status() == BacktraceStatus::Captured)
        .then(|| tracing::field::display(&backtrace));
    error!(backtrace, "panicked at {at}: {message}");
}
