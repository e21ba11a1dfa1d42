//! How an [`Error`](crate::error::Error) is shown: as a page, a fragment, a line or problem details.

pub mod html;
pub mod problem;
