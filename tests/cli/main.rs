//! Tests of the `pb` program against a running site and against a scripted server.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

#[path = "../support/mod.rs"]
mod support;

mod account;
mod anonymous;
mod failures;
mod files;
mod scripted_server;
mod terminal;
