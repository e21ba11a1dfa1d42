//! An S3 server for a fleet on one machine. The folders under its root are the buckets.

#![expect(clippy::print_stderr, reason = "the program reports its failure on standard error")]

use std::process::ExitCode;

use tokio::net::TcpListener;

/// Runs `s3 ADDRESS ROOT`. `S3_ACCESS_KEY_ID` and `S3_SECRET_ACCESS_KEY` hold the accepted keys.
#[tokio::main]
async fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let key = |name| std::env::var(name).unwrap_or_default();
    let [address, root] = &arguments[..] else {
        eprintln!("usage: s3 ADDRESS ROOT");
        return ExitCode::FAILURE;
    };
    let outcome = async {
        let listener = TcpListener::bind(address).await?;
        let (id, secret) = (key("S3_ACCESS_KEY_ID"), key("S3_SECRET_ACCESS_KEY"));
        testbed::serve_s3(listener, root.as_ref(), &id, &secret).await
    };
    if let Err(error) = outcome.await {
        eprintln!("s3: {address}, {root}: {error}");
    }
    ExitCode::FAILURE
}
