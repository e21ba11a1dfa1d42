//! The programs that are not ours.

use std::fs;
use std::process::Command;

use anyhow::{Result, bail};

#[derive(Debug)]
pub struct Tools {
    pub wrk: String,
    /// Without it there is less to compare with.
    pub nginx: Option<String>,
}

impl Tools {
    pub fn find() -> Result<Self> {
        let Some(wrk) = said("wrk", &["--version"]) else {
            bail!(
                "the benchmark needs wrk; on Debian and Ubuntu: sudo apt-get install wrk nginx-light"
            );
        };
        let nginx = said(nginx(), &["-v"]);
        if nginx.is_none() {
            println!("No nginx: the rows of nginx are left out. sudo apt-get install nginx-light");
        }
        Ok(Self { wrk: wrk.split(" [").next().unwrap_or_default().to_owned(), nginx })
    }
}

/// Debian's is where only root looks.
pub fn nginx() -> &'static str {
    let debian = "/usr/sbin/nginx";
    if fs::exists(debian).unwrap_or(false) { debian } else { "nginx" }
}

/// The first line of what it says, or nothing if it is not there.
pub fn said(program: &str, arguments: &[&str]) -> Option<String> {
    let output = Command::new(program).args(arguments).output().ok()?;
    let text = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    text.lines().next().map(|line| line.trim().to_owned())
}
