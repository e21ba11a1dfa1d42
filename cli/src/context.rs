//! The server, credentials and local files that a command works with.

use crate::client::Client;
use crate::client::credential::Credential;
use crate::environment::Environment;
use crate::error::Error;
use crate::local_store::anonymous_pastes::AnonymousPastes;
use crate::local_store::logins::Logins;
use crate::server::Server;
use crate::target::Target;

#[derive(Debug)]
pub(crate) struct Context {
    pub(crate) client: Client,
    /// The server for commands that name no other.
    pub(crate) server: Server,
    /// `PB_TOKEN`, with the only server that it is sent to.
    environment_token: Option<(Server, String)>,
    pub(crate) logins: Logins,
    pub(crate) anonymous_pastes: AnonymousPastes,
    pub(crate) json: bool,
}

impl Context {
    /// Picks the server: `--server`, else `PB_SERVER`, else that of the last login, else the local
    /// default.
    pub(crate) fn new(
        environment: Environment,
        server_option: Option<Server>,
        json: bool,
    ) -> Result<Self, Error> {
        let logins = Logins::in_folder(&environment.config_dir);
        let server = match server_option.or_else(|| environment.server.clone()) {
            Some(server) => Some(server),
            None => logins.default_server()?.or_else(Server::local_default),
        };
        let server = server.ok_or_else(|| Error::Usage("which server? --server".to_owned()))?;
        let token_server = environment.server.unwrap_or_else(|| server.clone());
        Ok(Self {
            client: Client::new(),
            environment_token: environment.token.map(|token| (token_server, token)),
            server,
            logins,
            anonymous_pastes: AnonymousPastes::in_folder(&environment.state_dir),
            json,
        })
    }

    /// The server in the target's link. For a bare id, the default server.
    pub(crate) fn server_of<'a>(&'a self, target: &'a Target) -> &'a Server {
        target.server.as_ref().unwrap_or(&self.server)
    }

    /// The token for `server`. A token is never sent to another server.
    fn token(&self, server: &Server) -> Result<Option<String>, Error> {
        match &self.environment_token {
            Some((token_server, token)) if token_server == server => Ok(Some(token.clone())),
            _ => self.logins.token(server),
        }
    }

    pub(crate) fn credential(&self, server: &Server) -> Result<Credential, Error> {
        Ok(self.token(server)?.map_or(Credential::Anonymous, Credential::Token))
    }

    /// The credential to edit or delete a paste: its delete token if this computer has saved one.
    pub(crate) fn credential_to_change(
        &self,
        server: &Server,
        id: &str,
    ) -> Result<Credential, Error> {
        match self.anonymous_pastes.find(server, id)? {
            Some(paste) => Ok(Credential::DeleteToken(paste.delete_token)),
            None => self.credential(server),
        }
    }
}

#[cfg(test)]
mod tests;
