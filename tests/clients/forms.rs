//! curl commands documented by other paste sites, with this site's address.

use crate::shell::Shell;
use crate::support::Site;

#[tokio::test]
#[ignore = "needs curl; tests/run installs it"]
async fn the_commands_of_sprunge_clbin_ix_and_0x0_can_paste() {
    let site = Site::start().await;
    let shell = Shell::new(&site.url);
    let text = "a&b=c\r\n%20+\n";
    shell.write("f.py", text);
    for line in [
        "cat f.py | curl -F 'sprunge=<-' $URL",
        "cat f.py | curl -F 'clbin=<-' $URL",
        "cat f.py | curl -F 'f:1=<-' $URL",
        "curl -F 'f:1=@f.py' $URL",
        "curl -n -F 'f:1=<-' -F 'name:1=notes' -F 'ext:1=py' $URL < f.py",
        "curl -F file=@f.py -F secret= $URL",
        "curl -F file=@f.py -F expires=1893502800000 $URL",
        "curl --data-binary @- $URL < f.py",
        "curl --data-urlencode sprunge@f.py $URL",
    ] {
        let link = shell.link(line).await;
        assert_eq!(site.curl().raw(&link).await, text, "{line}");
    }
}

#[tokio::test]
#[ignore = "needs curl; tests/run installs it"]
async fn numbered_fields_of_ix_set_the_details_of_each_text() {
    let site = Site::start().await;
    let shell = Shell::new(&site.url);
    let line = "curl -F name:2=two.rs -F f:1=one -F ext:1=py -F f:2=two $URL";
    let response = shell.curl(line).await;
    let links: Vec<&str> = response.body.lines().collect();
    let pages =
        [site.visitor().get(links[0]).await.text(), site.visitor().get(links[1]).await.text()];
    assert!(pages[0].contains(">Python</") && !pages[0].contains("two.rs"));
    assert!(pages[1].contains(">Rust</") && pages[1].contains("<bdi>two.rs</bdi>"));
    // A field for a feature that this site lacks is rejected instead of ignored.
    let response = shell.curl("curl -F f:1=x -F read:1=1 $URL").await;
    assert!(response.status == 422 && response.body.contains("read:1"), "{response:?}");
}

#[tokio::test]
#[ignore = "needs curl; tests/run installs it"]
async fn an_expiry_timestamp_of_0x0_is_accepted() {
    let site = Site::start().await;
    let shell = Shell::new(&site.url);
    let expiry = store::Timestamp(crate::support::START.0 + 3_600_000).0;
    let link = shell.link(&format!("curl -F file=@- -F expires={expiry} $URL <<< x")).await;
    site.advance(std::time::Duration::from_secs(3599));
    assert_eq!(site.curl().get(&link).await.status, 200);
    site.advance(std::time::Duration::from_secs(1));
    assert_eq!(site.curl().get(&link).await.status, 404);
}
