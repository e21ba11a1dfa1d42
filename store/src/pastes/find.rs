//! Finds a paste for its reader.

use std::sync::Arc;

use crate::error::Result;
use crate::rows::paste::Paste;
use crate::store::Store;
use crate::time::Clock;
use crate::types::{PasteId, UserId};

impl Store {
    /// The paste, if it exists now and `viewer` may see it. `None` alike for a deleted, expired,
    /// private and unknown paste.
    pub async fn visible_paste(
        &self,
        id: &PasteId,
        viewer: Option<UserId>,
        clock: &Clock,
    ) -> Result<Option<Arc<Paste>>> {
        let paste = self.rows.find(id).await?;
        // The paste may have expired during the lookup.
        let now = clock.now();
        Ok(paste.filter(|paste| !paste.is_expired(now) && paste.is_visible_to(viewer)))
    }
}
