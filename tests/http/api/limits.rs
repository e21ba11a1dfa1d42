//! Rate limits of the API, and the headers that report them.

use serde_json::json;

use crate::support::Site;

#[tokio::test]
async fn rate_limit_headers_say_how_much_is_left() {
    let site = Site::start_with(&["--rate-limit=on"]).await;
    let program = site.program();
    let created = program.create(&json!({ "text": "x" })).await;
    assert_eq!(created.header("ratelimit-policy"), r#""request";q=600;w=60, "create";q=60;w=60"#);
    assert_eq!(created.header("ratelimit"), r#""request";r=599;t=1, "create";r=59;t=1"#);
    let missed = program.get("/api/v1/pastes/aaaaaaaaaaaa").await;
    missed.problem(404);
    assert_eq!(missed.header("ratelimit"), r#""request";r=598;t=1"#);
    for (path, status) in [("/api/v1/nothing", 404), ("/api/v1/user", 401)] {
        let refused = program.get(path).await;
        refused.problem(status);
        assert!(refused.header("ratelimit").starts_with(r#""request";r="#), "{path}");
    }
    let invalid = program.create(&json!({ "text": "" })).await;
    invalid.problem(422);
    assert!(invalid.header("ratelimit").ends_with(r#""create";r=58;t=2"#), "{:?}", invalid.headers);
    for _ in 0..58 {
        program.create(&json!({ "text": "x" })).await;
    }
    let refused = program.create(&json!({ "text": "x" })).await;
    refused.problem(429);
    assert_eq!(refused.header("retry-after"), "1");
    assert!(refused.header("ratelimit").ends_with(r#""create";r=0;t=60"#), "{:?}", refused.headers);
}

#[tokio::test]
async fn too_many_requests_are_429_as_problem_json() {
    let site = Site::start_with(&["--rate-limit=on"]).await;
    let program = site.program();
    for _ in 0..600 {
        program.get("/api/v1/user").await;
    }
    let refused = program.get("/api/v1/user").await;
    refused.problem(429);
    assert_eq!(refused.header("ratelimit"), r#""request";r=0;t=60"#);
}
