// What the jobs promise, on SQLite always and on PostgreSQL where `TEST_DATABASE_URL` names a
// server on which databases may be made: `cargo test -p jobs -- --include-ignored`.

#![expect(clippy::unwrap_used, reason = "a test ends where it cannot go on")]

mod harness;

mod clock;
mod healing;
mod maintenance;
mod periodic_jobs;
mod queue;
mod status;
mod stopping;
