//! Real engines for the tests: scratch databases, an S3 server, a Redis server, and a TCP proxy that
//! injects network faults. Also the tools that the benchmark and the soak test measure with.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod bad_output;
mod database;
pub mod generated;
pub mod machine;
mod pgbouncer;
mod postgres;
pub mod process;
mod proxy;
mod redis;
mod rng;
mod s3;
mod server_user;
pub mod settings;
mod timings;
mod tls;

pub use bad_output::BadOutput;
pub use database::Database;
pub use pgbouncer::{PgBouncer, pgbouncers};
pub use postgres::PostgresWithTls;
pub use proxy::{Line, Proxy};
pub use redis::{Redis, redis_url};
pub use rng::Rng;
pub use s3::{ACCESS_KEY, BUCKET, S3Server, SECRET_KEY, serve_s3};
pub use timings::Timings;
pub use tls::{Authority, Certificate, TlsProxy};

use std::net::{SocketAddr, TcpListener};

/// An address whose port is free now, and unlikely to be taken soon.
fn free_address() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}

/// 16 random hex digits, for names that must not collide.
fn random_hex() -> String {
    let mut bytes = [0; 8];
    getrandom::fill(&mut bytes).unwrap();
    hex::encode(bytes)
}
