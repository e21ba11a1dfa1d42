//! A pool of ids in a Redis list.

use std::error::Error as _;
use std::fmt;
use std::time::Duration;

use async_trait::async_trait;
use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use redis::io::tcp::TcpSettings;
use redis::io::tcp::socket2::TcpKeepalive;
use redis::{AsyncCommands as _, Client, IntoConnectionInfo as _, RedisError, RedisResult};

use crate::error::{Error, Result};
use crate::id::Id;
use crate::pool::{Ids, MAX_POP, Pool, distinct_ids};

/// The Redis list that all id services, workers and sites of a fleet share.
const LIST: &str = "pastebin:ids";

/// Timeout for connecting and for each response. It is short because callers can do without Redis.
const TIMEOUT: Duration = Duration::from_secs(1);

/// A connection is broken when sent data stays unacknowledged for this long (`TCP_USER_TIMEOUT`).
/// A host that loses power or network closes no connection. Without this timeout the kernel would
/// retransmit for about 15 minutes, even after another host has taken over the address.
const UNACKNOWLEDGED: Duration = Duration::from_secs(2);

/// Idle time before the first TCP keepalive probe.
const KEEPALIVE_IDLE: Duration = Duration::from_secs(10);

/// A Redis client whose connections fail within seconds when the Redis host is gone.
///
/// # Errors
/// `url` is not a valid Redis URL. The error may show `url`, including its password.
pub fn redis_client(url: &str) -> RedisResult<Client> {
    let keepalive = TcpKeepalive::new().with_time(KEEPALIVE_IDLE).with_interval(UNACKNOWLEDGED);
    let tcp = TcpSettings::default().set_keepalive(keepalive);
    #[cfg(target_os = "linux")]
    let tcp = tcp.set_user_timeout(UNACKNOWLEDGED);
    Client::open(url.into_connection_info()?.set_tcp_settings(tcp))
}

/// The pool of a fleet: a Redis list. A pop is a single atomic command (`LPOP` with a count), so no
/// two processes get the same id.
#[derive(Clone)]
pub struct RedisPool {
    connection: ConnectionManager,
    list: String,
}

impl RedisPool {
    /// Connects to Redis. A connection lost later is re-established automatically.
    ///
    /// # Errors
    /// `url` is not a valid Redis URL, or the server does not answer. The error does not show `url`,
    /// which may contain a password.
    pub async fn connect(url: &str) -> Result<Self> {
        let client = redis_client(url).map_err(|error| Error::Redis(without_address(&error)))?;
        let config = ConnectionManagerConfig::new()
            .set_connection_timeout(Some(TIMEOUT))
            .set_response_timeout(Some(TIMEOUT))
            .set_number_of_retries(1);
        let connection = client.get_connection_manager_with_config(config).await;
        let connection = connection.map_err(|error| Error::Redis(without_address(&error)))?;
        Ok(Self { connection, list: LIST.to_owned() })
    }

    /// Uses another list of the same Redis, for a second fleet that shares it.
    #[must_use]
    pub fn with_list(self, list: &str) -> Self {
        Self { list: list.to_owned(), ..self }
    }
}

impl fmt::Debug for RedisPool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RedisPool")
    }
}

#[async_trait]
impl Ids for RedisPool {
    async fn pop(&self, count: usize) -> Result<Vec<Id>> {
        let count = count.clamp(1, MAX_POP);
        let limit = count.try_into().ok();
        let popped: Vec<String> = self.connection.clone().lpop(&self.list, limit).await?;
        distinct_ids(&popped, count)
    }
}

#[async_trait]
impl Pool for RedisPool {
    async fn level(&self) -> Result<usize> {
        let mut connection = self.connection.clone();
        match connection.llen(&self.list).await {
            // A connection that broke while idle fails on first use and is then re-established.
            Err(error) if error.is_io_error() => Ok(connection.llen(&self.list).await?),
            result => Ok(result?),
        }
    }

    async fn push(&self, ids: Vec<Id>) -> Result<()> {
        let ids: Vec<&str> = ids.iter().map(Id::as_str).collect();
        let _: usize = self.connection.clone().rpush(&self.list, ids).await?;
        Ok(())
    }
}

impl From<RedisError> for Error {
    fn from(error: RedisError) -> Self {
        Self::Redis(without_address(&error))
    }
}

/// One line, without the address. A server that is not Redis can cause errors of several lines.
fn without_address(error: &RedisError) -> String {
    // The operating system and TLS say what failed, such as "Connection refused".
    let cause = error.source().filter(|_| error.is_io_error()).map(ToString::to_string);
    let detail = cause.as_deref().or(error.detail());
    match detail.and_then(|detail| detail.lines().next()) {
        Some(detail) => format!("{}: {detail}", error.category()),
        None => error.category().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connections_have_keepalive_and_a_user_timeout() {
        let client = redis_client("redis://:password@192.0.2.1:6379/1").unwrap();
        let tcp = client.get_connection_info().tcp_settings();
        assert!(tcp.keepalive().is_some());
        #[cfg(target_os = "linux")]
        assert_eq!(tcp.user_timeout(), Some(UNACKNOWLEDGED));
    }
}
