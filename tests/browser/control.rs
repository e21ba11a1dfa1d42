//! A port through which a story changes the site from outside: its clock, its store, its database.

use std::time::Duration;

use axum::extract::{Path, Query, State};
use axum::routing::post;
use axum::{Router, serve};
use serde::Deserialize;
use store::{Clock, Db, Store};
use tokio::net::TcpListener;

use crate::support::Site;

#[derive(Clone)]
struct Controlled {
    clock: Clock,
    store: Store,
}

/// Starts the port and returns its URL.
pub async fn start(site: &Site) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let controlled = Controlled { clock: site.clock.clone(), store: site.store.clone() };
    let routes = Router::new()
        .route("/advance", post(advance))
        .route("/lose-text/{id}", post(lose_text))
        .route("/outage", post(outage))
        .with_state(controlled);
    tokio::spawn(async move { serve(listener, routes).await.unwrap() });
    url
}

#[derive(Deserialize)]
struct Advance {
    ms: u64,
}

/// Moves the site's clock.
async fn advance(State(site): State<Controlled>, Query(Advance { ms }): Query<Advance>) {
    site.clock.advance(Duration::from_millis(ms));
}

/// Deletes the text of a paste and keeps its row, so that its pages are a 500.
async fn lose_text(State(site): State<Controlled>, Path(id): Path<String>) {
    let paste = site.store.visible_paste(&id.parse().unwrap(), None, &site.clock).await.unwrap();
    site.store.blobs().delete(&[paste.unwrap().blob_key.clone()]).await.unwrap();
}

/// Closes the database, so that every page that needs it is a 503.
async fn outage(State(site): State<Controlled>) {
    let Db::Sqlite(sqlite) = site.store.db() else { return };
    sqlite.read.close().await;
    sqlite.write.close().await;
}
