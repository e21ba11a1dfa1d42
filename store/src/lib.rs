//! What Pastebin keeps and where: metadata in SQL, texts as blobs.
//!
//! The database is the only truth: a row decides whether a paste exists, and for whom. Every
//! query of the project stands in this crate and runs on either engine.
//!
//! The modules stand in layers, the lowest first. A file imports from its own folder and from
//! layers above this line only.

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

pub use crate::time::{Clock, Timestamp};
pub use accounts::secret::Secret;
pub use accounts::tokens::{AccessToken, NewToken, Scope, Scopes, TOKENS_MAX};
pub use accounts::users::{NewUser, User};
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
pub use error::{BlobsError, Error, Result};
pub use maintenance::purge::Purged;
pub use maintenance::sweep::Swept;
pub use pastes::change::{Change, Editor, If};
pub use pastes::idempotency::Once;
pub use pastes::list::{Cursor, Span, Totals};
pub use rows::idempotency::OnceKey;
pub use rows::paste::{NewPaste, Paste};
pub use settings::database::DatabaseUrl;
pub use settings::s3::S3;
pub use settings::{ExposeSecret, SecretString, SettingError};
pub use store::Store;
pub use types::{BadId, BadVisibility, PasteId, UserId, Visibility};
