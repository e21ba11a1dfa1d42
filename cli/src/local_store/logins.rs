//! The servers that the user is logged in to, with their tokens.

use std::collections::BTreeMap;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::local_store::json_file::JsonFile;
use crate::server::Server;

#[derive(Debug)]
pub(crate) struct Logins(JsonFile);

/// The content of `login.json`.
#[derive(Default, Deserialize, Serialize)]
struct Content {
    /// The default server: that of the last login.
    server: Option<Server>,
    tokens: BTreeMap<Server, String>,
}

impl Logins {
    pub(crate) fn in_folder(folder: &Path) -> Self {
        Self(JsonFile { folder: folder.to_owned(), name: "login" })
    }

    pub(crate) fn default_server(&self) -> Result<Option<Server>, Error> {
        Ok(self.0.read::<Content>()?.server)
    }

    pub(crate) fn token(&self, server: &Server) -> Result<Option<String>, Error> {
        Ok(self.0.read::<Content>()?.tokens.remove(server))
    }

    /// Saves the token and makes `server` the default.
    pub(crate) fn save(&self, server: &Server, token: String) -> Result<(), Error> {
        self.0.update(|content: &mut Content| {
            content.server = Some(server.clone());
            content.tokens.insert(server.clone(), token);
        })
    }

    /// Removes the token. The default server stays.
    pub(crate) fn remove(&self, server: &Server) -> Result<(), Error> {
        self.0.update(|content: &mut Content| {
            content.tokens.remove(server);
        })
    }
}
