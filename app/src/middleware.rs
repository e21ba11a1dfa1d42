//! The middleware around every handler. The router lists its order.

pub mod address;
pub mod admission;
pub mod cors;
pub mod errors;
pub mod identify;
pub mod rate_limit_headers;
pub mod refusal_log;
pub mod request_coding;
pub mod security;
