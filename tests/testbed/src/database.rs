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
        Self::create_on(&server).await
    }

    /// On another server: `postgres://postgres@127.0.0.1:5432/postgres`.
    ///
    /// # Panics
    /// As [`Database::create`].
    pub async fn create_on(server: &str) -> Self {
        let server = PgConnectOptions::from_str(server).unwrap();
        let name = format!("pastebin_test_{}", unique());
        let url = server.clone().database(&name).to_url_lossy().into();
        tell(&server, &format!("create database {name}")).await;
        Self { url, name, server }
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

    /// As a drop does, where a test is async and waits for it.
    ///
    /// # Panics
    /// Where the server does not answer.
    pub async fn remove(self) {
        tokio::task::spawn_blocking(|| drop(self)).await.unwrap();
    }
}

impl Drop for Database {
    /// Also where a test has failed; a runtime of its own, because the test's may be on its way out.
    fn drop(&mut self) {
        let (server, sql) =
            (self.server.clone(), format!("drop database {} with (force)", self.name));
        let removal = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.unwrap().block_on(tell(&server, &sql));
        });
        let outcome = removal.join();
        assert!(outcome.is_ok() || std::thread::panicking(), "{} is left behind", self.name);
    }
}

async fn tell(server: &PgConnectOptions, sql: &str) {
    let mut admin = PgConnection::connect_with(server).await.unwrap();
    admin.execute(sql).await.unwrap();
    admin.close().await.unwrap();
}
