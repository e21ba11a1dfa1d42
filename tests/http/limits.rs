//! Rate limits and overload: the status, when to retry, and the caller's format.

mod guesses;
mod rate;
mod reads;
mod uploads;
mod work;

use std::net::SocketAddr;

use crate::support::{Response, Site};

impl Response {
    /// The seconds after which the client may try again.
    fn retry_after(&self) -> u64 {
        self.header("retry-after").parse().unwrap()
    }
}

impl Site {
    fn address(&self) -> SocketAddr {
        self.url.trim_start_matches("http://").parse().unwrap()
    }
}
