//! A health check for a service on this machine, for containers without curl.

use std::time::Duration;

use anyhow::{Context as _, bail};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpStream, UnixStream};
use tokio::time::timeout;

use crate::listen::ListenAddress;

/// Timeout for the whole request.
const TIMEOUT: Duration = Duration::from_secs(5);

/// The part of the answer that is read: its status line.
const MAX_ANSWER_BYTES: u64 = 64;

/// Sends `GET path` to the service that listens on `address`. If that means all interfaces, the
/// request goes to the loopback address.
///
/// # Errors
/// No response within 5 seconds, or a response whose status is not a success.
pub async fn check(address: &ListenAddress, path: &str) -> anyhow::Result<()> {
    let status = timeout(TIMEOUT, async {
        match (address, address.local_authority()) {
            (_, Some(authority)) => {
                get(TcpStream::connect(&authority).await?, &authority, path).await
            }
            (ListenAddress::Unix(file), None) => {
                get(UnixStream::connect(file).await?, "localhost", path).await
            }
            (_, None) => bail!("it has no local address"),
        }
    });
    let status = status.await.with_context(|| format!("no answer within {TIMEOUT:?}"))?;
    let status = status.with_context(|| format!("{address} does not answer"))?;
    if !status.starts_with('2') {
        bail!("{address} answers {status}");
    }
    Ok(())
}

/// The status code and its reason.
async fn get(
    mut stream: impl AsyncRead + AsyncWrite + Unpin,
    host: &str,
    path: &str,
) -> anyhow::Result<String> {
    let request = format!("GET {path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    let mut answer = Vec::new();
    stream.take(MAX_ANSWER_BYTES).read_to_end(&mut answer).await?;
    let answer = String::from_utf8_lossy(&answer);
    let line = answer.lines().next().unwrap_or_default();
    let status = line.split_once(' ').filter(|(version, _)| version.starts_with("HTTP/1."));
    Ok(status.context("the answer is not HTTP")?.1.to_owned())
}
