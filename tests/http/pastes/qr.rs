//! The link of a paste as a QR code.

use reqwest::StatusCode;

use crate::support::Site;

#[tokio::test]
async fn the_qr_code_is_a_sandboxed_svg() {
    let site = Site::start().await;
    let link = site.visitor().paste("x").await;
    let code = site.visitor().get(&format!("{link}/qr")).await;
    assert_eq!((code.status, code.header("content-type")), (StatusCode::OK, "image/svg+xml"));
    assert!(code.text().contains("<svg"));
    assert!(code.header("content-security-policy").contains("sandbox"));
}

#[tokio::test]
async fn different_links_have_different_qr_codes() {
    let site = Site::start().await;
    let (one, two) = (site.visitor().paste("x").await, site.visitor().paste("x").await);
    let (one, two) = (
        site.visitor().get(&format!("{one}/qr")).await,
        site.visitor().get(&format!("{two}/qr")).await,
    );
    assert_ne!(one.text(), two.text());
}
