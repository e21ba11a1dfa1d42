//! The programs that are not ours.

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};
use tempfile::TempDir;

use crate::client::HTML;
use crate::site::cpu;

/// Of one round of wrk.
pub const SECONDS: u64 = 10;
pub const CONNECTIONS: u64 = 16;

#[derive(Debug)]
pub struct Tools {
    pub wrk: String,
    /// Without it there is nothing to compare the raw read with.
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
            println!(
                "No nginx: the raw read is compared with nothing. sudo apt-get install nginx-light"
            );
        }
        Ok(Self { wrk: wrk.split(" [").next().unwrap_or_default().to_owned(), nginx })
    }
}

/// Debian's is where only root looks.
fn nginx() -> &'static str {
    let debian = "/usr/sbin/nginx";
    if fs::exists(debian).unwrap_or(false) { debian } else { "nginx" }
}

/// The first line of what it says, or nothing if it is not there.
pub fn said(program: &str, arguments: &[&str]) -> Option<String> {
    let output = Command::new(program).args(arguments).output().ok()?;
    let text = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    text.lines().next().map(|line| line.trim().to_owned())
}

/// Answers a second.
///
/// # Errors
/// An answer was not 200, or a connection broke.
pub fn wrk(url: &str, headers: &[&str]) -> Result<f64> {
    let mut command = Command::new("wrk");
    command.args(["-t1", &format!("-c{CONNECTIONS}"), &format!("-d{SECONDS}s")]);
    command.args(["-H", &format!("accept: {HTML}")]);
    for header in headers {
        command.args(["-H", header]);
    }
    let output = command.arg(url).output()?;
    let said = String::from_utf8_lossy(&output.stdout);
    ensure!(output.status.success(), "wrk failed: {said}");
    let wrong = said.contains("Non-2xx") || said.contains("Socket errors");
    ensure!(!wrong, "not every answer of {url} was right: {said}");
    let rate = said.lines().find_map(|line| line.strip_prefix("Requests/sec:"));
    Ok(rate.context("wrk says no rate")?.trim().parse()?)
}

/// Serves one file, in its own folder and on its own port.
#[derive(Debug)]
pub struct Nginx {
    process: Child,
    pub url: String,
    _folder: TempDir,
}

impl Nginx {
    pub const FILE: &str = "/file.txt";

    pub fn serve(text: &str) -> Result<Self> {
        let folder = TempDir::new()?;
        let path = folder.path();
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        fs::write(path.join("file.txt"), text)?;
        fs::write(path.join("nginx.conf"), config(&address.to_string()))?;
        let process = Command::new(nginx())
            .args(["-e", "error.log", "-c", "nginx.conf", "-p"])
            .arg(path)
            .stdin(Stdio::null())
            .spawn()?;
        let nginx = Self { process, url: format!("http://{address}"), _folder: folder };
        for _ in 0..100 {
            if TcpStream::connect(address).is_ok() {
                return Ok(nginx);
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        bail!("nginx does not listen on {address}");
    }
}

/// As one would set it up to be fast: a worker for each core, the kernel sends the file.
fn config(address: &str) -> String {
    format!(
        "daemon off; worker_processes auto; pid nginx.pid;
        events {{ worker_connections 256; }}
        http {{
            access_log off; sendfile on; tcp_nopush on; keepalive_requests 100000000;
            open_file_cache max=16;
            default_type 'text/plain; charset=utf-8';
            client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi;
            uwsgi_temp_path uwsgi; scgi_temp_path scgi;
            server {{ listen {address}; root .; }}
        }}"
    )
}

impl Nginx {
    /// Processor time of its workers so far.
    pub fn cpu(&self) -> Result<Duration> {
        let id = self.process.id();
        let workers = fs::read_to_string(format!("/proc/{id}/task/{id}/children"))?;
        workers.split_whitespace().map(|worker| cpu(worker.parse()?)).sum()
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        // Its workers end with it only if it is asked.
        let _ = Command::new("kill").args(["-QUIT", &self.process.id().to_string()]).status();
        let _ = self.process.wait();
    }
}
