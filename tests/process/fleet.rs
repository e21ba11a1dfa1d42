//! A site with an id service or a Redis server.

use reqwest::Client;

use crate::program::{Home, error_line, read};

#[tokio::test]
async fn the_site_generates_ids_while_the_id_service_is_down() {
    let home = Home::new();
    let program = home.start_with(&[("ID_SERVICE_URL", "http://127.0.0.1:1")]);
    let client = Client::new();
    for n in 0..20 {
        let link = program.paste(&client, format!("text {n}")).await.unwrap();
        assert_eq!(read(&client, &link).await, format!("text {n}"));
    }
}

#[tokio::test]
#[ignore = "needs TEST_REDIS_URL"]
async fn two_sites_on_one_redis_never_use_the_same_id() {
    let redis = std::env::var("TEST_REDIS_URL").expect("TEST_REDIS_URL names a Redis server");
    let environment = [("REDIS_URL", redis.as_str())];
    let (one, two) = (Home::new(), Home::new());
    let (one, two) = (one.start_with(&environment), two.start_with(&environment));
    let client = Client::new();
    let mut ids = std::collections::HashSet::new();
    for program in [&one, &two].into_iter().cycle().take(300) {
        let link = program.paste(&client, "x".to_owned()).await.unwrap();
        assert!(
            ids.insert(link[link.len() - 12..].to_owned()),
            "{link} has an id that was used before"
        );
    }
}

#[test]
fn an_unreachable_redis_is_reported_in_one_line() {
    let output = Home::new().run(&[], &[("REDIS_URL", "redis://:geheim@127.0.0.1:1")]);
    let error = error_line(&output);
    assert!(error.contains("REDIS_URL") && !error.contains("geheim"), "{error}");
}
