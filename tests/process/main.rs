//! The program as a process: how it starts, what it prints, how it stops, and what it survives.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod program;

mod aborts;
mod backup;
mod commands;
mod copy;
mod crash;
mod disk;
mod fleet;
mod image;
mod listen;
mod log;
mod netcat;
mod output;
mod overload;
mod start;
mod stop;
