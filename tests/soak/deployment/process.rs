//! A process of the deployment under test.

use crate::harness::Program;
use crate::recorder::Recorder;

/// How Rust reports a panic.
pub const PANIC: &str = "panicked at";

pub struct Process {
    pub name: String,
    pub program: Program,
    /// Error lines of its earlier starts.
    earlier_error_lines: Vec<String>,
}

impl Process {
    pub fn new(name: &str, program: Program) -> Self {
        Self { name: name.to_owned(), program, earlier_error_lines: Vec::new() }
    }

    /// The lines of its logs so far that are at ERROR or from a panic.
    pub fn error_lines(&self) -> Vec<String> {
        let log = self.program.log();
        let current = log.lines().filter(|line| line.contains(" ERROR ") || line.contains(PANIC));
        let current = current.map(|line| format!("{}: {line}", self.name));
        self.earlier_error_lines.iter().cloned().chain(current).collect()
    }

    pub async fn restart(&mut self) {
        self.earlier_error_lines = self.error_lines();
        self.program.restart().await;
    }

    /// Sends SIGTERM and waits for the exit, which must be a success.
    pub async fn terminate(&mut self, recorder: &Recorder) {
        self.program.terminate();
        let status = self.program.wait_for_exit().await;
        if !status.success() {
            recorder.fail(&format!("{} ends with {status} after SIGTERM", self.name));
        }
    }
}
