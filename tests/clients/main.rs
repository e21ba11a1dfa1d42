//! Tests with real clients against a running site: curl, nc, pastebinit and the hastebin clients
//! from npm.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

#[path = "../support/mod.rs"]
mod support;

#[path = "../process/program.rs"]
#[allow(dead_code, reason = "each test program uses its own part")]
mod program;

mod curl;
mod forms;
mod hastebin;
mod netcat;
mod pastebinit;
mod readme;
mod schemathesis;
mod shell;
