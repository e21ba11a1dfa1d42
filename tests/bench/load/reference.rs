//! Reference servers, which answer with the same bytes as the site: nginx from files, and axum from
//! memory.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};
use tempfile::TempDir;

use super::bare_server::BARE_SERVER;
use super::row::Reference;
use super::wrk::{Plan, wrk};
use super::{CONNECTIONS, Load, REFERENCE_SECONDS};
use crate::client::{Answer, Client};
use crate::tools::nginx;
use crate::unit::Unit;

impl Load<'_> {
    /// The rates at which nginx and a bare handler answer with the same bytes.
    pub(super) async fn references(
        &self,
        answer: &Answer,
        headers: &[(&str, &str)],
    ) -> Result<Vec<Reference>> {
        let files = Files::new()?;
        let is_html =
            answer.header("content-type").is_some_and(|value| value.starts_with("text/html"));
        let path = files.add(if is_html { "page.html" } else { "raw.txt" }, answer)?;
        let nginx = self.has_nginx.then(|| Server::nginx(&files)).transpose()?;
        let mut references = Vec::new();
        for server in nginx.into_iter().chain([Server::bare(&files)?]) {
            let served = server.check(&path, answer).await?;
            // Each server has an ETag of its own.
            let etag = served.header("etag").unwrap_or_default();
            let with_etag =
                |&(name, value)| (name, if name == "if-none-match" { etag } else { value });
            let headers: Vec<_> = headers.iter().map(with_etag).collect();
            let outcome =
                wrk(&server.url, &Plan::get_with(&path, &headers), CONNECTIONS, REFERENCE_SECONDS)?;
            ensure!(outcome.errors == 0.0, "{} answers with errors", server.name);
            let (name, rate) = (server.name, outcome.rate);
            references.push(Reference { name, rate, unit: Unit::Percent });
        }
        Ok(references)
    }
}

/// A folder of files to serve. A name that ends in `.zst` is of an answer compressed with zstd.
#[derive(Debug)]
pub(super) struct Files {
    folder: TempDir,
}

impl Files {
    pub(super) fn new() -> Result<Self> {
        Ok(Self { folder: TempDir::new()? })
    }

    /// Stores the body of an answer. Returns its path on the servers.
    pub(super) fn add(&self, name: &str, answer: &Answer) -> Result<String> {
        let extension = match answer.coding() {
            "none" => "",
            "zstd" => ".zst",
            coding => bail!("the reference servers do not know the coding {coding}"),
        };
        let name = format!("{name}{extension}");
        fs::write(self.folder.path().join(&name), &answer.body)?;
        Ok(format!("/{name}"))
    }
}

/// A server of [`Files`]. Stops when dropped.
#[derive(Debug)]
pub(super) struct Server {
    pub(super) name: &'static str,
    pub(super) url: String,
    process: Child,
}

impl Server {
    pub(super) fn nginx(files: &Files) -> Result<Self> {
        let folder = files.folder.path();
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        fs::write(folder.join("nginx.conf"), nginx_config(&address.to_string()))?;
        let process = Command::new(nginx())
            .args(["-e", "error.log", "-c", "nginx.conf", "-p"])
            .arg(folder)
            .stdin(Stdio::null())
            .spawn()?;
        let server = Self { name: "nginx", url: format!("http://{address}"), process };
        for _ in 0..100 {
            if TcpStream::connect(address).is_ok() {
                return Ok(server);
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        bail!("nginx does not listen on {address}");
    }

    /// Starts this program again as the bare server.
    pub(super) fn bare(files: &Files) -> Result<Self> {
        let mut process = Command::new(std::env::current_exe()?)
            .arg(BARE_SERVER)
            .arg(files.folder.path())
            .stdout(Stdio::piped())
            .spawn()?;
        let mut address = String::new();
        let stdout = process.stdout.take().context("no output")?;
        BufReader::new(stdout).read_line(&mut address)?;
        Ok(Self { name: "axum", url: format!("http://{}", address.trim()), process })
    }

    /// # Errors
    /// The server does not answer with the same bytes.
    pub(super) async fn check(&self, path: &str, expected: &Answer) -> Result<Answer> {
        let answer = Client::new(&self.url)?.page(path).await?;
        ensure!(answer.body == expected.body, "{} serves other bytes at {path}", self.name);
        ensure!(answer.coding() == expected.coding(), "{} names another coding", self.name);
        Ok(answer)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // After SIGKILL the workers of nginx would stay.
        let _ = Command::new("kill").args(["-QUIT", &self.process.id().to_string()]).status();
        let _ = self.process.wait();
    }
}

/// A fast configuration: one worker for each core, `sendfile`, and a cache of open files.
fn nginx_config(address: &str) -> String {
    format!(
        "daemon off; worker_processes auto; pid nginx.pid;
        events {{ worker_connections 256; }}
        http {{
            access_log off; sendfile on; tcp_nopush on; keepalive_requests 100000000;
            open_file_cache max=16;
            types {{ text/html html; text/plain txt; }} charset utf-8;
            client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi;
            uwsgi_temp_path uwsgi; scgi_temp_path scgi;
            server {{
                listen {address}; root .;
                location ~ \\.html\\.zst$ {{ types {{}} default_type text/html; add_header content-encoding zstd; }}
                location ~ \\.txt\\.zst$ {{ types {{}} default_type text/plain; add_header content-encoding zstd; }}
            }}
        }}"
    )
}
