//! The machine, the time and the revision that a report was measured with.

use std::fs;
use std::process::Command;

const UNKNOWN: &str = "unknown";

/// The processor's model, the number of cores and the memory.
pub fn description() -> String {
    let cores = std::thread::available_parallelism().map_or(0, std::num::NonZero::get);
    let cpu = field("/proc/cpuinfo", "model name");
    let memory = field("/proc/meminfo", "MemTotal");
    format!("{cpu}, {cores} cores, {memory}")
}

fn field(file: &str, name: &str) -> String {
    let text = fs::read_to_string(file).unwrap_or_default();
    let value = text.lines().find_map(|line| line.strip_prefix(name));
    value.map_or(UNKNOWN, |value| value.trim_start_matches([':', ' ', '\t'])).to_owned()
}

/// The load averages of the last 1, 5 and 15 minutes.
pub fn load_averages() -> String {
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    load.split(' ').take(3).collect::<Vec<_>>().join(" ")
}

/// The date and the time of day, in UTC.
pub fn date() -> String {
    first_line_or_unknown("date", &["-u", "+%F %R UTC"])
}

/// The revision of the working tree, marked where it has uncommitted changes.
pub fn revision() -> String {
    first_line_or_unknown("git", &["describe", "--always", "--dirty"])
}

pub fn first_line_or_unknown(program: &str, arguments: &[&str]) -> String {
    first_line(program, arguments).unwrap_or_else(|| UNKNOWN.to_owned())
}

/// Runs a program. Returns the first line that it writes, or `None` if it is not installed or writes
/// nothing.
pub fn first_line(program: &str, arguments: &[&str]) -> Option<String> {
    let output = Command::new(program).args(arguments).output().ok()?;
    let text = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    text.lines().next().map(|line| line.trim().to_owned())
}
