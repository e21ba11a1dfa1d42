//! Latency: by operation, by minute, and whether it grows in the fault-free phase.

use std::collections::BTreeMap;
use std::time::Duration;

use testbed::Timings;

use super::MeasuredPhase;
use crate::operation::Operation;
use crate::recorder::Sample;
use crate::report::{Report, Section};

/// How much a percentile may grow from the first third of the phase to the last: by this factor and
/// this many milliseconds. Within the first limit it counts as flat. The second one, which fails the
/// run, is more than a busy machine explains.
const FLAT: (f64, f64) = (1.5, 5.0);
const FAILURE: (f64, f64) = (3.0, 20.0);

/// Of fewer requests, the slowest hundredth is too small to compare.
const MIN_REQUESTS: usize = 1_000;

/// In the fault-free phase, one request in this many may be answered with 503.
const REQUESTS_PER_503: usize = 1_000;

fn timings<'a>(samples: impl IntoIterator<Item = &'a Sample>) -> Timings {
    let answered = samples.into_iter().filter(|sample| sample.status.is_some());
    answered.map(|sample| sample.took).collect()
}

fn timings_within(samples: &[Sample], phase: &MeasuredPhase) -> Timings {
    timings(samples.iter().filter(|sample| {
        phase.contains(&sample.sent_after) && sample.operation.counts_for_latency()
    }))
}

fn milliseconds(time: f64) -> String {
    format!("{time:.1} ms")
}

/// One row for each operation.
pub fn by_operation(samples: &[Sample], report: &mut Report) {
    let mut operations: BTreeMap<Operation, Vec<&Sample>> = BTreeMap::new();
    for sample in samples {
        operations.entry(sample.operation).or_default().push(sample);
    }
    for (operation, samples) in operations {
        let timings = timings(samples.iter().copied());
        report.section(Section::Requests).row(vec![
            operation.name().to_owned(),
            samples.len().to_string(),
            count_statuses(&samples),
            milliseconds(timings.percentile(50)),
            milliseconds(timings.percentile(99)),
        ]);
    }
}

fn count_statuses(samples: &[&Sample]) -> String {
    let mut counts: BTreeMap<Option<u16>, usize> = BTreeMap::new();
    for sample in samples {
        *counts.entry(sample.status).or_default() += 1;
    }
    let show = |(status, count): (&Option<u16>, &usize)| match status {
        Some(status) => format!("{status}: {count}"),
        None => format!("none: {count}"),
    };
    counts.iter().map(show).collect::<Vec<_>>().join(", ")
}

/// One row for each minute of the load.
pub fn by_minute(samples: &[Sample], phase: &MeasuredPhase, report: &mut Report) {
    let is_load = |sample: &&Sample| sample.operation != Operation::FinalCheck;
    let last = samples.iter().filter(is_load).map(|sample| sample.sent_after).max();
    for minute in 0..=last.unwrap_or_default().as_secs() / 60 {
        let span = Duration::from_secs(minute * 60)..Duration::from_secs(minute * 60 + 60);
        let is_within = |sample: &&Sample| span.contains(&sample.sent_after) && is_load(sample);
        let samples: Vec<Sample> = samples.iter().filter(is_within).copied().collect();
        let count = |is: fn(&Sample) -> bool| samples.iter().filter(|s| is(s)).count().to_string();
        let timings = timings_within(&samples, &span);
        let is_fault_free = phase.start <= span.start && span.end <= phase.end;
        report.section(Section::Minutes).row(vec![
            minute.to_string(),
            if is_fault_free { "fault-free" } else { "" }.to_owned(),
            samples.len().to_string(),
            milliseconds(timings.percentile(50)),
            milliseconds(timings.percentile(99)),
            count(|sample| sample.status == Some(503)),
            count(|sample| sample.status.is_none()),
        ]);
    }
}

/// Compares the last third of the fault-free phase with its first.
pub fn fault_free_phase(samples: &[Sample], phase: &MeasuredPhase, report: &mut Report) {
    let third = phase.end.saturating_sub(phase.start) / 3;
    let first = timings_within(samples, &(phase.start..phase.start + third));
    let last = timings_within(samples, &(phase.end.saturating_sub(third)..phase.end));
    let section = report.section(Section::FaultFree);
    let (from, to) = (phase.start.as_secs_f64(), phase.end.as_secs_f64());
    section.note("measured, after the warm-up", format!("{from:.0} to {to:.0} s"));
    for percent in [50, 99] {
        let (before, after) = (first.percentile(percent), last.percentile(percent));
        let exceeds = |(factor, more): (f64, f64)| after > before * factor + more;
        let verdict = if exceeds(FLAT) { "not flat" } else { "flat" };
        let found = format!("{} and {}: {verdict}", milliseconds(before), milliseconds(after));
        let what = format!("p{percent} of the first and the last third");
        if first.count().min(last.count()) < MIN_REQUESTS {
            section.note(&what, format!("{found}; too few requests to check"));
        } else {
            section.check(&what, found, !exceeds(FAILURE));
        }
    }
    let within = samples.iter().filter(|sample| phase.contains(&sample.sent_after));
    let (total, unavailable) = within.fold((0, 0), |(total, unavailable), sample| {
        (total + 1, unavailable + usize::from(sample.status == Some(503)))
    });
    let is_rare = unavailable * REQUESTS_PER_503 <= total;
    section.check("503 answers", format!("{unavailable} of {total}"), is_rare);
}
