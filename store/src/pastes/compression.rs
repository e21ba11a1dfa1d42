//! Texts are compressed by zstd, large ones on the threads for blocking work.

use std::cell::RefCell;
use std::io;
use std::num::NonZero;
use std::sync::{Arc, LazyLock};
use std::thread::available_parallelism;

use bytes::Bytes;
use sha2::{Digest, Sha256};
use tokio::sync::Semaphore;
use zstd::bulk::Compressor;

use crate::db::uninterrupted;
use crate::error::{Error, Result};
use crate::rows::paste::Paste;

/// The default of zstd: logs shrink to an eighth at about 200 MB/s. Decompression is far faster.
const COMPRESSION_LEVEL: i32 = 3;

/// In bytes. A smaller text is handled on the calling thread: handing it over costs more.
pub(super) const COMPRESS_INLINE: u64 = 64 * 1024;

/// The largest value of `MAX_PASTE_BYTES`. A damaged row may claim any size.
const LONGEST_TEXT: u64 = 1024 * 1024 * 1024;

/// Small texts share one compressor for each thread, because making one takes longer than using it.
/// Large texts get their own: a compressor keeps the megabytes that it needed for a large text.
pub(super) fn pack(text: &[u8]) -> io::Result<Vec<u8>> {
    thread_local! {
        static COMPRESSOR: RefCell<Option<Compressor<'static>>> = const { RefCell::new(None) };
    }
    if text.len() as u64 >= COMPRESS_INLINE {
        return zstd::bulk::compress(text, COMPRESSION_LEVEL);
    }
    COMPRESSOR.with_borrow_mut(|compressor| {
        let compressor = match compressor {
            Some(compressor) => compressor,
            None => compressor.insert(Compressor::new(COMPRESSION_LEVEL)?),
        };
        compressor.compress(text)
    })
}

/// The longest that [`pack`] makes of a text of this many bytes.
pub(super) fn max_packed(bytes: u64) -> usize {
    zstd::zstd_safe::compress_bound(usize::try_from(bytes.min(LONGEST_TEXT)).unwrap_or(usize::MAX))
}

/// The text, checked against the length and the SHA-256 in the row.
pub(super) fn unpack(paste: &Paste, body: &[u8]) -> Result<Bytes> {
    let damaged = || Error::TextDamaged(paste.id.clone());
    let length = usize::try_from(paste.bytes).map_err(|_| damaged())?;
    // Checked before memory is allocated: a damaged row may claim any size.
    let size = zstd::zstd_safe::get_frame_content_size(body).ok().flatten();
    if size != Some(paste.bytes) {
        return Err(damaged());
    }
    let text = zstd::bulk::decompress(body, length).map_err(|_| damaged())?;
    if Sha256::digest(&text)[..] == paste.sha256 { Ok(text.into()) } else { Err(damaged()) }
}

/// Large texts that are handled at a time: two for each core.
static SLOTS: LazyLock<Arc<Semaphore>> =
    LazyLock::new(|| Arc::new(Semaphore::new(2 * available_parallelism().map_or(1, NonZero::get))));

/// Runs the work on this thread if it is `small`, else on a thread for blocking work.
pub(super) async fn run_blocking<T: Send + 'static>(
    small: bool,
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    if small {
        return work();
    }
    // The work holds the slot, because it runs on if the caller is cancelled. The semaphore is
    // never closed, so this is no error.
    let slot = SLOTS.clone().acquire_owned().await.ok();
    let work = move || {
        let _slot = slot;
        work()
    };
    tokio::task::spawn_blocking(work)
        .await
        .unwrap_or_else(|error| Err(Error::Compression(uninterrupted::ended(&error))))
}
