//! Percentiles of measured times.

use std::time::Duration;

/// Measured times, in milliseconds, sorted.
#[derive(Clone, Debug)]
pub struct Timings(Vec<f64>);

impl FromIterator<Duration> for Timings {
    fn from_iter<I: IntoIterator<Item = Duration>>(times: I) -> Self {
        let mut sorted: Vec<f64> = times.into_iter().map(|time| time.as_secs_f64() * 1e3).collect();
        sorted.sort_by(f64::total_cmp);
        Self(sorted)
    }
}

impl Timings {
    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// The smallest time, in milliseconds, that `percent` percent of all times do not exceed; 0 if
    /// nothing was measured.
    pub fn percentile(&self, percent: usize) -> f64 {
        let rank = (self.0.len() * percent).div_ceil(100).max(1);
        self.0.get(rank - 1).copied().unwrap_or_default()
    }

    pub fn median(&self) -> Duration {
        Duration::from_secs_f64(self.percentile(50) / 1e3)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentile_is_a_time_that_was_measured() {
        let timings: Timings = (1..=10).rev().map(Duration::from_millis).collect();
        let percentiles =
            [0, 10, 50, 51, 99, 100].map(|percent| format!("{:.0}", timings.percentile(percent)));
        assert_eq!(percentiles, ["1", "1", "5", "6", "10", "10"]);
        assert_eq!(timings.median(), Duration::from_millis(5));
    }

    #[test]
    fn without_measurements_every_percentile_is_0() {
        assert!(Timings::from_iter([]).percentile(50).abs() < f64::EPSILON);
    }
}
