//! A scratch PostgreSQL database.

use std::net::SocketAddr;
use std::str::FromStr;

use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions, Connection, Executor, PgConnection};

use crate::random_hex;

/// A new, empty PostgreSQL database with a random name. Dropped with this value.
#[derive(Debug)]
pub struct Database {
    pub url: String,
    name: String,
    server: PgConnectOptions,
}

impl Database {
    /// On the server that `TEST_DATABASE_URL` names.
    ///
    /// # Panics
    /// The variable is not set, the server does not answer, or its user may not create databases.
    pub async fn create() -> Self {
        let server = std::env::var("TEST_DATABASE_URL")
            .expect("TEST_DATABASE_URL must name a PostgreSQL server");
        Self::create_on(&server).await
    }

    /// On the server of this URL, such as `postgres://postgres@127.0.0.1:5432/postgres`.
    ///
    /// # Panics
    /// The server does not answer, or its user may not create databases.
    pub async fn create_on(server: &str) -> Self {
        let server = PgConnectOptions::from_str(server).unwrap();
        let name = format!("pastebin_test_{}", random_hex());
        let url = server.clone().database(&name).to_url_lossy().into();
        execute(&server, &format!("create database {name}")).await;
        Self { url, name, server }
    }

    /// The host and port of the server, as the target of a [`crate::Proxy`].
    pub fn address(&self) -> String {
        format!("{}:{}", self.server.get_host(), self.server.get_port())
    }

    /// Like [`Database::url`], but through `proxy`.
    pub fn url_through(&self, proxy: &crate::Proxy) -> String {
        self.url_at(proxy.address)
    }

    /// Like [`Database::url`], but with this address of the server.
    pub fn url_at(&self, address: SocketAddr) -> String {
        let server = self.server.clone().host(&address.ip().to_string()).port(address.port());
        server.database(&self.name).to_url_lossy().into()
    }

    /// The user of the server.
    pub fn user(&self) -> &str {
        self.server.get_username()
    }

    /// Ends every connection to the database, like a restart of the server.
    ///
    /// # Panics
    /// The server does not answer.
    pub async fn end_connections(&self) {
        let mut admin = PgConnection::connect_with(&self.server).await.unwrap();
        let sql = "select pg_terminate_backend(pid) from pg_stat_activity where datname = $1";
        sqlx::query(sql).bind(&self.name).execute(&mut admin).await.unwrap();
    }

    /// Drops the database and waits for it without blocking the runtime.
    ///
    /// # Panics
    /// The server does not answer.
    pub async fn remove(self) {
        tokio::task::spawn_blocking(|| drop(self)).await.unwrap();
    }
}

impl Drop for Database {
    /// Runs also after a failed test. It needs its own runtime, because the test's may be shutting
    /// down.
    fn drop(&mut self) {
        let (server, sql) =
            (self.server.clone(), format!("drop database {} with (force)", self.name));
        let removal = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.unwrap().block_on(execute(&server, &sql));
        });
        let outcome = removal.join();
        assert!(
            outcome.is_ok() || std::thread::panicking(),
            "the database {} was not dropped",
            self.name
        );
    }
}

async fn execute(server: &PgConnectOptions, sql: &str) {
    let mut admin = PgConnection::connect_with(server).await.unwrap();
    admin.execute(sql).await.unwrap();
    admin.close().await.unwrap();
}
