//! The start of every program: reads the command line and the environment by the same rules.
//!
//! - A setting with a blank value counts as unset, as a variable and as a flag.
//! - No message shows a password that is part of an address.

mod arguments;
pub mod command_line;
mod environment;
#[cfg(feature = "log")]
pub mod log;
mod redact;
