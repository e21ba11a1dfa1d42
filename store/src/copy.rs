//! Takes a whole site from one store to another: users, sessions, pastes and their texts.
//!
//! A run walks both stores side by side, in the order of their keys, and brings what the
//! destination lacks: a text first, checked against its row, then the row that names it. So a row at
//! the destination says that its text is there, and a run that was stopped anywhere is simply run
//! again. The last walk, which finds nothing to bring, is the check that both are equal.

pub(crate) mod copier;
pub(crate) mod error;
mod pages;
mod pastes;
mod sessions;
mod source;
mod texts;
mod tokens;
mod users;
mod walk;
