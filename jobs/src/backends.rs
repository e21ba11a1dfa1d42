//! Which engines keep what: embedded until a setting names the real one.

use std::fmt;
use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, anyhow, bail};
use clap::Args;
use idservice::{MemoryPool, Pool, RedisPool};
use store::{BlobStore as _, BlobsError, Clock, Db, Deadlines, S3Blobs, S3Settings, Store};
use tokio::time::{Instant, sleep};
use tracing::info;

use crate::Context;

/// The settings that the site and the worker share.
#[derive(Clone, Debug, Args)]
pub struct Backends {
    /// `sqlite:PATH` or `postgres://…` [default: sqlite:data/pastebin.db]
    #[arg(long, env, global = true, hide_env_values = true)]
    pub database_url: Option<DatabaseUrl>,

    /// The Redis that keeps the list of ids, and counts clients for all sites: `redis://host:6379` [default: in memory]
    #[arg(long, env, global = true, hide_env_values = true)]
    pub redis_url: Option<Secret>,

    #[command(flatten)]
    pub s3: S3,
}

/// Where the texts are, if not in the database.
#[derive(Clone, Debug, Args)]
pub struct S3 {
    /// The bucket of an S3-compatible store that keeps the texts [default: the database does]
    #[arg(long = "s3-bucket", env = "S3_BUCKET", global = true)]
    pub bucket: Option<String>,

    /// Where that store is: `https://storage.example.org` [default: AWS]
    #[arg(long = "s3-endpoint", env = "S3_ENDPOINT", global = true)]
    pub endpoint: Option<String>,

    /// The region of that store
    #[arg(long = "s3-region", env = "S3_REGION", global = true, default_value = "us-east-1")]
    pub region: String,

    /// The key to the bucket
    #[arg(
        long = "s3-access-key-id",
        env = "S3_ACCESS_KEY_ID",
        global = true,
        hide_env_values = true
    )]
    pub access_key_id: Option<Secret>,

    /// The secret that belongs to the key
    #[arg(
        long = "s3-secret-access-key",
        env = "S3_SECRET_ACCESS_KEY",
        global = true,
        hide_env_values = true
    )]
    pub secret_access_key: Option<Secret>,

    /// Whether the bucket is in the path of an address, and not in its host
    #[arg(long = "s3-force-path-style", env = "S3_FORCE_PATH_STYLE", global = true, default_value_t = false, action = clap::ArgAction::Set)]
    pub force_path_style: bool,
}

impl S3 {
    /// The bucket, if one is set and answers.
    ///
    /// # Errors
    /// As one line that names the setting, without any secret.
    pub async fn open(&self) -> anyhow::Result<Option<S3Blobs>> {
        let Some(bucket) = &self.bucket else { return Ok(None) };
        let Some(Secret(access_key_id)) = &self.access_key_id else {
            bail!("S3_ACCESS_KEY_ID: S3_BUCKET needs it");
        };
        let Some(Secret(secret_access_key)) = &self.secret_access_key else {
            bail!("S3_SECRET_ACCESS_KEY: S3_BUCKET needs it");
        };
        let blobs = S3Blobs::new(&S3Settings {
            bucket: bucket.clone(),
            endpoint: self.endpoint.clone(),
            region: self.region.clone(),
            access_key_id: access_key_id.clone(),
            secret_access_key: secret_access_key.clone(),
            force_path_style: self.force_path_style,
            deadlines: Deadlines::default(),
        });
        match blobs.ping().await {
            Ok(()) => Ok(Some(blobs)),
            Err(store::Error::Blobs(error)) => {
                bail!("{}: the bucket {bucket} cannot be used: {error}", setting_at_fault(&error))
            }
            Err(error) => bail!("S3_BUCKET: the bucket {bucket} cannot be used: {error}"),
        }
    }
}

fn setting_at_fault(error: &BlobsError) -> &'static str {
    match error.code.as_deref() {
        None => "S3_ENDPOINT",
        Some("SignatureDoesNotMatch") => "S3_SECRET_ACCESS_KEY",
        Some("InvalidAccessKeyId" | "AccessDenied" | "NotSignedUp" | "Forbidden") => {
            "S3_ACCESS_KEY_ID"
        }
        Some(
            "AuthorizationHeaderMalformed"
            | "PermanentRedirect"
            | "IllegalLocationConstraintException",
        ) => "S3_REGION",
        Some(_) => "S3_BUCKET",
    }
}

impl Backends {
    /// Opens all of it, and says in one line which setting cannot be used.
    ///
    /// # Errors
    /// As that line, without any secret.
    pub async fn open(&self, clock: Clock) -> anyhow::Result<Context> {
        let db = self.database().open("DATABASE_URL").await?;
        let store = match self.s3.open().await? {
            Some(bucket) => Store::with_blobs(db, Arc::new(bucket)),
            None => Store::new(db),
        };
        let ids: Arc<dyn Pool> = match &self.redis_url {
            Some(Secret(url)) => Arc::new(
                RedisPool::connect(url).await.map_err(|error| anyhow!("REDIS_URL: {error}"))?,
            ),
            None => Arc::new(MemoryPool::default()),
        };
        Ok(Context { store, ids, clock })
    }

    /// As [`Backends::open`], for the site: the only one on its database file keeps rows in memory.
    /// `cache` is the memory for texts and rows, in bytes.
    ///
    /// # Errors
    /// As there; where another site still serves the file after [`HANDOVER`], too.
    pub async fn open_for_site(&self, clock: Clock, cache: u64) -> anyhow::Result<Context> {
        let claim = match self.database() {
            DatabaseUrl::Sqlite(path) => {
                DatabaseUrl::Sqlite(path.clone()).judge("DATABASE_URL")?;
                make_folder("DATABASE_URL", &path)?;
                make_file("DATABASE_URL", &path)?;
                // One file has one lock, by whatever name it is called.
                Some(claim(&path.canonicalize().unwrap_or(path)).await?)
            }
            DatabaseUrl::Postgres(_) => None,
        };
        let context = self.open(clock).await?;
        let store = context.store.keeping(cache);
        let store = match claim {
            Some(claim) => store.alone(claim),
            None => store,
        };
        Ok(Context { store, ..context })
    }

    /// Where the metadata is, for people; no secret.
    pub fn database(&self) -> DatabaseUrl {
        self.database_url.clone().unwrap_or_default()
    }
}

/// How long a site waits for the one before it to finish its requests: they have 30 s for that.
const HANDOVER: Duration = Duration::from_secs(35);

/// A lock on `{path}.lock`, which the system takes back when the process ends, however it ends.
async fn claim(path: &Path) -> anyhow::Result<File> {
    let mut name = path.as_os_str().to_owned();
    name.push(".lock");
    let file = File::options()
        .append(true)
        .create(true)
        .open(&name)
        .with_context(|| format!("DATABASE_URL: {} cannot be written", name.display()))?;
    let until = Instant::now() + HANDOVER;
    let mut told = false;
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::Error(error)) => {
                bail!("DATABASE_URL: {} cannot be locked: {error}", name.display())
            }
            Err(TryLockError::WouldBlock) if Instant::now() >= until => bail!(
                "DATABASE_URL: another pastebin serves {}; stop it, or use PostgreSQL for several sites",
                path.display()
            ),
            Err(TryLockError::WouldBlock) => {
                if !told {
                    info!("waiting for another pastebin to finish with {}", path.display());
                    told = true;
                }
                sleep(Duration::from_millis(100)).await;
            }
        }
    }
}

/// A new database file is for this user alone, in a folder that others may read as well.
fn make_file(setting: &str, path: &Path) -> anyhow::Result<()> {
    use std::os::unix::fs::OpenOptionsExt as _;
    let made = std::fs::OpenOptions::new().append(true).create(true).mode(0o600).open(path);
    made.map(drop).with_context(|| format!("{setting}: {} cannot be written", path.display()))
}

/// The folder of the database file, for this user alone: it holds every text and password hash.
fn make_folder(setting: &str, path: &Path) -> anyhow::Result<()> {
    use std::os::unix::fs::DirBuilderExt as _;
    let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) else {
        return Ok(());
    };
    let made = std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder);
    made.with_context(|| format!("{setting}: the folder {} cannot be made", folder.display()))
}

/// A value that neither Debug nor an error shows.
#[derive(Clone)]
pub struct Secret(pub String);

impl FromStr for Secret {
    type Err = std::convert::Infallible;

    fn from_str(secret: &str) -> Result<Self, Self::Err> {
        Ok(Self(secret.to_owned()))
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}

/// Where the metadata is kept. It may hold a password, so neither Debug nor an error shows it.
#[derive(Clone)]
pub enum DatabaseUrl {
    Sqlite(PathBuf),
    Postgres(String),
}

impl Default for DatabaseUrl {
    fn default() -> Self {
        Self::Sqlite("data/pastebin.db".into())
    }
}

impl DatabaseUrl {
    /// Opens the database, making and migrating it where needed. `setting` is what an error names.
    ///
    /// # Errors
    /// As one line that names the setting, without any secret.
    pub async fn open(&self, setting: &str) -> anyhow::Result<Db> {
        self.judge(setting)?;
        let opened = match self {
            Self::Sqlite(path) => {
                make_folder(setting, path)?;
                make_file(setting, path)?;
                Db::sqlite(path).await
            }
            Self::Postgres(url) => Db::postgres(url).await,
        };
        opened.map_err(|error| anyhow!("{setting}: {self:?} cannot be used: {error}"))
    }

    /// Opens a database that is there, to read it.
    ///
    /// # Errors
    /// As [`DatabaseUrl::open`].
    pub async fn open_to_read(&self, setting: &str) -> anyhow::Result<Db> {
        self.judge(setting)?;
        let opened = match self {
            Self::Sqlite(path) if !path.exists() => {
                bail!("{setting}: there is no database at {}", path.display())
            }
            Self::Sqlite(path) => Db::sqlite_to_read(path).await,
            Self::Postgres(url) => Db::postgres_to_read(url).await,
        };
        opened.map_err(|error| anyhow!("{setting}: {self:?} cannot be used: {error}"))
    }

    fn judge(&self, setting: &str) -> anyhow::Result<()> {
        match self {
            Self::Sqlite(path) if path.as_os_str().is_empty() || path.starts_with(":memory:") => {
                bail!("{setting}: sqlite: needs the path of a file, as in sqlite:data/pastebin.db")
            }
            // The value may hold a password, so it is not quoted.
            Self::Postgres(url)
                if !url.starts_with("postgres://") && !url.starts_with("postgresql://") =>
            {
                bail!("{setting}: it must begin with sqlite: or postgres://")
            }
            _ => Ok(()),
        }
    }
}

impl FromStr for DatabaseUrl {
    type Err = std::convert::Infallible;

    /// Never fails, because clap would print the value: what it cannot be is said at the start.
    fn from_str(url: &str) -> Result<Self, Self::Err> {
        Ok(match url.strip_prefix("sqlite:") {
            Some(path) => Self::Sqlite(path.strip_prefix("//").unwrap_or(path).into()),
            None => Self::Postgres(url.to_owned()),
        })
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => write!(f, "sqlite:{}", path.display()),
            Self::Postgres(_) => f.write_str("postgres://…"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn one_site_a_file_and_the_next_one_waits() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("pastebin.db");
        let first = claim(&path).await.unwrap();
        let refused = claim(&path).await.unwrap_err().to_string();
        assert!(refused.starts_with("DATABASE_URL: another pastebin serves "), "{refused}");

        let second = tokio::spawn(async move { claim(&path).await.map(drop) });
        sleep(HANDOVER / 2).await;
        assert!(!second.is_finished());
        drop(first);
        second.await.unwrap().unwrap();
    }

    #[test]
    fn a_password_is_not_in_debug() {
        let url: DatabaseUrl = "postgres://me:geheim@db/pastebin".parse().unwrap();
        let secret: Secret = "geheim".parse().unwrap();
        assert!(!format!("{url:?} {secret:?}").contains("geheim"));
    }
}
