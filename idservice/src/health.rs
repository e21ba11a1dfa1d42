//! Whether the service on this machine answers, for containers that have no curl.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use reqwest::Client;

/// For the whole exchange.
const DEADLINE: Duration = Duration::from_secs(5);

/// Asks whoever listens at `listen` for `path`. Where that is every address, asks the loopback.
///
/// # Errors
/// No answer within five seconds, or one that is no success.
pub async fn check(listen: SocketAddr, path: &str) -> Result<(), reqwest::Error> {
    let address = reachable(listen);
    let client = Client::builder().timeout(DEADLINE).no_proxy().build()?;
    client.get(format!("http://{address}{path}")).send().await?.error_for_status()?;
    Ok(())
}

fn reachable(listen: SocketAddr) -> SocketAddr {
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
    async fn a_service_is_well_while_it_answers_with_success() {
        let listener = TcpListener::bind("0.0.0.0:0").await.unwrap();
        let listen = listener.local_addr().unwrap();
        let pool = Arc::new(MemoryPool::default());
        let served = tokio::spawn(async { axum::serve(listener, service::router(pool)).await });

        check(listen, "/ids/level").await.unwrap();
        assert!(check(listen, "/nowhere").await.unwrap_err().is_status());

        served.abort();
        assert!(served.await.unwrap_err().is_cancelled());
        assert!(check(listen, "/ids/level").await.is_err());
    }

    #[test]
    fn what_listens_everywhere_is_asked_on_the_loopback() {
        for (listen, asked) in [
            ("0.0.0.0:8080", "127.0.0.1:8080"),
            ("[::]:8080", "[::1]:8080"),
            ("192.0.2.1:80", "192.0.2.1:80"),
        ] {
            assert_eq!(reachable(listen.parse().unwrap()), asked.parse().unwrap());
        }
    }
}
