use std::str::FromStr;

use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions, Connection, Executor, PgConnection};

use crate::unique;

/// An empty PostgreSQL database of a name of its own, on the server that `TEST_DATABASE_URL` names.
#[derive(Debug)]
pub struct Database {
    pub url: String,
    name: String,
    server: PgConnectOptions,
}

impl Database {
    /// # Panics
    /// Where there is no server, or it lets nobody make a database.
    pub async fn create() -> Self {
        let server = std::env::var("TEST_DATABASE_URL")
            .expect("TEST_DATABASE_URL names a PostgreSQL server");
        let server = PgConnectOptions::from_str(&server).unwrap();
        let name = format!("pastebin_test_{}", unique());
        let url = server.clone().database(&name).to_url_lossy().into();
        let database = Self { url, name, server };
        database.tell("create database", "").await;
        database
    }

    /// Where the server listens, for a [`crate::Proxy`] in front of it.
    pub fn address(&self) -> String {
        format!("{}:{}", self.server.get_host(), self.server.get_port())
    }

    /// As [`Database::url`], through `proxy`.
    pub fn url_through(&self, proxy: &crate::Proxy) -> String {
        let server = self.server.clone().host("127.0.0.1").port(proxy.port()).database(&self.name);
        server.to_url_lossy().into()
    }

    /// Ends every connection to the database, as a restart of the server does.
    ///
    /// # Panics
    /// Where the server does not answer.
    pub async fn end_connections(&self) {
        let mut admin = PgConnection::connect_with(&self.server).await.unwrap();
        let sql = "select pg_terminate_backend(pid) from pg_stat_activity where datname = $1";
        sqlx::query(sql).bind(&self.name).execute(&mut admin).await.unwrap();
    }

    /// # Panics
    /// Where the server does not answer.
    pub async fn remove(self) {
        self.tell("drop database", "with (force)").await;
    }

    async fn tell(&self, what: &str, how: &str) {
        let mut admin = PgConnection::connect_with(&self.server).await.unwrap();
        admin.execute(format!("{what} {} {how}", self.name).as_str()).await.unwrap();
        admin.close().await.unwrap();
    }
}
