//! The contract of the store. Each test runs with texts in a table and in a bucket, on SQLite and on
//! PostgreSQL. Tests on PostgreSQL create databases on the server at `TEST_DATABASE_URL`; to run them:
//! `cargo test -p store -- --include-ignored`.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

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
mod impostors;
mod lists;
mod migrations;
mod poolers;
mod purge;
mod roles;
mod s3;
mod sweep;
mod tokens;
mod trusted_time;
mod visibility;
