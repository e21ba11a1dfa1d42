//! Copies a whole site from one store to another: users, sessions, tokens, pastes and their texts.
//!
//! A walk reads the tables of both stores in the order of their keys, compares them row by row, and
//! copies what the destination lacks. A text is checked and copied before the row that names it, so
//! every row at the destination has its text, and an interrupted copy can simply be run again. A copy
//! repeats the walk until it finds nothing to copy, which proves that both stores are equal.

pub(crate) mod copier;
pub(crate) mod error;
mod insert;
mod pages;
mod pastes;
mod sessions;
mod source;
mod texts;
mod tokens;
mod users;
mod walk;
