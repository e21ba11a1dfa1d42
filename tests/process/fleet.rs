use reqwest::Client;

use crate::program::Home;

#[tokio::test]
async fn without_its_id_service_the_site_makes_ids_itself() {
    let home = Home::new();
    let program = home.start_with(&[("ID_SERVICE_URL", "http://127.0.0.1:1")]);
    let client = Client::new();
    for n in 0..20 {
        let link = program.paste(&client, format!("text {n}")).await.unwrap();
        let text = client.get(format!("{link}/raw")).send().await.unwrap().text().await.unwrap();
        assert_eq!(text, format!("text {n}"));
    }
}

#[tokio::test]
#[ignore = "needs TEST_REDIS_URL"]
async fn two_sites_take_their_ids_from_one_redis() {
    let redis = std::env::var("TEST_REDIS_URL").expect("TEST_REDIS_URL names a Redis server");
    let environment = [("REDIS_URL", redis.as_str())];
    let (one, two) = (Home::new(), Home::new());
    let (one, two) = (one.start_with(&environment), two.start_with(&environment));
    let client = Client::new();
    let mut ids = std::collections::HashSet::new();
    for program in [&one, &two].into_iter().cycle().take(300) {
        let link = program.paste(&client, "x".to_owned()).await.unwrap();
        assert!(ids.insert(link[link.len() - 12..].to_owned()), "{link} twice");
    }
}

#[test]
fn a_redis_that_does_not_answer_is_one_clear_line() {
    let output = Home::new().run(&[], &[("REDIS_URL", "redis://:geheim@127.0.0.1:1")]);
    assert!(!output.status.success());
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(said.lines().count(), 1, "{said}");
    assert!(said.contains("REDIS_URL") && !said.contains("geheim"), "{said}");
}
