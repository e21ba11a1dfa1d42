//! The checks of a run, which write the report.

pub mod errors;
pub mod final_state;
pub mod latency;
pub mod resources;

use std::ops::Range;
use std::time::Duration;

/// The part of the fault-free phase that is measured: after its warm-up, since the start of the run.
pub type MeasuredPhase = Range<Duration>;

/// Exact below 2^32.
fn as_f64(count: usize) -> f64 {
    u32::try_from(count).map_or(f64::INFINITY, f64::from)
}
