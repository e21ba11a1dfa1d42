//! What the process is given beside its command line.

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
    /// Where logins are kept.
    pub(crate) config: PathBuf,
    /// Where what this computer made is remembered.
    pub(crate) state: PathBuf,
}

impl Environment {
    pub(crate) fn of_this_process() -> Result<Self, Error> {
        let folders = etcetera::choose_base_strategy()
            .map_err(|_| Error::Local("there is no home folder: set HOME".to_owned()))?;
        let state = folders.state_dir().unwrap_or_else(|| folders.data_dir());
        let server = variable("PB_SERVER")
            .map(|url| url.parse().map_err(|error| Error::Usage(format!("PB_SERVER: {error}"))));
        Ok(Self {
            server: server.transpose()?,
            token: variable("PB_TOKEN"),
            config: folders.config_dir().join("pb"),
            state: state.join("pb"),
        })
    }
}

/// Empty is as good as not set.
fn variable(name: &str) -> Option<String> {
    let value = std::env::var(name).ok()?;
    let value = value.trim();
    (!value.is_empty()).then(|| value.to_owned())
}
