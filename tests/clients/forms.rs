//! The lines that other sites tell their users to type, with this site's address.

use crate::shell::Shell;
use crate::support::Site;

#[tokio::test]
#[ignore = "needs curl: tests/run brings it"]
async fn sprunge_clbin_ix_and_0x0() {
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
#[ignore = "needs curl: tests/run brings it"]
async fn ix_names_each_of_its_texts() {
    let site = Site::start().await;
    let shell = Shell::new(&site.url);
    let line = "curl -F name:2=two.rs -F f:1=one -F ext:1=py -F f:2=two $URL";
    let said = shell.curl(line).await;
    let links: Vec<&str> = said.body.lines().collect();
    let pages =
        [site.visitor().get(links[0]).await.text(), site.visitor().get(links[1]).await.text()];
    assert!(pages[0].contains(">Python</") && !pages[0].contains("two.rs"));
    assert!(pages[1].contains(">Rust</") && pages[1].contains("<bdi>two.rs</bdi>"));
    // What cannot be done here is not passed over in silence.
    let said = shell.curl("curl -F f:1=x -F read:1=1 $URL").await;
    assert!(said.status == 422 && said.body.contains("read:1"), "{said:?}");
}

#[tokio::test]
#[ignore = "needs curl: tests/run brings it"]
async fn a_moment_of_0x0_is_when_it_ends() {
    let site = Site::start().await;
    let shell = Shell::new(&site.url);
    let hour = store::Timestamp(crate::support::START.0 + 3_600_000).0;
    let link = shell.link(&format!("curl -F file=@- -F expires={hour} $URL <<< x")).await;
    site.advance(std::time::Duration::from_secs(3599));
    assert_eq!(site.curl().get(&link).await.status, 200);
    site.advance(std::time::Duration::from_secs(1));
    assert_eq!(site.curl().get(&link).await.status, 404);
}
