//! Memory, processor time and open files of a running process, from Linux' `/proc`.

use std::fs;
use std::io;
use std::time::Duration;

/// A size in `/proc/{pid}/status`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Memory {
    /// Resident now.
    Resident,
    /// The largest resident size since the start or since [`reset_peak_memory`].
    Peak,
}

/// In bytes.
///
/// # Errors
/// The process has ended.
pub fn memory(pid: u32, which: Memory) -> io::Result<u64> {
    let field = match which {
        Memory::Resident => "VmRSS:",
        Memory::Peak => "VmHWM:",
    };
    let status = fs::read_to_string(format!("/proc/{pid}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix(field));
    let kib = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
    // A process that has ended and not been waited for has a status without memory.
    Ok(kib.ok_or(io::ErrorKind::NotFound)? * 1024)
}

/// # Errors
/// The process has ended, or belongs to another user.
pub fn reset_peak_memory(pid: u32) -> io::Result<()> {
    fs::write(format!("/proc/{pid}/clear_refs"), "5")
}

/// The processor time that the process has used so far.
///
/// # Errors
/// The process has ended.
pub fn cpu_time(pid: u32) -> io::Result<Duration> {
    sum_of_ticks(pid, 2)
}

/// The processor time of the process and of those children that have ended.
///
/// # Errors
/// The process has ended.
pub fn cpu_time_with_ended_children(pid: u32) -> io::Result<Duration> {
    sum_of_ticks(pid, 4)
}

/// Sums the first `fields` of these times in `/proc/{pid}/stat`: user mode, kernel mode, user mode of
/// ended children, kernel mode of ended children. Each is in ticks of 10 ms.
fn sum_of_ticks(pid: u32, fields: usize) -> io::Result<Duration> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat"))?;
    // The second field is the program's name in parentheses, and may contain spaces.
    let after_name = stat.rsplit_once(')').ok_or(io::ErrorKind::InvalidData)?.1;
    let times = after_name.split_whitespace().skip(11).take(fields).map(str::parse::<u64>);
    let ticks = times.sum::<Result<u64, _>>().map_err(io::Error::other)?;
    Ok(Duration::from_millis(ticks * 10))
}

/// The number of open file descriptors.
///
/// # Errors
/// The process has ended, or belongs to another user.
pub fn open_files(pid: u32) -> io::Result<usize> {
    Ok(fs::read_dir(format!("/proc/{pid}/fd"))?.count())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_process_has_memory_and_open_files() {
        let pid = std::process::id();
        assert!(memory(pid, Memory::Resident).unwrap() > 0);
        assert!(memory(pid, Memory::Peak).unwrap() >= memory(pid, Memory::Resident).unwrap() / 2);
        assert!(cpu_time_with_ended_children(pid).unwrap() >= cpu_time(pid).unwrap());
        assert!(open_files(pid).unwrap() > 0);
    }
}
