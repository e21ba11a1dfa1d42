//! A site goes from one store to another and back: between files and buckets always, by way of
//! PostgreSQL where `TEST_DATABASE_URL` names a server on which databases may be made.

#![expect(clippy::unwrap_used, reason = "a test ends where it cannot go on")]

#[path = "../support/mod.rs"]
mod support;

mod sites;

mod conflicts;
mod interrupted;
mod repeated;
mod sources;
mod texts;
mod whole_site;
