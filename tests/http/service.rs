//! Health checks, assets and compression.

use reqwest::StatusCode;

use crate::support::Site;

#[tokio::test]
async fn health_checks_report_alive_and_ready() {
    let site = Site::start().await;
    assert_eq!(site.curl().get("/healthz").await.text(), "ok\n");
    assert_eq!(site.curl().get("/readyz").await.text(), "ready\n");
}

#[tokio::test]
async fn assets_are_immutable_and_compressed_at_build_time() {
    let site = Site::start().await;
    let page = site.visitor().get("/").await.text();
    let visitor = site.visitor();
    let mut count = 0;
    for rest in page.split("\"/assets/").skip(1) {
        let path = format!("/assets/{}", rest.split('"').next().unwrap());
        let plain = visitor.get(&path).await;
        assert_eq!(plain.status, StatusCode::OK, "{path}");
        assert_eq!(plain.header("cache-control"), "public, max-age=31536000, immutable");
        for coding in ["br", "gzip"] {
            let compressed = visitor.get_with(&path, &[("accept-encoding", coding)]).await;
            assert_eq!(compressed.header("content-encoding"), coding);
            assert!(compressed.bytes.len() < plain.bytes.len(), "{path} as {coding}");
        }
        for (accepted, coding) in [("br;q=0.1, gzip", "gzip"), ("br;q=0, *", "gzip")] {
            let response = visitor.get_with(&path, &[("accept-encoding", accepted)]).await;
            assert_eq!(response.header("content-encoding"), coding, "{path} as {accepted}");
        }
        count += 1;
    }
    assert_eq!(count, 4, "an icon, a style and two scripts");
}

#[tokio::test]
async fn the_first_visit_transfers_at_most_45_kilobytes() {
    let site = Site::start().await;
    let visitor = site.visitor();
    let accepted = [("accept-encoding", "gzip, deflate, br, zstd")];
    let transferred = async |path: &str| visitor.get_with(path, &accepted).await.bytes.len();
    let page = site.visitor().get("/").await.text();
    let mut bytes = transferred("/").await;
    for rest in page.split("\"/assets/").skip(1) {
        bytes += transferred(&format!("/assets/{}", rest.split('"').next().unwrap())).await;
    }
    assert!(bytes <= 45_000, "{bytes} bytes");
}

#[tokio::test]
async fn pages_are_compressed_with_an_accepted_coding() {
    let site = Site::start().await;
    let visitor = site.visitor();
    for coding in ["gzip", "br", "zstd"] {
        let response = visitor.get_with("/", &[("accept-encoding", coding)]).await;
        assert_eq!(response.header("content-encoding"), coding);
    }
}
