//! What the programs `pastebin`, `idservice` and `jobs` share: the log, the standard streams, how a
//! program starts, listens, serves HTTP and stops.

mod activation;
mod activity;
mod background_writer;
pub mod client_ip;
mod connection;
pub mod health;
mod host;
pub mod http;
mod http2_watch;
mod limiter;
mod listen;
mod listener;
mod log;
pub mod log_throttle;
mod notify;
mod output;
mod program;
pub mod quota;
mod rejection;
mod socket_file;
pub mod stall;
mod stop;
mod stream;

pub use activation::ActivatedSockets;
pub use background_writer::BackgroundWriter;
pub use host::has_valid_host;
pub use http::{DRAIN_TIMEOUT, serve};
pub use limiter::{ConnectionLimits, available_connections};
pub use listen::{BadListenAddress, ListenAddress};
pub use listener::Listener;
pub use log::LogFormat;
pub use notify::ready as notify_ready;
pub use output::print_line;
pub use program::Program;
pub use stop::stop_signal;
pub use stream::Stream;
