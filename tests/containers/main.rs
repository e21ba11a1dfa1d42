//! The containers as a user runs them: `docker compose up` and `docker run`, with the project's own files.
//!
//! Where no Docker engine with Compose v2 answers, the tests say so and pass.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]
#![allow(clippy::print_stderr, reason = "a skipped test says so")]

#[allow(dead_code, unused_imports, reason = "each test program uses its own part")]
#[path = "../support/visitor.rs"]
mod visitor;

mod engine;
mod image;
mod stack;
mod story;
