//! Pastes: creating, showing, searching, downloading, listing and deleting them.

pub mod allowance;
pub mod create;
pub mod delete;
pub mod derived;
pub mod draft;
pub mod embed;
pub mod headers;
pub mod link;
pub mod list;
pub mod loaded;
pub mod name;
pub mod page_cache;
pub mod qr;
pub mod query;
pub mod raw;
pub mod receipt;
pub mod save;
pub mod search;
pub mod show;
pub mod submission;
pub mod syntax;
pub mod text;
pub mod tidy;
pub mod usage;
pub mod view;
pub mod view_mode;

#[cfg(test)]
mod tests;
