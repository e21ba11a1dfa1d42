//! What is neither a page nor a paste.

use reqwest::{Method, StatusCode};

use crate::support::Site;

#[tokio::test]
async fn the_site_says_that_it_is_alive_and_ready() {
    let site = Site::start().await;
    assert_eq!(site.curl().get("/healthz").await.text(), "ok\n");
    assert_eq!(site.curl().get("/readyz").await.text(), "ready\n");
}

#[tokio::test]
async fn assets_are_immutable_and_compressed_ahead_of_time() {
    let site = Site::start().await;
    let page = site.visitor().get("/").await.text();
    let visitor = site.visitor();
    let mut seen = 0;
    for rest in page.split("\"/assets/").skip(1) {
        let path = format!("/assets/{}", rest.split('"').next().unwrap());
        let plain = visitor.get(&path).await;
        assert_eq!(plain.status, StatusCode::OK, "{path}");
        assert_eq!(plain.header("cache-control"), "public, max-age=31536000, immutable");
        for coding in ["br", "gzip"] {
            let request = visitor.request(Method::GET, &path).header("accept-encoding", coding);
            let packed = visitor.send(request).await;
            assert_eq!(packed.header("content-encoding"), coding);
            assert!(packed.bytes.len() < plain.bytes.len(), "{path} as {coding}");
        }
        for (accepted, coding) in [("br;q=0.1, gzip", "gzip"), ("br;q=0, *", "gzip")] {
            let request = visitor.request(Method::GET, &path).header("accept-encoding", accepted);
            let response = visitor.send(request).await;
            assert_eq!(response.header("content-encoding"), coding, "{path} as {accepted}");
        }
        seen += 1;
    }
    assert_eq!(seen, 4, "an icon, a style and two scripts");
}

#[tokio::test]
async fn the_first_visit_is_forty_five_kilobytes_at_most() {
    let site = Site::start().await;
    let visitor = site.visitor();
    let weigh = async |path: &str| {
        visitor
            .send(
                visitor
                    .request(Method::GET, path)
                    .header("accept-encoding", "gzip, deflate, br, zstd"),
            )
            .await
            .bytes
            .len()
    };
    let page = site.visitor().get("/").await.text();
    let mut bytes = weigh("/").await;
    for rest in page.split("\"/assets/").skip(1) {
        bytes += weigh(&format!("/assets/{}", rest.split('"').next().unwrap())).await;
    }
    assert!(bytes <= 45_000, "{bytes} bytes");
}

#[tokio::test]
async fn pages_are_compressed_for_who_can_read_it() {
    let site = Site::start().await;
    let visitor = site.visitor();
    for coding in ["gzip", "br", "zstd"] {
        let response =
            visitor.send(visitor.request(Method::GET, "/").header("accept-encoding", coding)).await;
        assert_eq!(response.header("content-encoding"), coding);
    }
}
