//! What the programs `pastebin`, `idservice` and `jobs` share: the log, the standard streams, how a
//! program starts, and how it stops.

mod background_writer;
mod log;
mod output;
mod program;
mod stop;

pub use background_writer::BackgroundWriter;
pub use log::LogFormat;
pub use output::print_line;
pub use program::Program;
pub use stop::stop_signal;
