//! What each command does.

mod create;
mod edit;
mod get;
mod info;
mod login;
mod ls;
mod rm;

use clap::CommandFactory as _;
use clap_complete::Shell;

use crate::arguments::Cli;
use crate::client::Client;
use crate::client::credential::Credential;
use crate::environment::Environment;
use crate::error::Error;
use crate::local_store::anonymous_pastes::AnonymousPastes;
use crate::local_store::logins::Logins;
use crate::output;
use crate::server::Server;
use crate::target::Target;

pub(crate) use create::create;
pub(crate) use edit::edit;
pub(crate) use get::get;
pub(crate) use info::info;
pub(crate) use login::{login, logout};
pub(crate) use ls::ls;
pub(crate) use rm::rm;

/// What every command works with.
#[derive(Debug)]
pub(crate) struct Pb {
    client: Client,
    /// The one in use.
    server: Server,
    /// `PB_TOKEN`, and the one server that it is for.
    given: Option<(Server, String)>,
    logins: Logins,
    anonymous_pastes: AnonymousPastes,
    json: bool,
}

impl Pb {
    pub(crate) fn new(
        environment: Environment,
        server: Option<Server>,
        json: bool,
    ) -> Result<Self, Error> {
        let logins = Logins::in_folder(&environment.config);
        let named = server.or_else(|| environment.server.clone());
        let server = match named {
            Some(server) => Some(server),
            None => logins.default_server()?.or_else(Server::here),
        };
        let server = server.ok_or_else(|| Error::Usage("which server? --server".to_owned()))?;
        let meant = environment.server.unwrap_or_else(|| server.clone());
        Ok(Self {
            client: Client::new(),
            given: environment.token.map(|token| (meant, token)),
            server,
            logins,
            anonymous_pastes: AnonymousPastes::in_folder(&environment.state),
            json,
        })
    }

    fn server_of<'a>(&'a self, target: &'a Target) -> &'a Server {
        target.server.as_ref().unwrap_or(&self.server)
    }

    /// No token goes to a server that it is not for.
    fn token(&self, server: &Server) -> Result<Option<String>, Error> {
        match &self.given {
            Some((meant, token)) if meant == server => Ok(Some(token.clone())),
            _ => self.logins.token(server),
        }
    }

    fn credential(&self, server: &Server) -> Result<Credential, Error> {
        Ok(self.token(server)?.map_or(Credential::Anonymous, Credential::Token))
    }

    /// For a change of a paste: what came with it, where this computer made it without an account.
    fn credential_for(&self, server: &Server, id: &str) -> Result<Credential, Error> {
        match self.anonymous_pastes.find(server, id)? {
            Some(paste) => Ok(Credential::DeleteToken(paste.delete_token)),
            None => self.credential(server),
        }
    }
}

pub(crate) fn completions(shell: Shell) -> Result<(), Error> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "pb", &mut script);
    output::write(&script)
}

#[cfg(test)]
mod tests;
