use std::fmt;
use std::time::Duration;

use async_trait::async_trait;
use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use redis::{AsyncCommands as _, Client, RedisError};

use crate::{Error, Id, Ids, MAX_POP, Pool, Result};

/// The list that every id service, worker and site of a fleet shares.
const LIST: &str = "pastebin:ids";

/// A Redis that takes longer than this is as good as down: the caller has a way without it.
const DEADLINE: Duration = Duration::from_secs(1);

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
        let client = Client::open(url).map_err(|error| Error::Redis(without_address(&error)))?;
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
