//! How much of a large text is there, on a terminal.

use std::io::Read;

use indicatif::{ProgressBar, ProgressStyle};

/// Less than this is there before anybody could read the bar, in bytes.
const LARGE: u64 = 1024 * 1024;

const BAR: &str = "{msg:20!} {wide_bar} {bytes}/{total_bytes}, {bytes_per_sec}, {eta} left";

/// Draws nothing where standard error is no terminal.
#[derive(Debug)]
pub(crate) struct Meter(ProgressBar);

impl Meter {
    pub(crate) fn of(name: &str, length: u64) -> Self {
        if length <= LARGE {
            return Self::hidden();
        }
        let bar = ProgressBar::new(length);
        if let Ok(style) = ProgressStyle::with_template(BAR) {
            bar.set_style(style);
        }
        bar.set_message(crate::output::one_line(name));
        Self(bar)
    }

    pub(crate) fn hidden() -> Self {
        Self(ProgressBar::hidden())
    }

    pub(crate) fn restart(&self) {
        self.0.reset();
    }

    pub(crate) fn count<R: Read>(&self, reader: R) -> impl Read + use<R> {
        self.0.wrap_read(reader)
    }
}

impl Drop for Meter {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}
