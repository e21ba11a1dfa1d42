//! What the store promises, with its texts in a table and in a bucket, on SQLite always and on
//! PostgreSQL where `TEST_DATABASE_URL` names a server on which databases may be made:
//! `cargo test -p store -- --include-ignored`.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test ends where it cannot go on")]

#[path = "../support/mod.rs"]
mod support;

mod harness;

mod accounts;
mod batching;
mod blobs;
mod cached_rows;
mod changes;
mod commits;
mod create;
mod damage;
mod delete;
mod expiry;
mod idempotency;
mod lists;
mod migrations;
mod purge;
mod s3;
mod sweep;
mod tokens;
mod trusted_time;
mod visibility;
