//! What is kept of painted texts.

pub mod paint;
