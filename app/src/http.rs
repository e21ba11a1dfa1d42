//! HTTP mechanisms that know nothing of pastes, accounts or pages.

pub mod admission;
pub mod blocking;
pub mod body;
pub mod charset;
pub mod circuit_breaker;
pub mod content_coding;
pub mod cookie;
pub mod csp;
pub mod encoded_words;
pub mod etag;
pub mod parameters;
pub mod range;
pub mod rate_limit;
pub mod request_coding;
pub mod response_cache;
pub mod site_address;

// Mechanisms that the other programs use as well.
pub use server::{client_ip, log_throttle, quota, stall};
