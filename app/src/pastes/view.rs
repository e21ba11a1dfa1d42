//! Pastes as pages and fragments.

mod controls;
mod derived;
mod embed;
mod expiry;
mod form;
mod list;
mod listing;
mod own;
mod pieces;
mod preview;
mod recent;
mod search;
mod show;
mod shown;
mod tools;

pub use derived::{bad_json, diff_summary, more_pretty, more_table_rows, pretty, rendered, table};
pub use embed::{Framed, HEIGHT, WIDTH, frame, iframe, no_frame};
pub use expiry::expiry;
pub use form::{form_errors, form_page};
pub use list::{List, Rows, list, live_rows, more_rows, totals_words};
pub use own::{delete_answer, emptied, empty};
pub use pieces::public_title;
pub use recent::recent_page;
pub use search::{Results, find_page, found, more_found};
pub use show::{more_lines, page};
pub use shown::Shown;
pub use tools::{syntaxes, syntaxes_page};
