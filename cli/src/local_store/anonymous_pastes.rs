//! The pastes that this computer created without an account, each with the delete token that lets
//! it change or delete the paste.

use std::path::Path;

use serde::{Deserialize, Serialize};
use time::{Duration, OffsetDateTime};

use crate::api::Paste;
use crate::error::Error;
use crate::local_store::json_file::JsonFile;
use crate::server::Server;
use crate::target::Target;

/// An expired paste stays in the file this much longer, because the clock of this computer may be
/// ahead of the server's.
const CLOCK_SKEW: Duration = Duration::HOUR;

#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) struct AnonymousPaste {
    pub(crate) server: Server,
    pub(crate) delete_token: String,
    pub(crate) paste: Paste,
}

#[derive(Debug)]
pub(crate) struct AnonymousPastes(JsonFile);

/// The content of `pastes.json`, oldest paste first.
#[derive(Default, Deserialize, Serialize)]
struct Content {
    pastes: Vec<AnonymousPaste>,
}

impl AnonymousPastes {
    pub(crate) fn in_folder(folder: &Path) -> Self {
        Self(JsonFile { folder: folder.to_owned(), name: "pastes" })
    }

    pub(crate) fn add(&self, paste: AnonymousPaste) -> Result<(), Error> {
        self.update(|pastes| pastes.push(paste))
    }

    pub(crate) fn find(&self, server: &Server, id: &str) -> Result<Option<AnonymousPaste>, Error> {
        let content: Content = self.0.read()?;
        Ok(content.pastes.into_iter().find(|paste| paste.matches(server, id)))
    }

    /// The unexpired pastes on `server`, newest first.
    pub(crate) fn list(&self, server: &Server) -> Result<Vec<AnonymousPaste>, Error> {
        let content: Content = self.0.read()?;
        let mut pastes = content.pastes;
        let now = OffsetDateTime::now_utc();
        pastes.retain(|paste| paste.is_on(server) && !paste.is_expired(now));
        pastes.reverse();
        Ok(pastes)
    }

    /// Replaces the saved details of a paste after an edit.
    pub(crate) fn replace(&self, server: &Server, edited: &Paste) -> Result<(), Error> {
        self.update(|pastes| {
            for saved in pastes.iter_mut().filter(|saved| saved.matches(server, &edited.id)) {
                saved.paste = edited.clone();
            }
        })
    }

    pub(crate) fn remove(&self, server: &Server, id: &str) -> Result<(), Error> {
        self.update(|pastes| pastes.retain(|paste| !paste.matches(server, id)))
    }

    /// Applies `change` and removes expired pastes.
    fn update(&self, change: impl FnOnce(&mut Vec<AnonymousPaste>)) -> Result<(), Error> {
        self.0.update(|content: &mut Content| {
            change(&mut content.pastes);
            let now = OffsetDateTime::now_utc();
            content.pastes.retain(|paste| !paste.is_expired(now));
        })
    }
}

impl AnonymousPaste {
    fn matches(&self, server: &Server, id: &str) -> bool {
        self.paste.id == id && self.is_on(server)
    }

    /// Compares `server` with the address that the paste was sent to and with the address in its
    /// link.
    fn is_on(&self, server: &Server) -> bool {
        let link_server = || self.paste.url.parse::<Target>().ok().and_then(|link| link.server);
        self.server == *server || link_server().as_ref() == Some(server)
    }

    fn is_expired(&self, now: OffsetDateTime) -> bool {
        self.paste.expires_at.is_some_and(|expiry| expiry + CLOCK_SKEW < now)
    }
}
