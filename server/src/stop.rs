//! The signals that stop a program.

use std::io;

use rustix::process::Signal;
use tokio::signal::unix::{SignalKind, signal};
use tracing::info;

use crate::notify;

/// Resolves at the first Ctrl-C or SIGTERM, or when the terminal is closed (SIGHUP). A second one
/// ends the program at once. Must be called within a tokio runtime.
///
/// # Errors
/// The operating system accepts no signal handler.
pub fn stop_signal() -> io::Result<impl Future<Output = ()>> {
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    // `nohup` has SIGHUP ignored.
    let mut hang_up =
        if is_ignored(Signal::HUP) { None } else { Some(signal(SignalKind::hangup())?) };
    let mut next = async move || {
        let terminal_closed = async {
            match &mut hang_up {
                Some(signal) => signal.recv().await,
                None => std::future::pending().await,
            }
        };
        tokio::select! { _ = interrupt.recv() => {}, _ = terminate.recv() => {}, _ = terminal_closed => {} }
    };
    Ok(async move {
        next().await;
        notify::stopping();
        info!("stopping: work under way is finished first");
        tokio::spawn(async move {
            next().await;
            std::process::exit(130);
        });
    })
}

/// Makes a write beyond the limit on the size of files fail, as on a full disk. By default the
/// signal SIGXFSZ ends the program, even if the file is only its log.
///
/// # Errors
/// The operating system accepts no signal handler.
pub fn survive_file_size_limit() -> io::Result<()> {
    // The handler stays when the stream of its signals is dropped.
    signal(SignalKind::from_raw(Signal::XFSZ.as_raw())).map(drop)
}

/// Whether the program was started with this signal ignored, as Linux says.
fn is_ignored(signal: Signal) -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or_default();
    mask >> (signal.as_raw() - 1) & 1 == 1
}
