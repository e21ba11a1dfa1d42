//! `pb` against a running site, as its users and their scripts see it.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

#[path = "../support/mod.rs"]
mod support;

mod account;
mod anonymous;
mod failures;
mod files;
mod scripted;
mod terminal;
