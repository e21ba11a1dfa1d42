//! The contract of every source of ids: the pool in memory, the list in Redis, the service over HTTP.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

use std::collections::HashSet;
use std::sync::Arc;

use idservice::{
    Error, HttpIds, Id, Ids, LOW_WATER, MAX_POP, MemoryPool, Pool, RedisPool, TARGET, refill,
    service,
};
use reqwest::{Client, StatusCode};
use tokio::net::TcpListener;

/// A pool on a Redis list that no other test uses.
async fn redis() -> RedisPool {
    let url = std::env::var("TEST_REDIS_URL").expect("TEST_REDIS_URL names a Redis server");
    let list = format!("test:{}", Id::random().unwrap());
    RedisPool::connect(&url).await.unwrap().with_list(&list)
}

/// Runs each test function on the pool in memory and on the pool in Redis.
macro_rules! contract {
    ($($test:ident),* $(,)?) => {
        mod memory {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $test() {
                super::$test(std::sync::Arc::new(super::MemoryPool::default())).await;
            })*
        }
        mod redis {
            $(#[tokio::test(flavor = "multi_thread")]
            #[ignore = "needs TEST_REDIS_URL"]
            async fn $test() {
                super::$test(std::sync::Arc::new(super::redis().await)).await;
            })*
        }
    };
}

contract![
    a_pop_from_an_empty_pool_is_an_error,
    refill_waits_for_the_low_water_mark_and_fills_to_the_target,
    no_id_is_popped_twice,
    a_pop_returns_at_most_the_requested_and_the_maximum_count,
    two_services_on_one_pool_never_return_the_same_id,
    a_service_answers_with_status_and_reason,
];

async fn a_pop_from_an_empty_pool_is_an_error(pool: Arc<dyn Pool>) {
    assert!(matches!(pool.pop(1).await, Err(Error::Empty)));
    assert_eq!(pool.level().await.unwrap(), 0);
}

async fn refill_waits_for_the_low_water_mark_and_fills_to_the_target(pool: Arc<dyn Pool>) {
    assert_eq!(refill(&*pool).await.unwrap(), TARGET);
    assert_eq!(refill(&*pool).await.unwrap(), 0);
    while pool.level().await.unwrap() >= LOW_WATER {
        pool.pop(MAX_POP).await.unwrap();
    }
    let level = pool.level().await.unwrap();
    assert_eq!(refill(&*pool).await.unwrap(), TARGET - level);
    assert_eq!(pool.level().await.unwrap(), TARGET);
}

async fn no_id_is_popped_twice(pool: Arc<dyn Pool>) {
    refill(&*pool).await.unwrap();
    let all = drain([pool.clone(), pool.clone(), pool.clone(), pool]).await;
    assert_eq!(all.len(), TARGET);
}

async fn a_pop_returns_at_most_the_requested_and_the_maximum_count(pool: Arc<dyn Pool>) {
    refill(&*pool).await.unwrap();
    assert_eq!(pool.pop(3).await.unwrap().len(), 3);
    assert_eq!(pool.pop(0).await.unwrap().len(), 1);
    assert_eq!(pool.pop(usize::MAX).await.unwrap().len(), MAX_POP);
}

async fn two_services_on_one_pool_never_return_the_same_id(pool: Arc<dyn Pool>) {
    refill(&*pool).await.unwrap();
    let (one, two) = (serve(pool.clone()).await, serve(pool.clone()).await);
    let clients = [&one, &two, &one, &two].map(|url| Arc::new(HttpIds::new(url, None).unwrap()));
    let all = drain(clients).await;
    assert_eq!(all.len(), TARGET);
    assert!(matches!(HttpIds::new(&one, None).unwrap().pop(1).await, Err(Error::Empty)));
}

async fn a_service_answers_with_status_and_reason(pool: Arc<dyn Pool>) {
    let url = serve(pool.clone()).await;
    let client = Client::new();
    let empty = client.post(format!("{url}/ids/pop?count=1")).send().await.unwrap();
    assert_eq!(empty.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(empty.headers()["retry-after"], "5");
    for count in ["0", "101", "-1", "many", ""] {
        let refused = client.post(format!("{url}/ids/pop?count={count}")).send().await.unwrap();
        assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY, "{count}");
        assert!(refused.text().await.unwrap().contains("from 1 to 100"));
    }
    assert_eq!(
        client.get(format!("{url}/ids/pop")).send().await.unwrap().status(),
        StatusCode::METHOD_NOT_ALLOWED
    );
    refill(&*pool).await.unwrap();
    let level = client.get(format!("{url}/ids/level")).send().await.unwrap().text().await.unwrap();
    assert_eq!(level, format!("{{\"level\":{TARGET}}}"));
    assert_eq!(
        client.get(format!("{url}/healthz")).send().await.unwrap().text().await.unwrap(),
        "ok\n"
    );
}

#[tokio::test]
async fn a_service_that_is_down_or_silent_is_an_error_within_the_timeout() {
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", silent.local_addr().unwrap());
    // The listener accepts connections and never answers, so the client's timeout ends the request.
    assert!(matches!(HttpIds::new(&url, None).unwrap().pop(1).await, Err(Error::Service(_))));
    drop(silent);
    assert!(matches!(HttpIds::new(&url, None).unwrap().pop(1).await, Err(Error::Service(_))));
}

#[tokio::test]
async fn no_error_shows_the_password_of_redis() {
    for url in ["redis://:geheim@127.0.0.1:1", "rubbish://:geheim@x", "geheim"] {
        let error = RedisPool::connect(url).await.unwrap_err();
        assert!(!format!("{error} {error:?}").contains("geheim"), "{error}");
    }
}

/// Serves the pool on a free port and returns its base URL.
async fn serve(pool: Arc<dyn Pool>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, service::router(pool, None)).await });
    url
}

/// Pops from all sources concurrently until each is empty. Panics if an id was popped twice.
async fn drain<T: Ids + ?Sized + 'static, const N: usize>(sources: [Arc<T>; N]) -> HashSet<Id> {
    let tasks = sources.map(|source| {
        tokio::spawn(async move {
            let mut popped = Vec::new();
            while let Ok(ids) = source.pop(7).await {
                popped.extend(ids);
            }
            popped
        })
    });
    let mut all = HashSet::new();
    for task in tasks {
        for id in task.await.unwrap() {
            assert!(all.insert(id), "popped twice");
        }
    }
    all
}
