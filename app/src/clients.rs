//! Clients of other sites and protocols: hastebin over HTTP, netcat over TCP.

pub mod hastebin;
pub mod netcat;
pub mod null_pointer;
