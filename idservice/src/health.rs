//! A health check for a service on this machine, for containers without curl.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use axum::http::{Method, Uri};
use rustls::RootCertStore;

use crate::http_client::{HttpClient, HttpError};

/// Timeout for the whole request.
const TIMEOUT: Duration = Duration::from_secs(5);

/// Sends `GET path` to the service that listens on `listen`. If `listen` is the unspecified address
/// (all interfaces), the request goes to the loopback address.
///
/// # Errors
/// No response within 5 seconds, or a response whose status is not a success.
pub async fn check(listen: SocketAddr, path: &'static str) -> Result<(), HttpError> {
    let uri = Uri::builder().scheme("http").authority(connectable(listen).to_string());
    let uri = uri.path_and_query(path).build();
    let uri = uri.map_err(|error| HttpError::Connection(error.into()))?;
    HttpClient::new(TIMEOUT, RootCertStore::empty())?.send(Method::GET, uri).await?;
    Ok(())
}

fn connectable(listen: SocketAddr) -> SocketAddr {
    let ip = match listen.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, listen.port())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use tokio::net::TcpListener;

    use super::*;
    use crate::memory::MemoryPool;
    use crate::service;

    #[tokio::test]
    async fn a_service_is_healthy_while_it_answers_with_success() {
        let listener = TcpListener::bind("0.0.0.0:0").await.unwrap();
        let listen = listener.local_addr().unwrap();
        let pool = Arc::new(MemoryPool::default());
        let server =
            tokio::spawn(async { axum::serve(listener, service::router(pool, None)).await });

        check(listen, "/ids/level").await.unwrap();
        assert!(matches!(check(listen, "/nowhere").await, Err(HttpError::Status(_))));

        server.abort();
        assert!(server.await.unwrap_err().is_cancelled());
        assert!(check(listen, "/ids/level").await.is_err());
    }

    #[test]
    fn the_unspecified_address_is_checked_on_the_loopback() {
        for (listen, expected) in [
            ("0.0.0.0:8080", "127.0.0.1:8080"),
            ("[::]:8080", "[::1]:8080"),
            ("192.0.2.1:80", "192.0.2.1:80"),
        ] {
            assert_eq!(connectable(listen.parse().unwrap()), expected.parse().unwrap());
        }
    }
}
