//! Memory and open files: whether they grow in the fault-free phase, and whether files are closed
//! after it.

use std::collections::BTreeMap;
use std::time::Duration;

use super::{MeasuredPhase, as_f64};
use crate::monitor::Reading;
use crate::report::{Report, Section};

/// How much memory may grow from the first quarter of the phase to the last: by this factor and this
/// many MB.
const MEMORY_GROWTH: (f64, f64) = (1.15, 5.0);

/// How much the number of open files may grow: by this factor and this many files.
const FILE_GROWTH: (f64, f64) = (1.1, 12.0);

/// In a shorter phase the caches still fill.
const MIN_PHASE: Duration = Duration::from_mins(2);

fn is_within(before: f64, after: f64, (factor, more): (f64, f64)) -> bool {
    after <= before * factor + more
}

/// Compares the last quarter of the fault-free phase with its first, for each process.
pub fn growth(readings: &[Reading], phase: &MeasuredPhase, report: &mut Report) {
    let mut processes: BTreeMap<&str, Vec<&Reading>> = BTreeMap::new();
    for reading in readings.iter().filter(|reading| phase.contains(&reading.at)) {
        processes.entry(&reading.process).or_default().push(reading);
    }
    let is_long = phase.end.saturating_sub(phase.start) >= MIN_PHASE;
    for (process, readings) in processes {
        let quarter = readings.len().div_ceil(4);
        let (first, last) = (&readings[..quarter], &readings[readings.len() - quarter..]);
        let memory = |reading: &Reading| reading.memory;
        let open_files = |reading: &Reading| as_f64(reading.open_files);
        let (first_memory, last_memory) = (mean(first, memory), mean(last, memory));
        let (first_files, last_files) = (mean(first, open_files), mean(last, open_files));
        let max_memory = readings.iter().map(|reading| reading.memory).fold(0.0, f64::max);
        let is_flat = is_within(first_memory, last_memory, MEMORY_GROWTH)
            && is_within(first_files, last_files, FILE_GROWTH);
        let section = report.section(Section::Processes);
        let verdict =
            if is_long { section.verdict(is_flat) } else { "too short to check".to_owned() };
        let numbers = [first_memory, last_memory, max_memory, first_files, last_files];
        let numbers = numbers.map(|value| format!("{value:.1}"));
        section.row([&[process.to_owned()][..], &numbers, &[verdict]].concat());
    }
}

fn mean(readings: &[&Reading], value: fn(&Reading) -> f64) -> f64 {
    readings.iter().map(|reading| value(reading)).sum::<f64>() / as_f64(readings.len())
}

/// Without load a process must not have more open files than under load; otherwise it keeps
/// connections that are not used any more.
pub fn at_rest(
    under_load: &[Reading],
    at_rest: &[Reading],
    phase: &MeasuredPhase,
    report: &mut Report,
) {
    for reading in at_rest {
        let max_under_load = under_load
            .iter()
            .filter(|earlier| earlier.process == reading.process && phase.contains(&earlier.at))
            .map(|earlier| earlier.open_files)
            .max();
        // A short run may have no reading in the phase.
        let Some(max_under_load) = max_under_load else { continue };
        let are_closed = is_within(as_f64(max_under_load), as_f64(reading.open_files), FILE_GROWTH);
        let found = format!("{}, under load at most {max_under_load}", reading.open_files);
        let what = format!("open files of {} at rest", reading.process);
        report.section(Section::FaultFree).check(&what, found, are_closed);
    }
}
