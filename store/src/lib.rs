//! The data of Pastebin: metadata in an SQL database, texts as blobs.
//!
//! The database is the only source of truth: the row of a paste decides whether the paste exists,
//! and who may read it. Every query runs on SQLite and on PostgreSQL.
//!
//! Every function that returns a [`Result`] fails if the database or the blob store does. The
//! sections "Errors" name the other errors only.
//!
//! The modules below are in layers, lowest first. A file imports only from its own folder and from
//! the layers above its line.

mod log_hash;

mod error;
mod time;
mod types;

mod db;

mod blobs;

mod cache;

mod rows;

mod store;

mod accounts;

mod pastes;

mod maintenance;

mod copy;

mod settings;

mod backup;

pub use crate::time::{Clock, Timestamp};
pub use accounts::access_tokens::{AccessToken, NewToken, Scope, Scopes, TOKENS_MAX};
pub use accounts::email_key::email_key;
pub use accounts::token::Token;
pub use accounts::users::{NewUser, User};
pub use backup::{BackedUp, BackupError, Restored};
pub use blobs::s3::S3Blobs;
pub use blobs::s3::settings::{Deadlines, S3Settings};
pub use blobs::table::TableBlobs;
pub use blobs::{BlobInfo, BlobKey, BlobStore};
pub use cache::cache;
pub use cache::single_flight::SingleFlight;
pub use copy::copier::{Copied, Copier, Progress, Tally};
pub use copy::error::{CopyError, Problem};
pub use db::Db;
pub use db::postgres::Postgres;
pub use db::sqlite::Sqlite;
pub use db::write_pool::WritePool;
pub use error::{BlobsError, Error, Result};
pub use log_hash::LogHash;
pub use maintenance::purge::Purged;
pub use maintenance::sweep::Swept;
pub use maintenance::verify::Verified;
pub use pastes::change::{Change, Editor, Precondition};
pub use pastes::idempotency::RecordedCreate;
pub use pastes::list::{Cursor, Span, Totals};
pub use rows::idempotency::IdempotencyKey;
pub use rows::paste::{NewPaste, Paste};
pub use settings::database::DatabaseUrl;
pub use settings::s3::S3;
pub use settings::{ExposeSecret, SecretString, SettingError};
pub use store::Store;
pub use types::{BadId, BadVisibility, PasteId, UserId, Visibility};
