//! External programs: the load generator and the reference server.

use std::fs;

use anyhow::{Context as _, Result};
use testbed::machine::first_line;

/// The versions of the installed tools.
#[derive(Debug)]
pub struct Tools {
    pub wrk: String,
    /// Without nginx its reference rates are left out.
    pub nginx: Option<String>,
}

impl Tools {
    /// # Errors
    /// wrk is not installed.
    pub fn find() -> Result<Self> {
        let wrk = first_line("wrk", &["--version"]).context(
            "the benchmark needs wrk; on Debian and Ubuntu: sudo apt-get install wrk nginx-light",
        )?;
        let nginx = first_line(nginx(), &["-v"]);
        if nginx.is_none() {
            println!("No nginx: its rates are left out. sudo apt-get install nginx-light");
        }
        Ok(Self { wrk: wrk.split(" [").next().unwrap_or_default().to_owned(), nginx })
    }
}

/// Debian installs nginx in a folder that is only in root's path.
pub fn nginx() -> &'static str {
    let debian = "/usr/sbin/nginx";
    if fs::exists(debian).unwrap_or(false) { debian } else { "nginx" }
}
