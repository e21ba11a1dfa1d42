//! schemathesis reads the API description and sends valid and invalid requests.

use std::path::Path;

use tokio::process::Command;

use crate::support::Site;

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs schemathesis; tests/run installs it"]
async fn the_api_conforms_to_its_openapi_description() {
    let site = Site::start().await;
    let token = site.user("ada").await.token(&["read", "write", "delete"]).await;
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/clients");
    let program = std::env::var("SCHEMATHESIS").unwrap_or_else(|_| "schemathesis".to_owned());
    let output = Command::new(program)
        .args(["--config-file", "schemathesis.toml", "run"])
        .arg(format!("{}/api/openapi.json", site.url))
        .args(["--header", &format!("Authorization: Bearer {token}")])
        .current_dir(folder)
        .env("NO_PROXY", "*")
        .output()
        .await
        .expect("schemathesis is installed; tests/run installs it");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}
