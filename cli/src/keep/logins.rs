//! Which servers somebody is logged in to.

use std::collections::BTreeMap;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::Kept;
use crate::error::Error;
use crate::server::Server;

#[derive(Debug)]
pub(crate) struct Logins(Kept);

#[derive(Default, Deserialize, Serialize)]
struct Saved {
    /// The server in use where nobody names another.
    server: Option<Server>,
    tokens: BTreeMap<Server, String>,
}

impl Logins {
    pub(crate) fn in_folder(folder: &Path) -> Self {
        Self(Kept { folder: folder.to_owned(), name: "login" })
    }

    pub(crate) fn server(&self) -> Result<Option<Server>, Error> {
        Ok(self.0.read::<Saved>()?.server)
    }

    pub(crate) fn token(&self, server: &Server) -> Result<Option<String>, Error> {
        Ok(self.0.read::<Saved>()?.tokens.remove(server))
    }

    pub(crate) fn save(&self, server: &Server, token: String) -> Result<(), Error> {
        self.0.update(|saved: &mut Saved| {
            saved.server = Some(server.clone());
            saved.tokens.insert(server.clone(), token);
        })
    }

    pub(crate) fn forget(&self, server: &Server) -> Result<(), Error> {
        self.0.update(|saved: &mut Saved| {
            saved.tokens.remove(server);
        })
    }
}
