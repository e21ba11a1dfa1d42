//! Shows how far a copy has come: a bar on a terminal, otherwise a log line every few seconds.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{HumanBytes, ProgressBar, ProgressStyle};
use store::Progress;
use tracing::info;

/// The time between two log lines.
const LOG_INTERVAL: Duration = Duration::from_secs(5);

const BAR: &str = "{prefix:9} {wide_bar} {human_pos}/{human_len} pastes, {msg}, {eta} left";

pub(super) struct ProgressDisplay {
    /// Hidden if standard error is not a terminal.
    bar: ProgressBar,
    last_logged: Mutex<Instant>,
}

impl ProgressDisplay {
    pub(super) fn new() -> Self {
        let bar = ProgressBar::new(0);
        if let Ok(style) = ProgressStyle::with_template(BAR) {
            bar.set_style(style);
        }
        Self { bar, last_logged: Mutex::new(Instant::now()) }
    }

    pub(super) fn update(&self, progress: Progress) {
        if self.bar.is_hidden() {
            return self.log(progress);
        }
        if progress.pastes == 0 {
            self.bar.reset();
            self.bar.set_prefix(if progress.checking { "checking" } else { "copying" });
        }
        self.bar.set_length(progress.total.max(progress.pastes));
        self.bar.set_position(progress.pastes);
        self.bar.set_message(HumanBytes(progress.bytes).to_string());
    }

    pub(super) fn finish(&self) {
        self.bar.finish_and_clear();
    }

    fn log(&self, progress: Progress) {
        let mut last_logged = self.last_logged.lock().unwrap_or_else(PoisonError::into_inner);
        if last_logged.elapsed() < LOG_INTERVAL {
            return;
        }
        *last_logged = Instant::now();
        let Progress { checking, pastes, total, bytes } = progress;
        let action = if checking { "checking" } else { "copying" };
        info!("{action}: {pastes} of {total} pastes, {}", HumanBytes(bytes));
    }
}
