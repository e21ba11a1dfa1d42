//! Renders the texts of pastes: text in, HTML out.
//!
//! There is no HTTP, no async code and no cache here. Words in the language of the page are handed in.

pub mod ansi;
pub mod detect;
pub mod diff;
pub mod escape;
mod hidden;
pub mod highlight;
pub mod json;
pub mod line_renderer;
pub mod listing;
mod log;
pub mod markdown;
pub mod parts;
#[cfg(test)]
mod read_back;
pub mod search;
pub mod syntaxes;
pub mod table;
