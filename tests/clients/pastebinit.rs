//! pastebinit with the configuration file in `deploy`.

use crate::shell::{Shell, clients_folder};
use crate::support::Site;

#[tokio::test]
#[ignore = "needs pastebinit; tests/run installs it"]
async fn pastebinit_can_paste_with_the_shipped_configuration() {
    let site = Site::start_with(&["--max-paste-bytes=1000"]).await;
    let shell = Shell::new(&site.url);
    let host = site.url.trim_start_matches("http://");
    let path = clients_folder().join("../../deploy/pastebinit.conf");
    let configuration = std::fs::read_to_string(path).unwrap().replace("127.0.0.1:8080", host);
    std::fs::create_dir(shell.folder.path().join(".pastebin.d")).unwrap();
    shell.write(".pastebin.d/here.conf", configuration);
    shell.write("main.py", "import os\nprint('ж & +', os.name)\n");

    let link =
        shell.run(&format!("pastebinit -b {host} -i main.py -t 'My notes' < /dev/null")).await;
    let link = link.trim_end();
    // pastebinit itself removes the white space at the end.
    assert_eq!(site.curl().raw(link).await, "import os\nprint('ж & +', os.name)");
    let page = site.visitor().get(link).await.text();
    assert!(
        page.contains("<bdi>My notes</bdi>") && page.contains(">Python</"),
        "title and guessed syntax"
    );

    let link = shell.run(&format!("echo select 1 | pastebinit -b {} -f sql", site.url)).await;
    assert!(site.visitor().get(link.trim_end()).await.text().contains(">SQL</"));

    let links = shell.run(&format!("pastebinit -b {host} main.py main.py")).await;
    assert_eq!(links.lines().count(), 2, "{links}");

    shell.write("large", "x".repeat(1001));
    let message = shell.run(&format!("! pastebinit -b {host} large 2>&1")).await;
    assert!(message.contains("413"), "{message}");
}
