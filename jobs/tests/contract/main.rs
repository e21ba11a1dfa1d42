//! The contract of the jobs, on SQLite and PostgreSQL. The tests on PostgreSQL are ignored by
//! default. They need `TEST_DATABASE_URL`, a server on which databases may be created:
//! `cargo test -p jobs -- --include-ignored`.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod harness;

mod clock;
mod maintenance;
mod periodic_jobs;
mod queue;
mod recovery;
mod shutdown;
mod status;
