//! hastebin's clients from npm, told where the site is.

use tokio::process::Command;

use crate::shell::{Shell, folder_of_clients, output};
use crate::support::Site;

async fn haste(site: &Site, client: &str, text: &str) -> String {
    let folder = folder_of_clients();
    assert!(folder.join("node_modules").exists(), "run `npm ci` in tests/clients first");
    let mut node = Command::new("node");
    node.args(["haste.mjs", client]).current_dir(folder).env("SITE_URL", &site.url);
    output(&mut node, text.as_bytes()).await.trim().to_owned()
}

#[tokio::test]
#[ignore = "needs Node.js: tests/run brings it"]
async fn clients_of_hastebin_paste_here() {
    let site = Site::start_with(&["--max-paste-bytes=1000"]).await;
    let text = "fn main() {}\n// ж \"quoted\"\n";
    for client in ["hastebin", "hastebin raw", "hastebin-gen"] {
        let link = haste(&site, client, text).await;
        assert!(link.starts_with(&site.url), "{client}: {link}");
        assert_eq!(site.curl().get(&link).await.text(), text, "{client}: {link}");
    }
    for client in ["hastebin", "hastebin-gen"] {
        let said = haste(&site, client, &"x".repeat(1001)).await;
        assert!(said.starts_with("error: ") && said.contains("Too Large"), "{client}: {said}");
    }
}

#[tokio::test]
#[ignore = "needs curl: tests/run brings it"]
async fn its_haste_function_for_the_shell_works() {
    let site = Site::start().await;
    let shell = Shell::new(&site.url);
    shell.write("f", "a=b&c\n");
    for line in [
        "curl -X POST --data-binary @f $URL/documents",
        "curl -F data=@f $URL/documents",
        "curl -F 'data=<f' $URL/documents",
    ] {
        let said = shell.curl(line).await;
        let key = said.body.split('"').nth(3).unwrap().to_owned();
        assert_eq!((said.status, said.body), (200, format!("{{\"key\":\"{key}\"}}")), "{line}");
        assert_eq!(site.curl().get(&format!("/raw/{key}")).await.text(), "a=b&c\n", "{line}");
    }
}
