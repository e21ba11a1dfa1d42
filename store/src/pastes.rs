use std::cell::RefCell;
use std::fmt;
use std::io;
use std::num::NonZero;
use std::str::FromStr;
use std::sync::{Arc, LazyLock};
use std::thread::available_parallelism;

use bytes::Bytes;
use sha2::{Digest, Sha256};
use tokio::sync::Semaphore;
use zstd::bulk::Compressor;

use crate::blobs::BlobKey;
use crate::creates::{Create, insert_rows};
use crate::db::transaction;
use crate::keys::OnceKey;
use crate::read;
use crate::{
    Clock, Error, PasteId, Result, Store, TEXT_CACHE_LARGEST, Timestamp, UserId, Visibility,
};

/// zstd's default: logs shrink eightfold at some 200 MB/s, and reading costs nothing to speak of.
const COMPRESSION_LEVEL: i32 = 3;

/// A text smaller than this is compressed where it stands: handing it to a thread costs more.
const COMPRESS_INLINE: u64 = 64 * 1024;

/// All that is known of a paste but its text.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Paste {
    #[sqlx(try_from = "String")]
    pub id: PasteId,
    #[sqlx(rename = "owner_id")]
    pub owner: Option<UserId>,
    pub title: String,
    /// The slug of a syntax.
    pub syntax: String,
    /// The syntax is our guess, not the author's choice.
    pub syntax_guessed: bool,
    #[sqlx(try_from = "String")]
    pub visibility: Visibility,
    #[sqlx(try_from = "i64")]
    pub bytes: u64,
    #[sqlx(try_from = "i64")]
    pub lines: u64,
    pub created_at: Timestamp,
    /// `None` lives until it is deleted.
    pub expires_at: Option<Timestamp>,
    pub sha256: Vec<u8>,
    pub blob_key: BlobKey,
    /// Of the token that changes or deletes it, where its author has no account.
    pub delete_token_hash: Option<Vec<u8>>,
}

/// A paste to be made. Title, syntax and text are kept as they are: whoever calls has judged them.
#[derive(Clone, Debug)]
pub struct NewPaste {
    pub id: PasteId,
    pub owner: Option<UserId>,
    pub title: String,
    pub syntax: String,
    pub syntax_guessed: bool,
    pub visibility: Visibility,
    pub expires_at: Option<Timestamp>,
    pub delete_token_hash: Option<Vec<u8>>,
    pub text: Bytes,
}

/// A place in a list that is ordered newest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor {
    pub created_at: Timestamp,
    pub id: String,
}

/// The part of a list after `after` and up to and with `until`; the ends are open where `None`.
#[derive(Clone, Debug, Default)]
pub struct Span {
    pub after: Option<Cursor>,
    pub until: Option<Cursor>,
    pub limit: u32,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, sqlx::FromRow)]
pub struct Totals {
    #[sqlx(try_from = "i64")]
    pub count: u64,
    #[sqlx(try_from = "i64")]
    pub bytes: u64,
}

/// A query for pastes, and for `more` columns than a [`Paste`] has.
macro_rules! columns {
    () => {
        "id, owner_id, title, syntax, syntax_guessed, visibility, bytes, lines, created_at, expires_at, sha256, blob_key, delete_token_hash"
    };
    ($(and $more:literal,)? $rest:literal) => {
        concat!(
            "select ",
            $crate::pastes::columns!(),
            $(", ", $more,)?
            " from pastes ",
            $rest
        )
    };
}
pub(crate) use columns;

/// The insert of pastes; `rest` gives their columns, in this order.
macro_rules! insert_into {
    ($rest:literal) => {
        concat!(
            "insert into pastes (id, owner_id, title, syntax, syntax_guessed, visibility, bytes, lines, sha256, blob_key, created_at, expires_at, delete_token_hash) ",
            $rest
        )
    };
}
pub(crate) use insert_into;

impl Store {
    /// Keeps the text, then the row that names it; when this returns, both are on disk.
    ///
    /// # Errors
    /// [`Error::IdTaken`] where the id was given away before; nothing is kept then.
    pub async fn create(&self, new: NewPaste, now: Timestamp) -> Result<Paste> {
        self.insert(new, None, now).await
    }

    /// As [`Store::create`], once for a key: the same step that keeps the row remembers the key.
    ///
    /// # Errors
    /// [`Error::KeyUsed`] where [`Store::made_under`] knows the key; nothing is kept then.
    pub async fn create_once(&self, new: NewPaste, key: OnceKey, now: Timestamp) -> Result<Paste> {
        self.insert(new, Some(key), now).await
    }

    async fn insert(&self, new: NewPaste, key: Option<OnceKey>, now: Timestamp) -> Result<Paste> {
        let (paste, body) = prepare(new, now).await?;
        let in_table = self.blobs.database().is_some();
        if !in_table {
            self.blobs.put(&paste.blob_key, body.clone(), now).await?;
        }
        let create = Create { paste, body: Some(body).filter(|_| in_table), key };
        let inserted = match (&create.key, &self.db) {
            (Some(_), crate::Db::Postgres(_)) => self.insert_once(create.clone()).await,
            _ => self.creates.ask(create.clone()).await,
        };
        let paste = create.paste;
        // Whoever asked for it before there was one.
        self.rows.forget(&paste.id);
        if !in_table && matches!(inserted, Err(Error::IdTaken(_) | Error::KeyUsed)) {
            // Where this fails as well, the sweep finds the text.
            let _ = self.blobs.delete(std::slice::from_ref(&paste.blob_key)).await;
        }
        inserted.map(|()| paste)
    }

    /// On PostgreSQL, which commits many at once, a create with a key has a transaction of its own:
    /// what one does with two tables, and with a key that may be in use, no one statement can.
    async fn insert_once(&self, create: Create) -> Result<()> {
        transaction!(self.db, tx => insert_rows!(std::slice::from_ref(&create), tx));
        Ok(())
    }

    /// The paste, where it is there now and `viewer` may see it. Deleted, expired, foreign and
    /// unknown ones are all the same `None`.
    pub async fn visible_paste(
        &self,
        id: &PasteId,
        viewer: Option<UserId>,
        clock: &Clock,
    ) -> Result<Option<Arc<Paste>>> {
        let paste = self.rows.find(id).await?;
        // While the database was asked, its time may have come.
        let now = clock.now();
        Ok(paste.filter(|paste| !paste.is_over(now) && paste.is_visible_to(viewer)))
    }

    /// The text, byte for byte as it was given.
    ///
    /// # Errors
    /// [`Error::Gone`] where the paste was deleted and purged since it was found;
    /// [`Error::TextMissing`] and [`Error::TextDamaged`]: never an empty or a half text.
    pub async fn text(&self, paste: &Paste) -> Result<Bytes> {
        if let Some(text) = self.texts.get(&paste.blob_key) {
            return Ok(text);
        }
        let (store, wanted) = (self.clone(), paste.clone());
        let load = async move {
            let text = store.load_text(&wanted).await?;
            if wanted.bytes <= TEXT_CACHE_LARGEST {
                store.texts.insert(wanted.blob_key, text.clone());
            }
            Ok(text)
        };
        self.unpacked.join(&paste.blob_key, load).await
    }

    async fn load_text(&self, paste: &Paste) -> Result<Bytes> {
        let body = self.body(paste).await?;
        let paste = paste.clone();
        off_thread(paste.bytes < COMPRESS_INLINE, move || unpack(&paste, &body)).await
    }

    /// The text as it is kept: one zstd frame, after a check that it unpacks to what its row says.
    ///
    /// # Errors
    /// As [`Store::text`].
    pub async fn packed_text(&self, paste: &Paste) -> Result<Bytes> {
        let (store, paste) = (self.clone(), paste.clone());
        let key = paste.blob_key.clone();
        let load = async move {
            let body = store.body(&paste).await?;
            let packed = body.clone();
            off_thread(paste.bytes < COMPRESS_INLINE, move || unpack(&paste, &packed)).await?;
            Ok(body)
        };
        self.packed.join(&key, load).await
    }

    async fn body(&self, paste: &Paste) -> Result<Bytes> {
        if let Some(body) = self.blobs.get(&paste.blob_key).await? {
            return Ok(body);
        }
        let missing = if self.is_kept(paste).await? { Error::TextMissing } else { Error::Gone };
        Err(missing(paste.id.clone()))
    }

    /// Whether the row still names this text.
    async fn is_kept(&self, paste: &Paste) -> Result<bool> {
        let id: Option<String> = read!(&self.db, pool => {
            sqlx::query_scalar("select id from pastes where blob_key = $1 and deleted_at is null")
                .bind(&paste.blob_key)
                .fetch_optional(pool)
                .await
        })?;
        Ok(id.is_some())
    }

    /// Pastes of `owner` that are there now, newest first.
    pub async fn pastes_of(
        &self,
        owner: UserId,
        span: &Span,
        now: Timestamp,
    ) -> Result<Vec<Paste>> {
        let (after, until) = (span.upper(), span.lower());
        Ok(read!(&self.db, pool => {
            sqlx::query_as(columns!(
                "where owner_id = $1 and deleted_at is null and (expires_at is null or expires_at > $2)
                 and (created_at, id) < ($3, $4) and (created_at, id) >= ($5, $6)
                 order by created_at desc, id desc limit $7"
            ))
            .bind(owner)
            .bind(now)
            .bind(after.created_at)
            .bind(&after.id)
            .bind(until.created_at)
            .bind(&until.id)
            .bind(i64::from(span.limit))
            .fetch_all(pool)
            .await
        })?)
    }

    /// Public pastes that are there now, newest first.
    pub async fn public_pastes(&self, span: &Span, now: Timestamp) -> Result<Vec<Paste>> {
        let (after, until) = (span.upper(), span.lower());
        Ok(read!(&self.db, pool => {
            sqlx::query_as(columns!(
                "where visibility = 'public' and deleted_at is null and (expires_at is null or expires_at > $1)
                 and (created_at, id) < ($2, $3) and (created_at, id) >= ($4, $5)
                 order by created_at desc, id desc limit $6"
            ))
            .bind(now)
            .bind(after.created_at)
            .bind(&after.id)
            .bind(until.created_at)
            .bind(&until.id)
            .bind(i64::from(span.limit))
            .fetch_all(pool)
            .await
        })?)
    }

    /// How many pastes of `owner` are there now, and the size of their texts together.
    pub async fn totals_of(&self, owner: UserId, now: Timestamp) -> Result<Totals> {
        Ok(read!(&self.db, pool => {
            sqlx::query_as(
                "select count(*) as count, cast(coalesce(sum(bytes), 0) as bigint) as bytes from pastes
                 where owner_id = $1 and deleted_at is null and (expires_at is null or expires_at > $2)",
            )
            .bind(owner)
            .bind(now)
            .fetch_one(pool)
            .await
        })?)
    }
}

async fn prepare(new: NewPaste, now: Timestamp) -> Result<(Paste, Bytes)> {
    let blob_key =
        BlobKey::random().map_err(|error| Error::Compression(io::Error::other(error)))?;
    off_thread((new.text.len() as u64) < COMPRESS_INLINE, move || {
        let body = pack(&new.text).map_err(Error::Compression)?;
        let paste = Paste {
            id: new.id,
            owner: new.owner,
            title: new.title,
            syntax: new.syntax,
            syntax_guessed: new.syntax_guessed,
            visibility: new.visibility,
            bytes: new.text.len() as u64,
            lines: count_lines(&new.text),
            created_at: now,
            expires_at: new.expires_at,
            delete_token_hash: new.delete_token_hash,
            sha256: Sha256::digest(&new.text).to_vec(),
            blob_key,
        };
        Ok((paste, Bytes::from(body)))
    })
    .await
}

/// Small texts by a packer that each thread has: to make one takes longer than to use it. One that
/// has packed a large text keeps megabytes for the next.
fn pack(text: &[u8]) -> io::Result<Vec<u8>> {
    thread_local! {
        static PACKER: RefCell<Option<Compressor<'static>>> = const { RefCell::new(None) };
    }
    if text.len() as u64 >= COMPRESS_INLINE {
        return zstd::bulk::compress(text, COMPRESSION_LEVEL);
    }
    PACKER.with_borrow_mut(|packer| {
        let packer = match packer {
            Some(packer) => packer,
            None => packer.insert(Compressor::new(COMPRESSION_LEVEL)?),
        };
        packer.compress(text)
    })
}

fn unpack(paste: &Paste, body: &[u8]) -> Result<Bytes> {
    let damaged = || Error::TextDamaged(paste.id.clone());
    let length = usize::try_from(paste.bytes).map_err(|_| damaged())?;
    // Before room is made for it: a damaged row may ask for more memory than there is.
    let size = zstd::zstd_safe::get_frame_content_size(body).ok().flatten();
    if size != Some(paste.bytes) {
        return Err(damaged());
    }
    let text = zstd::bulk::decompress(body, length).map_err(|_| damaged())?;
    if Sha256::digest(&text)[..] == paste.sha256 { Ok(text.into()) } else { Err(damaged()) }
}

/// Large texts that are packed or unpacked at a time: twice the cores, for whatever else they do.
static PACKERS: LazyLock<Arc<Semaphore>> =
    LazyLock::new(|| Arc::new(Semaphore::new(2 * available_parallelism().map_or(1, NonZero::get))));

async fn off_thread<T: Send + 'static>(
    small: bool,
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    if small {
        return work();
    }
    // The place is the work's own: it is done even where whoever waited has gone. Nobody closes it.
    let place = PACKERS.clone().acquire_owned().await.ok();
    let work = move || {
        let _place = place;
        work()
    };
    tokio::task::spawn_blocking(work)
        .await
        .unwrap_or_else(|error| Err(Error::Compression(io::Error::other(error))))
}

/// Lines as an editor counts them: a newline at the end closes the last line, it opens no other.
fn count_lines(text: &[u8]) -> u64 {
    let newlines = memchr::memchr_iter(b'\n', text).count() as u64;
    newlines + u64::from(text.last().is_some_and(|last| *last != b'\n'))
}

impl Paste {
    fn is_over(&self, now: Timestamp) -> bool {
        self.expires_at.is_some_and(|at| at <= now)
    }

    fn is_visible_to(&self, viewer: Option<UserId>) -> bool {
        self.visibility != Visibility::Private || (self.owner.is_some() && self.owner == viewer)
    }

    pub fn cursor(&self) -> Cursor {
        Cursor { created_at: self.created_at, id: self.id.as_str().to_owned() }
    }
}

impl Span {
    fn upper(&self) -> Cursor {
        // "~" is after every character of an id.
        self.after
            .clone()
            .unwrap_or_else(|| Cursor { created_at: Timestamp(i64::MAX), id: "~".to_owned() })
    }

    fn lower(&self) -> Cursor {
        self.until.clone().unwrap_or_else(|| Cursor { created_at: Timestamp(0), id: String::new() })
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        core::write!(f, "{}-{}", self.created_at.0, self.id)
    }
}

#[derive(Debug, thiserror::Error)]
#[error("not a place in a list")]
pub struct BadCursor;

impl FromStr for Cursor {
    type Err = BadCursor;

    fn from_str(cursor: &str) -> Result<Self, BadCursor> {
        let (millis, id) = cursor.split_once('-').ok_or(BadCursor)?;
        let created_at = Timestamp(millis.parse().map_err(|_| BadCursor)?);
        let id: PasteId = id.parse().map_err(|_| BadCursor)?;
        Ok(Self { created_at, id: id.as_str().to_owned() })
    }
}
