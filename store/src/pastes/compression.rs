use std::cell::RefCell;
use std::io;
use std::num::NonZero;
use std::sync::{Arc, LazyLock};
use std::thread::available_parallelism;

use bytes::Bytes;
use sha2::{Digest, Sha256};
use tokio::sync::Semaphore;
use zstd::bulk::Compressor;

use crate::error::{Error, Result};
use crate::rows::paste::Paste;

/// zstd's default: logs shrink eightfold at some 200 MB/s, and reading costs nothing to speak of.
const COMPRESSION_LEVEL: i32 = 3;

/// A text smaller than this is compressed where it stands: handing it to a thread costs more.
pub(super) const COMPRESS_INLINE: u64 = 64 * 1024;

/// Small texts by a packer that each thread has: to make one takes longer than to use it. One that
/// has packed a large text keeps megabytes for the next.
pub(super) fn pack(text: &[u8]) -> io::Result<Vec<u8>> {
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

pub(super) fn unpack(paste: &Paste, body: &[u8]) -> Result<Bytes> {
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

pub(super) async fn off_thread<T: Send + 'static>(
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
