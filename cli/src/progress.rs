//! The progress bar of a large upload or download.

use std::io::Read;

use indicatif::{ProgressBar, ProgressStyle};

/// Texts up to this size, in bytes, get no bar: they are transferred before a user could read it.
const MIN_BAR_BYTES: u64 = 1024 * 1024;

const TEMPLATE: &str = "{msg:20!} {wide_bar} {bytes}/{total_bytes}, {bytes_per_sec}, {eta} left";

/// A bar on standard error. It draws nothing if that is not a terminal.
#[derive(Debug)]
pub(crate) struct Progress(ProgressBar);

impl Progress {
    pub(crate) fn new(name: &str, length: u64) -> Self {
        if length <= MIN_BAR_BYTES {
            return Self::hidden();
        }
        let bar = ProgressBar::new(length);
        if let Ok(style) = ProgressStyle::with_template(TEMPLATE) {
            bar.set_style(style);
        }
        bar.set_message(crate::output::sanitize_line(name));
        Self(bar)
    }

    pub(crate) fn hidden() -> Self {
        Self(ProgressBar::hidden())
    }

    /// Starts again at zero, for a retry.
    pub(crate) fn restart(&self) {
        self.0.reset();
    }

    /// Advances the bar by the bytes read from `reader`.
    pub(crate) fn track<R: Read>(&self, reader: R) -> impl Read + use<R> {
        self.0.wrap_read(reader)
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}
