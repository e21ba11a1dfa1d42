//! A paste that expires while it is read from the database.

use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode};
use clap::Parser as _;
use futures_util::FutureExt as _;
use idservice::MemoryPool;
use store::{Clock, Db, Store, Timestamp};
use tower::ServiceExt as _;

use crate::commands::Cli;
use crate::router::router;
use crate::state::App;

#[tokio::test]
async fn a_paste_that_expires_during_the_query_is_not_found() {
    let folder = tempfile::tempdir().unwrap();
    let db = Db::sqlite(&folder.path().join("pastebin.db")).await.unwrap();
    let clock = Clock::manual(Timestamp(1_893_499_200_000));
    let settings = Cli::parse_from(["pastebin", "--rate-limit=off"]).settings;
    let ids = Arc::new(MemoryPool::default());
    let app = App::new(&settings, Store::new(db), ids, clock.clone()).unwrap();
    let site = router(app);
    // If the first poll already returns the row, the clock cannot be moved in between: try again.
    for _ in 0..100 {
        let request = Request::post("/?expires=1h")
            .header("host", "localhost")
            .body(Body::from("a text"))
            .unwrap();
        let created = site.clone().oneshot(request).await.unwrap();
        let link = to_bytes(created.into_body(), 1024).await.unwrap();
        let link = String::from_utf8(link.to_vec()).unwrap();
        let id = link.trim().rsplit('/').next().unwrap();

        let read = Request::get(format!("/{id}/raw"))
            .header("host", "localhost")
            .body(Body::empty())
            .unwrap();
        let mut read = std::pin::pin!(site.clone().oneshot(read));
        if read.as_mut().now_or_never().is_some() {
            continue;
        }
        clock.advance(Duration::from_hours(1));
        if read.await.unwrap().status() == StatusCode::NOT_FOUND {
            return;
        }
    }
    panic!("the paste was shown in every attempt");
}
