//! The pastes that this computer made without a token, and what lets it change them.

use std::path::Path;

use serde::{Deserialize, Serialize};
use time::{Duration, OffsetDateTime};
use url::Url;

use super::Kept;
use crate::error::Error;
use crate::paste::Paste;
use crate::server::Server;

/// The clock here may be ahead of the server's.
const GRACE: Duration = Duration::HOUR;

#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) struct Made {
    pub(crate) server: Server,
    pub(crate) delete_token: String,
    pub(crate) paste: Paste,
}

#[derive(Debug)]
pub(crate) struct MadeHere(Kept);

#[derive(Default, Deserialize, Serialize)]
struct Saved {
    pastes: Vec<Made>,
}

impl MadeHere {
    pub(crate) fn in_folder(folder: &Path) -> Self {
        Self(Kept { folder: folder.to_owned(), name: "pastes" })
    }

    pub(crate) fn remember(&self, made: Made) -> Result<(), Error> {
        self.update(|pastes| pastes.push(made))
    }

    pub(crate) fn find(&self, server: &Server, id: &str) -> Result<Option<Made>, Error> {
        let saved: Saved = self.0.read()?;
        Ok(saved.pastes.into_iter().find(|made| made.is(server, id)))
    }

    /// The newest first.
    pub(crate) fn on(&self, server: &Server) -> Result<Vec<Made>, Error> {
        let saved: Saved = self.0.read()?;
        let mut pastes = saved.pastes;
        pastes.retain(|made| made.is_on(server) && !made.is_expired(OffsetDateTime::now_utc()));
        pastes.reverse();
        Ok(pastes)
    }

    pub(crate) fn change(&self, server: &Server, paste: &Paste) -> Result<(), Error> {
        self.update(|pastes| {
            for made in pastes.iter_mut().filter(|made| made.is(server, &paste.id)) {
                made.paste = paste.clone();
            }
        })
    }

    pub(crate) fn forget(&self, server: &Server, id: &str) -> Result<(), Error> {
        self.update(|pastes| pastes.retain(|made| !made.is(server, id)))
    }

    fn update(&self, change: impl FnOnce(&mut Vec<Made>)) -> Result<(), Error> {
        self.0.update(|saved: &mut Saved| {
            change(&mut saved.pastes);
            let now = OffsetDateTime::now_utc();
            saved.pastes.retain(|made| !made.is_expired(now));
        })
    }
}

impl Made {
    fn is(&self, server: &Server, id: &str) -> bool {
        self.paste.id == id && self.is_on(server)
    }

    /// By the address that it was sent to, or by the one that the server says it has.
    fn is_on(&self, server: &Server) -> bool {
        let link = || Url::parse(&self.paste.url).ok().and_then(|link| Server::of(&link).ok());
        self.server == *server || link().as_ref() == Some(server)
    }

    fn is_expired(&self, now: OffsetDateTime) -> bool {
        self.paste.expires_at.is_some_and(|end| end + GRACE < now)
    }
}
