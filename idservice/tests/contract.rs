//! What every source of ids promises: the pool in memory, the list in Redis, the service over HTTP.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

use std::collections::HashSet;
use std::sync::Arc;

use idservice::{
    Error, HttpIds, Id, Ids, LOW_WATER, MAX_POP, MemoryPool, Pool, RedisPool, TARGET, refill,
    service,
};
use reqwest::{Client, StatusCode};
use tokio::net::TcpListener;

/// A list of its own on the Redis of the tests.
async fn redis() -> RedisPool {
    let url = std::env::var("TEST_REDIS_URL").expect("TEST_REDIS_URL names a Redis server");
    let list = format!("test:{}", Id::random().unwrap());
    RedisPool::connect(&url).await.unwrap().with_list(&list)
}

/// Writes each story once, for the pool in memory and for the one in Redis.
macro_rules! contract {
    ($($story:ident),* $(,)?) => {
        mod memory {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $story() {
                super::$story(std::sync::Arc::new(super::MemoryPool::default())).await;
            })*
        }
        mod redis {
            $(#[tokio::test(flavor = "multi_thread")]
            #[ignore = "needs TEST_REDIS_URL"]
            async fn $story() {
                super::$story(std::sync::Arc::new(super::redis().await)).await;
            })*
        }
    };
}

contract![
    an_empty_pool_says_so,
    refill_waits_for_the_low_water_mark_and_fills_to_the_target,
    no_id_is_given_twice,
    a_pop_gives_no_more_than_is_asked_for_or_allowed,
    two_services_on_one_pool_never_give_one_id_twice,
    a_service_says_what_is_wrong,
];

async fn an_empty_pool_says_so(pool: Arc<dyn Pool>) {
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

async fn no_id_is_given_twice(pool: Arc<dyn Pool>) {
    refill(&*pool).await.unwrap();
    let all = emptied([pool.clone(), pool.clone(), pool.clone(), pool]).await;
    assert_eq!(all.len(), TARGET);
}

async fn a_pop_gives_no_more_than_is_asked_for_or_allowed(pool: Arc<dyn Pool>) {
    refill(&*pool).await.unwrap();
    assert_eq!(pool.pop(3).await.unwrap().len(), 3);
    assert_eq!(pool.pop(0).await.unwrap().len(), 1);
    assert_eq!(pool.pop(usize::MAX).await.unwrap().len(), MAX_POP);
}

async fn two_services_on_one_pool_never_give_one_id_twice(pool: Arc<dyn Pool>) {
    refill(&*pool).await.unwrap();
    let (one, two) = (served(pool.clone()).await, served(pool.clone()).await);
    let clients = [&one, &two, &one, &two].map(|url| Arc::new(HttpIds::new(url).unwrap()));
    let all = emptied(clients).await;
    assert_eq!(all.len(), TARGET);
    assert!(matches!(HttpIds::new(&one).unwrap().pop(1).await, Err(Error::Empty)));
}

async fn a_service_says_what_is_wrong(pool: Arc<dyn Pool>) {
    let url = served(pool.clone()).await;
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
async fn a_service_that_is_down_or_talks_nonsense_is_an_error_in_time() {
    let nobody = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", nobody.local_addr().unwrap());
    // It takes connections and never answers: the client gives up by itself.
    assert!(matches!(HttpIds::new(&url).unwrap().pop(1).await, Err(Error::Service(_))));
    drop(nobody);
    assert!(matches!(HttpIds::new(&url).unwrap().pop(1).await, Err(Error::Service(_))));
}

#[tokio::test]
async fn no_error_shows_the_password_of_redis() {
    for url in ["redis://:geheim@127.0.0.1:1", "rubbish://:geheim@x", "geheim"] {
        let error = RedisPool::connect(url).await.unwrap_err();
        assert!(!format!("{error} {error:?}").contains("geheim"), "{error}");
    }
}

/// Serves the pool on a port of its own.
async fn served(pool: Arc<dyn Pool>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, service::router(pool)).await });
    url
}

/// Everything that is in the sources, taken by one taker each, at once; panics on a double.
async fn emptied<T: Ids + ?Sized + 'static, const N: usize>(sources: [Arc<T>; N]) -> HashSet<Id> {
    let takers = sources.map(|source| {
        tokio::spawn(async move {
            let mut taken = Vec::new();
            while let Ok(ids) = source.pop(7).await {
                taken.extend(ids);
            }
            taken
        })
    });
    let mut all = HashSet::new();
    for taker in takers {
        for id in taker.await.unwrap() {
            assert!(all.insert(id), "given twice");
        }
    }
    all
}
