//! Whether it stayed as it was: times, memory, open files, and what the logs say.

use std::collections::BTreeMap;
use std::ops::Range;
use std::time::Duration;

use crate::machines::{Machines, PANIC};
use crate::records::{Kind, Records, Sample};
use crate::report::{Report, Section};
use crate::watch::Reading;

/// What is still flat, and what is more than a busy machine explains: times, and milliseconds
/// beside them.
const FLAT: (f64, f64) = (1.5, 5.0);
const GROSS: (f64, f64) = (3.0, 20.0);

/// Of fewer requests the slowest hundredth says nothing.
const ENOUGH: usize = 1_000;

/// Memory may grow by so much, and so many MB beside it.
const MEMORY: (f64, f64) = (1.15, 5.0);

/// In less time the caches still fill.
const LONG: Duration = Duration::from_mins(2);

/// Open files may be more by so much, and so many beside them.
const FILES: (f64, f64) = (1.1, 12.0);

/// In undisturbed time, of so many requests one may be refused with 503.
const REFUSED: usize = 1_000;

/// Log lines that are told.
const TOLD: usize = 20;

/// The undisturbed stretch as it is judged, since the start: without its warm-up.
pub type Stretch = Range<Duration>;

/// Sorted, in milliseconds.
struct Times(Vec<f64>);

impl Times {
    fn of<'a>(samples: impl Iterator<Item = &'a Sample>) -> Self {
        let answered = samples.filter(|sample| sample.status.is_some());
        let mut times: Vec<f64> = answered.map(|sample| sample.took.as_secs_f64() * 1e3).collect();
        times.sort_by(f64::total_cmp);
        Self(times)
    }

    /// The least that so many percent do not exceed; 0 where there are none.
    fn at(&self, percent: usize) -> f64 {
        let rank = (self.0.len() * percent).div_ceil(100).max(1);
        self.0.get(rank - 1).copied().unwrap_or_default()
    }
}

fn timed(samples: &[Sample], when: &Stretch) -> Times {
    let within = |sample: &&Sample| when.contains(&sample.at) && sample.kind.is_timed();
    Times::of(samples.iter().filter(within))
}

fn milliseconds(time: f64) -> String {
    format!("{time:.1} ms")
}

pub fn requests(samples: &[Sample], report: &mut Report) {
    let mut kinds: BTreeMap<Kind, Vec<&Sample>> = BTreeMap::new();
    for sample in samples {
        kinds.entry(sample.kind).or_default().push(sample);
    }
    for (kind, samples) in kinds {
        let mut statuses: BTreeMap<Option<u16>, usize> = BTreeMap::new();
        for sample in &samples {
            *statuses.entry(sample.status).or_default() += 1;
        }
        let said = |(status, count): (&Option<u16>, &usize)| match status {
            Some(status) => format!("{status}: {count}"),
            None => format!("none: {count}"),
        };
        let said: Vec<String> = statuses.iter().map(said).collect();
        let times = Times::of(samples.iter().copied());
        report.section(Section::Requests).row(vec![
            kind.name().to_owned(),
            samples.len().to_string(),
            said.join(", "),
            milliseconds(times.at(50)),
            milliseconds(times.at(99)),
        ]);
    }
}

pub fn minutes(samples: &[Sample], calm: &Stretch, report: &mut Report) {
    let load = samples.iter().filter(|sample| sample.kind != Kind::Final);
    let last = load.map(|sample| sample.at).max().unwrap_or_default().as_secs() / 60;
    for minute in 0..=last {
        let within = Duration::from_secs(minute * 60)..Duration::from_secs(minute * 60 + 60);
        let times = timed(samples, &within);
        let count = |is: fn(&Sample) -> bool| {
            let here = |sample: &&Sample| {
                within.contains(&sample.at) && sample.kind != Kind::Final && is(sample)
            };
            samples.iter().filter(here).count().to_string()
        };
        let is_calm = calm.start <= within.start && within.end <= calm.end;
        report.section(Section::Minutes).row(vec![
            minute.to_string(),
            if is_calm { "undisturbed" } else { "" }.to_owned(),
            count(|_| true),
            milliseconds(times.at(50)),
            milliseconds(times.at(99)),
            count(|sample| sample.status == Some(503)),
            count(|sample| sample.status.is_none()),
        ]);
    }
}

/// Of the undisturbed stretch, its first third beside its last.
pub fn calm(samples: &[Sample], calm: &Stretch, report: &mut Report) {
    let third = calm.end.saturating_sub(calm.start) / 3;
    let first = timed(samples, &(calm.start..calm.start + third));
    let last = timed(samples, &(calm.end.saturating_sub(third)..calm.end));
    let rows = report.section(Section::Calm);
    let from = format!("{:.0} to {:.0} s", calm.start.as_secs_f64(), calm.end.as_secs_f64());
    rows.say("judged from its warm-up to its end", from);
    for percent in [50, 99] {
        let (before, after) = (first.at(percent), last.at(percent));
        let grown = |(times, more): (f64, f64)| after > before * times + more;
        let said = if grown(FLAT) { "more than flat" } else { "flat" };
        let found = format!("{} and {}: {said}", milliseconds(before), milliseconds(after));
        let what = format!("p{percent} of its first and its last third");
        if first.0.len().min(last.0.len()) < ENOUGH {
            rows.say(&what, format!("{found}, of too few to judge"));
        } else {
            rows.judge(&what, found, !grown(GROSS));
        }
    }
    let within: Vec<&Sample> = samples.iter().filter(|sample| calm.contains(&sample.at)).collect();
    let refused = within.iter().filter(|sample| sample.status == Some(503)).count();
    let found = format!("{refused} of {}", within.len());
    rows.judge("answers of 503", found, refused * REFUSED <= within.len());
}

pub fn processes(readings: &[Reading], calm: &Stretch, report: &mut Report) {
    let mut by_name: BTreeMap<&str, Vec<&Reading>> = BTreeMap::new();
    for reading in readings.iter().filter(|reading| calm.contains(&reading.at)) {
        by_name.entry(&reading.name).or_default().push(reading);
    }
    for (name, readings) in by_name {
        let quarter = readings.len().div_ceil(4);
        let (first, last) = (&readings[..quarter], &readings[readings.len() - quarter..]);
        let mean = |of: &[&Reading], what: fn(&Reading) -> f64| {
            of.iter().map(|reading| what(reading)).sum::<f64>() / number(of.len())
        };
        let memory = |reading: &Reading| reading.memory;
        let files = |reading: &Reading| number(reading.files);
        let (before, after) = (mean(first, memory), mean(last, memory));
        let (opened, open) = (mean(first, files), mean(last, files));
        let flat = after <= before * MEMORY.0 + MEMORY.1 && open <= opened * FILES.0 + FILES.1;
        let most = readings.iter().map(|reading| reading.memory).fold(0.0, f64::max);
        let rows = report.section(Section::Processes);
        let long = calm.end.saturating_sub(calm.start) >= LONG;
        let verdict = if long { rows.verdict(flat) } else { "too short to judge".to_owned() };
        let shown = [before, after, most, opened, open].map(|value| format!("{value:.1}"));
        rows.row([&[name.to_owned()][..], &shown, &[verdict]].concat());
    }
}

/// At rest no more files are open than under load: nobody's connection was forgotten.
pub fn at_rest(readings: &[Reading], rest: &[Reading], calm: &Stretch, report: &mut Report) {
    for now in rest {
        let under_load = readings
            .iter()
            .filter(|reading| reading.name == now.name && calm.contains(&reading.at))
            .map(|reading| reading.files)
            .max();
        // Too short a run to have looked.
        let Some(under_load) = under_load else { continue };
        let back = number(now.files) <= number(under_load) * FILES.0 + FILES.1;
        let found = format!("{}, under load at most {under_load}", now.files);
        let what = format!("open files of the {} at rest", now.name);
        report.section(Section::Calm).judge(&what, found, back);
    }
}

/// When the undisturbed stretch is over: what was in the logs when it began, and since.
pub fn calm_errors(before: &[String], machines: &Machines, report: &mut Report) {
    let new: Vec<String> =
        machines.complaints().into_iter().filter(|line| !before.contains(line)).collect();
    report.section(Section::Calm).judge("log lines at ERROR", new.len(), new.is_empty());
    for line in new.into_iter().take(TOLD) {
        report.section(Section::Wrong).row(vec![line]);
    }
}

/// Of the whole run.
pub fn complaints(machines: &Machines, report: &mut Report) {
    let (panics, errors): (Vec<String>, Vec<String>) =
        machines.complaints().into_iter().partition(|line| line.contains(PANIC));
    let rows = report.section(Section::Verdict);
    rows.say("log lines at ERROR in all, outages among them", errors.len());
    rows.judge("panics in the logs", panics.len(), panics.is_empty());
    for line in panics.into_iter().take(TOLD) {
        report.section(Section::Wrong).row(vec![line]);
    }
}

pub fn wrongs(records: &Records, samples: &[Sample], report: &mut Report) {
    let (count, told) = records.wrongs();
    let broken = samples.iter().filter(|s| s.status.is_some_and(|status| status >= 500));
    let (meant, others): (Vec<&Sample>, Vec<&Sample>) = broken.partition(|s| s.status == Some(503));
    let lost = records.all_lost();
    let rows = report.section(Section::Verdict);
    rows.say("requests", samples.len());
    rows.judge("lost, changed, or there after its end", lost, lost == 0);
    rows.judge("answers of 5xx but 503", others.len(), others.is_empty());
    rows.say("answers of 503", meant.len());
    rows.judge("wrong in all", count, count == 0);
    for wrong in told {
        report.section(Section::Wrong).row(vec![wrong]);
    }
}

/// Exact below 2^32.
fn number(count: usize) -> f64 {
    u32::try_from(count).map_or(f64::INFINITY, f64::from)
}
