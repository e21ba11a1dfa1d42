//! Creates, reads, changes and deletes pastes.

pub(crate) mod change;
mod compression;
mod create;
mod find;
pub(crate) mod idempotency;
pub(crate) mod list;
mod text;
