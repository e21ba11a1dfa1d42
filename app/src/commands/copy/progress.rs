//! How far the copy is: a bar on a terminal, a line in the log every few seconds elsewhere.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{HumanBytes, ProgressBar, ProgressStyle};
use store::Progress;
use tracing::info;

/// Between two lines of the log.
const PAUSE: Duration = Duration::from_secs(5);

const BAR: &str = "{prefix:9} {wide_bar} {human_pos}/{human_len} pastes, {msg}, {eta} left";

pub(super) struct Meter {
    /// Draws nothing where standard error is no terminal.
    bar: ProgressBar,
    told: Mutex<Instant>,
}

impl Meter {
    pub(super) fn new() -> Self {
        let bar = ProgressBar::new(0);
        if let Ok(style) = ProgressStyle::with_template(BAR) {
            bar.set_style(style);
        }
        Self { bar, told: Mutex::new(Instant::now()) }
    }

    pub(super) fn show(&self, progress: Progress) {
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
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        if told.elapsed() < PAUSE {
            return;
        }
        *told = Instant::now();
        let Progress { checking, pastes, total, bytes } = progress;
        let doing = if checking { "checking" } else { "copying" };
        info!("{doing}: {pastes} of {total} pastes, {}", HumanBytes(bytes));
    }
}
