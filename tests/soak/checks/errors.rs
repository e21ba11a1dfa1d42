//! Errors: in the logs, in the answers, and those that the load itself found.

use crate::deployment::{Deployment, PANIC};
use crate::recorder::{Recorder, Sample};
use crate::report::{Report, Section};

/// The number of log lines that the report quotes.
const MAX_LINES: usize = 20;

/// Checks that nothing was logged at ERROR during the fault-free phase. `before` holds the error
/// lines at its start; call this at its end.
pub fn fault_free_phase(before: &[String], deployment: &Deployment, report: &mut Report) {
    let lines = deployment.error_lines();
    let new: Vec<String> = lines.into_iter().filter(|line| !before.contains(line)).collect();
    report.section(Section::FaultFree).check("log lines at ERROR", new.len(), new.is_empty());
    quote(new, report);
}

/// Checks that no program panicked in the whole run.
pub fn logs(deployment: &Deployment, report: &mut Report) {
    let lines = deployment.error_lines();
    let (panics, errors): (Vec<String>, Vec<String>) =
        lines.into_iter().partition(|line| line.contains(PANIC));
    let section = report.section(Section::Summary);
    section.note("log lines at ERROR, including those about injected faults", errors.len());
    section.check("panics in the logs", panics.len(), panics.is_empty());
    quote(panics, report);
}

fn quote(lines: Vec<String>, report: &mut Report) {
    for line in lines.into_iter().take(MAX_LINES) {
        report.section(Section::Failures).row(vec![line]);
    }
}

/// Checks all answers, and reports the failures that were recorded.
pub fn answers(recorder: &Recorder, samples: &[Sample], report: &mut Report) {
    let failures = recorder.failures();
    let statuses = samples.iter().filter_map(|sample| sample.status);
    let (unavailable, other): (Vec<u16>, Vec<u16>) =
        statuses.filter(|status| *status >= 500).partition(|status| *status == 503);
    let bad_pastes = recorder.bad_pastes();
    let section = report.section(Section::Summary);
    section.note("requests", samples.len());
    let what = "pastes lost, changed, or served after expiry or deletion";
    section.check(what, bad_pastes, bad_pastes == 0);
    section.check("5xx answers other than 503", other.len(), other.is_empty());
    section.note("503 answers", unavailable.len());
    section.check("failures in total", failures.count, failures.count == 0);
    for message in failures.messages {
        report.section(Section::Failures).row(vec![message]);
    }
}
