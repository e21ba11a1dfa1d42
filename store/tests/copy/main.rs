//! Copies a site from one store to another: between files and buckets, and to and from PostgreSQL.
//! Tests on PostgreSQL create databases on the server at `TEST_DATABASE_URL`.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "../support/mod.rs"]
mod support;

mod sites;

mod conflicts;
mod interrupted;
mod repeated;
mod sources;
mod texts;
mod whole_site;
