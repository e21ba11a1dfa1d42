//! HTTP mechanisms that know nothing of pastes, accounts or pages.

pub mod admission;
pub mod blocking;
pub mod body;
pub mod charset;
pub mod circuit_breaker;
pub mod client_ip;
pub mod connection;
pub mod content_coding;
pub mod cookie;
pub mod csp;
pub mod encoded_words;
pub mod etag;
pub mod log_throttle;
pub mod parameters;
pub mod quota;
pub mod range;
pub mod rate_limit;
pub mod request_coding;
pub mod response_cache;
pub mod server;
pub mod site_address;
pub mod stall;
