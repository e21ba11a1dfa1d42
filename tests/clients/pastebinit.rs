//! pastebinit with the file that we ship for it.

use crate::shell::{Shell, folder_of_clients};
use crate::support::Site;

#[tokio::test]
#[ignore = "needs pastebinit: tests/run brings it"]
async fn pastebinit_pastes_here() {
    let site = Site::start_with(&["--max-paste-bytes=1000"]).await;
    let shell = Shell::new(&site.url);
    let host = site.url.trim_start_matches("http://");
    let shipped = folder_of_clients().join("../../deploy/pastebinit.conf");
    let shipped = std::fs::read_to_string(shipped).unwrap().replace("127.0.0.1:8080", host);
    std::fs::create_dir(shell.folder.path().join(".pastebin.d")).unwrap();
    shell.write(".pastebin.d/here.conf", shipped);
    shell.write("main.py", "import os\nprint('ж & +', os.name)\n");

    let link =
        shell.run(&format!("pastebinit -b {host} -i main.py -t 'My notes' < /dev/null")).await;
    let link = link.trim_end();
    // It takes the white space at the end away itself.
    assert_eq!(site.curl().raw(link).await, "import os\nprint('ж & +', os.name)");
    let page = site.visitor().get(link).await.text();
    assert!(page.contains("<bdi>My notes</bdi>") && page.contains(">Python</"), "guessed");

    let link = shell.run(&format!("echo select 1 | pastebinit -b {} -f sql", site.url)).await;
    assert!(site.visitor().get(link.trim_end()).await.text().contains(">SQL</"));

    let links = shell.run(&format!("pastebinit -b {host} main.py main.py")).await;
    assert_eq!(links.lines().count(), 2, "{links}");

    shell.write("large", "x".repeat(1001));
    let refused = shell.run(&format!("! pastebinit -b {host} large 2>&1")).await;
    assert!(refused.contains("413"), "{refused}");
}
