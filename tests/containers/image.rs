//! The image alone, as README says to run it.

use reqwest::StatusCode;

use crate::engine::{docker, free_port, inspect, is_here, project, until_healthy};
use crate::visitor::Visitor;

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a Docker engine"]
async fn the_image_runs_alone_and_keeps_its_data_in_a_volume() {
    if !is_here() {
        return;
    }
    let name = format!("pastebin-alone-{}", std::process::id());
    let _removed = Removed(&name);
    docker(&["build", "--quiet", "--tag", "pastebin", project().to_str().unwrap()]);
    let url = start(&name);
    let link = Visitor::new(&url).without_html().post_bytes("/", None, "alone\n").await;
    assert_eq!(link.status, StatusCode::CREATED);
    let path = format!("/{}", link.text().trim().rsplit('/').next().unwrap());

    docker(&["stop", "--time", "40", &name]);
    assert_eq!(inspect(&name, ".State.ExitCode"), "0", "{}", docker(&["logs", &name]));
    docker(&["rm", &name]);
    let url = start(&name);
    assert_eq!(Visitor::new(&url).raw(&path).await, "alone\n");
}

/// README's command, with a free port and a volume of the test. Waits for the image's own health check.
fn start(name: &str) -> String {
    let port = free_port();
    let url = format!("http://127.0.0.1:{port}");
    let published = format!("127.0.0.1:{port}:8080");
    let (volume, public_url) = (format!("{name}:/srv/data"), format!("PUBLIC_URL={url}"));
    docker(&[
        "run",
        "--detach",
        "--name",
        name,
        "--read-only",
        "--cap-drop",
        "ALL",
        "--publish",
        &published,
        "--volume",
        &volume,
        "--env",
        &public_url,
        "pastebin",
    ]);
    until_healthy(name);
    url
}

/// Removes the container and the volume of this name when it is dropped.
struct Removed<'a>(&'a str);

impl Drop for Removed<'_> {
    fn drop(&mut self) {
        let quietly = |args: &[&str]| {
            let _ = std::process::Command::new("docker").args(args).output();
        };
        quietly(&["rm", "--force", self.0]);
        quietly(&["volume", "rm", self.0]);
    }
}
