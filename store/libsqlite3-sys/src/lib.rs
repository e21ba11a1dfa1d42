//! The bindings of a later release of `libsqlite3-sys`, for sqlx. `Cargo.toml` says why.

pub use later::*;
