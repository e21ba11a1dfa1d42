//! What surrounds every handler. The router lists the order.

pub mod admission;
pub mod errors;
pub mod identify;
pub mod rate_limit_headers;
pub mod security;
