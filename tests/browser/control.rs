//! What a story does behind the site's back, over a port of its own.

use std::time::Duration;

use axum::extract::{Path, Query, State};
use axum::routing::post;
use axum::{Router, serve};
use serde::Deserialize;
use store::{Clock, Db, Store};
use tokio::net::TcpListener;

use crate::support::Site;

#[derive(Clone)]
struct Backstage {
    clock: Clock,
    store: Store,
}

/// Answers where it listens.
pub async fn start(site: &Site) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let backstage = Backstage { clock: site.clock.clone(), store: site.store.clone() };
    let routes = Router::new()
        .route("/advance", post(advance))
        .route("/lose-text/{id}", post(lose_text))
        .route("/outage", post(outage))
        .with_state(backstage);
    tokio::spawn(async move { serve(listener, routes).await.unwrap() });
    url
}

#[derive(Deserialize)]
struct Advance {
    ms: u64,
}

/// Moves the site's clock.
async fn advance(State(stage): State<Backstage>, Query(Advance { ms }): Query<Advance>) {
    stage.clock.advance(Duration::from_millis(ms));
}

/// A paste whose row stays and whose text is gone: the site's own fault, a 500.
async fn lose_text(State(stage): State<Backstage>, Path(id): Path<String>) {
    let paste = stage.store.visible_paste(&id.parse().unwrap(), None, &stage.clock).await.unwrap();
    stage.store.blobs().delete(&[paste.unwrap().blob_key.clone()]).await.unwrap();
}

/// The database is away from here on: every page is a 503.
async fn outage(State(stage): State<Backstage>) {
    let Db::Sqlite(sqlite) = stage.store.db() else { return };
    sqlite.read.close().await;
    sqlite.write.close().await;
}
