//! The text of a paste, whose memory is counted while a request holds it.

use std::sync::Arc;

use bytes::Bytes;
use store::Paste;

use crate::error::Result;
use crate::http::body::counted;
use crate::http::quota::{QuotaExceeded, QuotaGuard};
use crate::state::App;
use crate::visitor::Visitor;

/// The text. The memory of a large text is counted for the visitor from before it is read until its
/// last slice is dropped, which may be a part that a connection has yet to send. So it must not go
/// into a cache.
///
/// # Errors
/// The memory for large texts is used up; otherwise those of [`store::Store::text`].
pub async fn load(app: &App, visitor: &Visitor, paste: &Paste) -> Result<Bytes> {
    let memory = reserve(app, visitor, paste)?;
    let text = app.store.text(paste).await?;
    Ok(match memory {
        Some(memory) => counted(text, Arc::new(memory)),
        None => text,
    })
}

/// The zstd frame in which the text is stored, which may go into a cache. It is counted while it is
/// read and unpacked for a check.
///
/// # Errors
/// As [`load`].
pub async fn load_packed(app: &App, visitor: &Visitor, paste: &Paste) -> Result<Bytes> {
    let _memory = reserve(app, visitor, paste)?;
    Ok(app.store.packed_text(paste).await?)
}

fn reserve(
    app: &App,
    visitor: &Visitor,
    paste: &Paste,
) -> Result<Option<QuotaGuard>, QuotaExceeded> {
    let bytes = usize::try_from(paste.bytes).unwrap_or(usize::MAX);
    app.admission.response_memory().reserve(visitor.client_key(), bytes)
}
