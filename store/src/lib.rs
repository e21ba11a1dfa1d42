//! What Pastebin keeps and where: metadata in SQL, texts as blobs.
//!
//! The database is the only truth: a row decides whether a paste exists, and for whom. Every
//! query of the project stands in this crate and runs on either engine.

mod accounts;
mod batch;
mod blobs;
mod changes;
mod copy;
mod creates;
mod db;
mod flights;
mod keys;
mod memory;
mod pastes;
mod postgres;
mod rows;
mod s3;
mod secret;
mod time;
mod tokens;
mod trust;
mod types;
mod upkeep;

pub use accounts::{NewUser, User};
pub use blobs::{BlobInfo, BlobKey, BlobStore, BlobsError, TableBlobs};
pub use changes::{Change, Editor, If};
pub use copy::{Copied, Copier, CopyError, Problem, Progress, Tally};
pub use db::{Db, Sqlite};
pub use keys::{Once, OnceKey};
pub use memory::cache;
pub use pastes::{Cursor, NewPaste, Paste, Span, Totals};
pub use postgres::Postgres;
pub use s3::{Deadlines, S3Blobs, S3Settings};
pub use secret::Secret;
pub use time::{Clock, Timestamp};
pub use tokens::{AccessToken, NewToken, Scope, Scopes, TOKENS_MAX};
pub use types::{BadId, BadVisibility, PasteId, UserId, Visibility};
pub use upkeep::{Purged, Swept};

use std::fs::File;
use std::sync::Arc;

use bytes::Bytes;
use quick_cache::sync::Cache;

use batch::Batches;
use creates::Create;
use flights::Flights;
use rows::Rows;

/// Memory for texts and rows together, where nobody says: see [`Store::keeping`].
const CACHE_BYTES: u64 = 32 * 1024 * 1024;

/// A text larger than this is not worth the room it takes from a thousand small ones.
const TEXT_CACHE_LARGEST: u64 = 2 * 1024 * 1024;

pub type Result<T, E = Error> = std::result::Result<T, E>;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error(transparent)]
    Database(#[from] sqlx::Error),
    #[error("the id {0} is taken")]
    IdTaken(PasteId),
    #[error("this key has made a paste already")]
    KeyUsed,
    #[error("too much waits to be written")]
    Busy,
    /// Of a statement that several were answered by.
    #[error("{0}")]
    Shared(Arc<Error>),
    #[error("this user has {TOKENS_MAX} access tokens")]
    TooManyTokens,
    #[error("this email is registered already")]
    EmailTaken,
    #[error("paste {0} was deleted while it was read")]
    Gone(PasteId),
    #[error("the text of paste {0} is missing from the blob store")]
    TextMissing(PasteId),
    #[error("the text of paste {0} does not match its checksum")]
    TextDamaged(PasteId),
    #[error("the blob store does not do as it is asked: {0}")]
    Blobs(BlobsError),
    #[error("a text could not be compressed: {0}")]
    Compression(std::io::Error),
    #[error(
        "the database has migration {0}, which this program does not know: it is from a newer version"
    )]
    NewerDatabase(i64),
    #[error("the database could not be migrated: {0}")]
    Migration(sqlx::migrate::MigrateError),
}

impl Error {
    /// What it is, for how many it may ever be.
    pub fn root(&self) -> &Self {
        match self {
            Self::Shared(error) => error.root(),
            other => other,
        }
    }

    /// Whether the database or the blob store is at fault, and the same may work in a while.
    pub fn is_outage(&self) -> bool {
        match self.root() {
            Self::Blobs(_) | Self::Busy => true,
            Self::Database(error) => db::is_outage(error),
            _ => false,
        }
    }
}

/// The way to everything that is kept. Cheap to clone; all clones share what it has in memory.
#[derive(Clone, Debug)]
pub struct Store {
    db: Db,
    blobs: Arc<dyn BlobStore>,
    texts: Arc<Cache<BlobKey, Bytes, TextWeight>>,
    unpacked: Arc<Flights<BlobKey, Bytes>>,
    packed: Arc<Flights<BlobKey, Bytes>>,
    rows: Arc<Rows>,
    creates: Arc<Batches<Create>>,
    cache_bytes: u64,
}

impl Store {
    /// A store whose texts are in a table of the same database.
    pub fn new(db: Db) -> Self {
        let blobs = Arc::new(TableBlobs::new(db.clone()));
        Self::with_blobs(db, blobs)
    }

    /// A store whose texts are elsewhere.
    pub fn with_blobs(db: Db, blobs: Arc<dyn BlobStore>) -> Self {
        let (rows, creates) = (Arc::new(Rows::new(&db)), Arc::new(creates::batches(&db)));
        let texts = Arc::new(texts(CACHE_BYTES));
        let (unpacked, packed) = (Arc::default(), Arc::default());
        Self { db, blobs, texts, unpacked, packed, rows, creates, cache_bytes: CACHE_BYTES }
    }

    /// With so much memory for what is kept of texts (three quarters) and rows.
    #[must_use]
    pub fn keeping(mut self, bytes: u64) -> Self {
        self.texts = Arc::new(texts(bytes));
        self.cache_bytes = bytes;
        self
    }

    /// For the one process that makes and changes pastes in this database, as it can know of an
    /// embedded one: rows are kept in memory. `claim` is what says so, and is held as long.
    #[must_use]
    pub fn alone(mut self, claim: File) -> Self {
        self.rows = Arc::new(Rows::kept(&self.db, claim, self.cache_bytes / 4));
        self
    }

    pub fn db(&self) -> &Db {
        &self.db
    }

    pub fn blobs(&self) -> &dyn BlobStore {
        &*self.blobs
    }

    /// Whether database and blob store answer.
    pub async fn ping(&self) -> Result<()> {
        self.db.ping().await?;
        self.blobs.ping().await
    }
}

fn texts(cache_bytes: u64) -> Cache<BlobKey, Bytes, TextWeight> {
    memory::cache(cache_bytes / 4 * 3, 10_000, TEXT_CACHE_LARGEST, TextWeight)
}

#[derive(Clone, Debug)]
struct TextWeight;

impl quick_cache::Weighter<BlobKey, Bytes> for TextWeight {
    fn weight(&self, _: &BlobKey, text: &Bytes) -> u64 {
        // The key, the entry and the allocation cost about this much beside the text.
        text.len() as u64 + 256
    }
}
