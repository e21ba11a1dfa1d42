use std::sync::Arc;

use crate::error::Result;
use crate::rows::paste::Paste;
use crate::store::Store;
use crate::time::Clock;
use crate::types::{PasteId, UserId};

impl Store {
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
}
