//! `pastebin`: the site, and the maintenance of its data by hand.

use std::process::ExitCode;

use app::commands::{Cli, run};
use mimalloc::MiMalloc;

/// A request makes dozens of small allocations, for which the system's allocator takes a quarter of
/// the time, and a few large ones, after which it keeps the memory. Huge pages are off (`no_thp`):
/// they made the process a third larger, but reads no faster.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    run(startup::command_line::parse::<Cli>())
}
