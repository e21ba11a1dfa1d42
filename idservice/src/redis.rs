use std::fmt;
use std::time::Duration;

use async_trait::async_trait;
use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use redis::io::tcp::TcpSettings;
use redis::io::tcp::socket2::TcpKeepalive;
use redis::{AsyncCommands as _, Client, IntoConnectionInfo as _, RedisError, RedisResult};

use crate::error::{Error, Result};
use crate::id::Id;
use crate::pool::{Ids, MAX_POP, Pool};

/// The list that every id service, worker and site of a fleet shares.
const LIST: &str = "pastebin:ids";

/// A Redis that takes longer than this is as good as down: the caller has a way without it.
const DEADLINE: Duration = Duration::from_secs(1);

/// A connection on which nothing is confirmed for so long is broken. A host that vanishes says no
/// word, and without this the system tries for a quarter of an hour while another host has its
/// address.
const GONE: Duration = Duration::from_secs(2);

/// A connection that is not used is looked after so often.
const KEEPALIVE: Duration = Duration::from_secs(10);

/// A client of this Redis, whose connections notice when its host has gone.
///
/// # Errors
/// The address cannot be used. The error may show it, with a password in it.
pub fn redis_client(url: &str) -> RedisResult<Client> {
    let keepalive = TcpKeepalive::new().with_time(KEEPALIVE).with_interval(GONE);
    let tcp = TcpSettings::default().set_keepalive(keepalive);
    #[cfg(target_os = "linux")]
    let tcp = tcp.set_user_timeout(GONE);
    Client::open(url.into_connection_info()?.set_tcp_settings(tcp))
}

/// The pool of a fleet: a Redis list. A pop is one command (`LPOP` with a count), so however many
/// processes pop, each id goes to one of them.
#[derive(Clone)]
pub struct RedisPool {
    connection: ConnectionManager,
    list: String,
}

impl RedisPool {
    /// Connects, and from then on reconnects by itself.
    ///
    /// # Errors
    /// The address cannot be used, or the server does not answer now. No error shows the address:
    /// it may hold a password.
    pub async fn connect(url: &str) -> Result<Self> {
        let client = redis_client(url).map_err(|error| Error::Redis(without_address(&error)))?;
        let config = ConnectionManagerConfig::new()
            .set_connection_timeout(Some(DEADLINE))
            .set_response_timeout(Some(DEADLINE))
            .set_number_of_retries(1);
        let connection = client.get_connection_manager_with_config(config).await;
        let connection = connection.map_err(|error| Error::Redis(without_address(&error)))?;
        Ok(Self { connection, list: LIST.to_owned() })
    }

    /// The same Redis under another list's name, for a second fleet on it.
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
        let count = count.clamp(1, MAX_POP).try_into().ok();
        let popped: Vec<String> = self.connection.clone().lpop(&self.list, count).await?;
        // Whatever else somebody put there is not an id, and not ours to hand out.
        let ids: Vec<Id> = popped.iter().filter_map(|id| id.parse().ok()).collect();
        if ids.is_empty() { Err(Error::Empty) } else { Ok(ids) }
    }
}

#[async_trait]
impl Pool for RedisPool {
    async fn level(&self) -> Result<usize> {
        let mut connection = self.connection.clone();
        match connection.llen(&self.list).await {
            // One that broke while nobody used it is noticed by the first who does, and made anew.
            Err(error) if error.is_io_error() => Ok(connection.llen(&self.list).await?),
            asked => Ok(asked?),
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

/// In one line: what is no Redis is complained about in several.
fn without_address(error: &RedisError) -> String {
    match error.detail().and_then(|detail| detail.lines().next()) {
        Some(detail) => format!("{}: {detail}", error.category()),
        None => error.category().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_connection_has_keepalive_and_a_user_timeout() {
        let client = redis_client("redis://:password@192.0.2.1:6379/1").unwrap();
        let tcp = client.get_connection_info().tcp_settings();
        assert!(tcp.keepalive().is_some());
        #[cfg(target_os = "linux")]
        assert_eq!(tcp.user_timeout(), Some(GONE));
    }
}
