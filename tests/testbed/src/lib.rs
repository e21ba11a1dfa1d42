//! Real engines for the tests: databases, buckets and a Redis of their own, and a line that can be
//! cut.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test ends where it cannot go on")]

mod database;
mod proxy;
mod redis;
mod s3;

pub use database::Database;
pub use proxy::{Line, Proxy};
pub use redis::{Redis, redis_url};
pub use s3::{ACCESS_KEY, BUCKET, S3Server, SECRET_KEY, serve_s3};

/// Hex digits that nobody else has.
fn unique() -> String {
    let mut bits = [0; 8];
    getrandom::fill(&mut bits).unwrap();
    hex::encode(bits)
}
