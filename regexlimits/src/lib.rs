//! Sets the limits of the regex engine Oniguruma, which its safe bindings do not offer.
//!
//! This is a crate of its own because all others forbid `unsafe`.

pub mod retries;
