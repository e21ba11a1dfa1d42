//! The fleet: every part a process of its own, on real engines, with lines between them that break.
//!
//! Whatever is killed, cut, stalled or emptied here: what was acknowledged reads back byte for
//! byte, and nothing leaks for ever.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod harness;

mod abandoned;
mod at_once;
mod bucket;
mod database;
mod ids;
mod killed;
mod limits;
mod lines;
mod settings;
mod stopping;
mod storm;
mod whole;
