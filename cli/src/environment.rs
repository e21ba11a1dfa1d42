//! Environment variables and the folders of local files.

use std::path::PathBuf;

use etcetera::BaseStrategy as _;

use crate::error::Error;
use crate::server::Server;

#[derive(Debug)]
pub(crate) struct Environment {
    /// `PB_SERVER`
    pub(crate) server: Option<Server>,
    /// `PB_TOKEN`
    pub(crate) token: Option<String>,
    /// The folder of logins, such as `~/.config/pb`.
    pub(crate) config_dir: PathBuf,
    /// The folder of anonymous pastes, such as `~/.local/state/pb`.
    pub(crate) state_dir: PathBuf,
}

impl Environment {
    pub(crate) fn from_process() -> Result<Self, Error> {
        let folders = etcetera::choose_base_strategy()
            .map_err(|_| Error::Local("there is no home folder: set HOME".to_owned()))?;
        let state_dir = folders.state_dir().unwrap_or_else(|| folders.data_dir());
        let server = variable("PB_SERVER")
            .map(|url| url.parse().map_err(|error| Error::Usage(format!("PB_SERVER: {error}"))));
        Ok(Self {
            server: server.transpose()?,
            token: variable("PB_TOKEN"),
            config_dir: folders.config_dir().join("pb"),
            state_dir: state_dir.join("pb"),
        })
    }
}

/// The trimmed value of an environment variable. An empty one counts as unset.
fn variable(name: &str) -> Option<String> {
    let value = std::env::var(name).ok()?;
    let value = value.trim();
    (!value.is_empty()).then(|| value.to_owned())
}
