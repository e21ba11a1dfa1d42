//! What the store promises, with its texts in a table and in a bucket, on SQLite always and on
//! PostgreSQL where `TEST_DATABASE_URL` names a server on which databases may be made:
//! `cargo test -p store -- --include-ignored`.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test ends where it cannot go on")]

#[path = "../support/mod.rs"]
mod support;

mod harness;

mod accounts;
mod blobs;
mod changes;
mod commits;
mod create;
mod damage;
mod delete;
mod expiry;
mod kept;
mod lists;
mod migrations;
mod once;
mod purge;
mod s3;
mod sweep;
mod together;
mod tokens;
mod trust;
mod visibility;
