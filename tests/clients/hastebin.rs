//! The hastebin clients from npm, configured with the address of the site.

use tokio::process::Command;

use crate::shell::{Shell, clients_folder, run_command};
use crate::support::Site;

/// Pastes `text` with the named client of `haste.mjs`. Returns the link, or `error: …`.
async fn haste(site: &Site, client: &str, text: &str) -> String {
    let folder = clients_folder();
    assert!(folder.join("node_modules").exists(), "run `npm ci` in tests/clients first");
    let mut node = Command::new("node");
    node.args(["haste.mjs", client]).current_dir(folder).env("SITE_URL", &site.url);
    run_command(&mut node, text.as_bytes()).await.trim().to_owned()
}

#[tokio::test]
#[ignore = "needs Node.js; tests/run installs it"]
async fn the_npm_clients_of_hastebin_can_paste() {
    let site = Site::start_with(&["--max-paste-bytes=1000"]).await;
    let text = "fn main() {}\n// ж \"quoted\"\n";
    for client in ["hastebin", "hastebin raw", "hastebin-gen"] {
        let link = haste(&site, client, text).await;
        assert!(link.starts_with(&site.url), "{client}: {link}");
        assert_eq!(site.curl().get(&link).await.text(), text, "{client}: {link}");
    }
    for client in ["hastebin", "hastebin-gen"] {
        let error = haste(&site, client, &"x".repeat(1001)).await;
        assert!(error.starts_with("error: ") && error.contains("Too Large"), "{client}: {error}");
    }
}

#[tokio::test]
#[ignore = "needs curl; tests/run installs it"]
async fn the_haste_shell_function_can_paste() {
    let site = Site::start().await;
    let shell = Shell::new(&site.url);
    shell.write("f", "a=b&c\n");
    for line in [
        "curl -X POST --data-binary @f $URL/documents",
        "curl -F data=@f $URL/documents",
        "curl -F 'data=<f' $URL/documents",
    ] {
        let response = shell.curl(line).await;
        let key = response.body.split('"').nth(3).unwrap().to_owned();
        assert_eq!(
            (response.status, response.body),
            (200, format!("{{\"key\":\"{key}\"}}")),
            "{line}"
        );
        assert_eq!(site.curl().get(&format!("/raw/{key}")).await.text(), "a=b&c\n", "{line}");
    }
}
