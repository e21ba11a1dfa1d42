//! Pastes from files, and texts saved to files.

use std::os::unix::fs::PermissionsExt as _;
use std::process::Stdio;

use crate::support::Site;
use crate::terminal::{Outcome, Terminal, id};

#[tokio::test]
async fn the_file_name_sets_title_and_syntax() {
    let site = Site::start().await;
    let terminal = Terminal::at(&site.url);
    std::fs::create_dir(terminal.home().join("src")).unwrap();
    terminal.file("src/main.rs", "x");
    let created = terminal.pb(&["src/main.rs", "--json"]).await.json();
    assert_eq!(created["title"], "main.rs");
    assert_eq!(created["syntax"], "rust");
    let created = terminal.pb(&["src/main.rs", "-t", "mine", "--json"]).await.json();
    assert_eq!(created["title"], "mine");
    assert_eq!(created["syntax"], "rust");
    terminal.file("notes.of-mine", "x");
    assert_eq!(
        terminal.pb(&["notes.of-mine", "-t", "mine", "--json"]).await.json()["syntax"],
        "text"
    );
    let created =
        terminal.pb(&["src/main.rs", "-t", "mine", "-s", "python", "--json"]).await.json();
    assert_eq!(created["syntax"], "python");
}

#[tokio::test]
async fn names_and_texts_need_not_be_utf8() {
    use std::os::unix::ffi::OsStrExt as _;

    let site = Site::start().await;
    let terminal = Terminal::at(&site.url);
    let name = std::ffi::OsStr::from_bytes(b"\xce\xf2\xf7\xb8\xf2.txt");
    std::fs::write(terminal.home().join(name), b"\xe4\xe0\xff").unwrap();
    let run = async |options: &[&str]| {
        let mut command = terminal.command(options);
        Outcome::of(command.arg(name).output().await.unwrap())
    };
    let refused = run(&[]).await;
    assert_eq!(refused.code, Some(5));
    assert!(refused.stderr.contains("byte 1 of line 1"), "{}", refused.stderr);
    let created = run(&["--charset=windows-1251", "--json"]).await;
    assert_eq!(created.stderr, "pb: the text was converted from windows-1251 to UTF-8\n");
    let created: serde_json::Value = serde_json::from_slice(&created.stdout).unwrap();
    assert_eq!(created["title"], "Отчёт.txt");
    assert_eq!(created["decoded_from"], "windows-1251");
    let url = created["url"].as_str().unwrap();
    assert_eq!(terminal.pb(&["get", url]).await.text(), "дая");
    let lossy = run(&["--lossy"]).await;
    assert!(lossy.stderr.contains("replaced by \u{fffd}"), "{}", lossy.stderr);
}

#[tokio::test]
async fn each_file_becomes_a_paste_with_its_own_link() {
    let site = Site::start().await;
    let terminal = Terminal::at(&site.url);
    terminal.file("a.txt", "a");
    terminal.file("b.txt", "b");
    let outcome = terminal.pipe("from the pipe", &["a.txt", "nowhere.txt", "-", "b.txt"]).await;
    assert_eq!(outcome.code, Some(1));
    assert_eq!(outcome.stderr, "pb: nowhere.txt: No such file or directory\n");
    let links = String::from_utf8(outcome.stdout).unwrap();
    let mut texts = Vec::new();
    for link in links.lines() {
        texts.push(terminal.pb(&["get", link]).await.text());
    }
    assert_eq!(texts, ["a", "from the pipe", "b"]);
}

#[tokio::test]
async fn a_file_on_standard_input_is_read_from_its_current_offset() {
    let site = Site::start().await;
    let terminal = Terminal::at(&site.url);
    let path = terminal.file("a.txt", "first line\nthe rest");
    let mut file = std::fs::File::open(path).unwrap();
    std::io::Seek::seek(&mut file, std::io::SeekFrom::Start(11)).unwrap();
    let output = terminal.command::<&str>(&[]).stdin(Stdio::from(file)).output().await.unwrap();
    let link = Outcome::of(output).line();
    assert_eq!(terminal.pb(&["get", &link]).await.text(), "the rest");
}

#[tokio::test]
async fn a_large_file_is_saved_and_read_back_unchanged() {
    let site = Site::start().await;
    let terminal = Terminal::at(&site.url);
    let text = (0..1_000_000).map(|n| n.to_string()).collect::<Vec<_>>().join("\n");
    let file = terminal.file("numbers.txt", &text);
    let link = terminal.pb(&[file.to_str().unwrap()]).await.line();
    assert_eq!(terminal.pb(&["get", id(&link), "-o", "back.txt"]).await.text(), "");
    assert!(std::fs::read_to_string(terminal.home().join("back.txt")).unwrap() == text);
}

#[tokio::test]
async fn an_output_file_gets_the_usual_permissions_of_a_new_file() {
    let site = Site::start().await;
    let terminal = Terminal::at(&site.url);
    let link = terminal.paste("hello").await;
    let info = terminal.pb(&["get", &link, "-o", "a.txt", "--json"]).await.json();
    assert_eq!(info["url"], link);
    let path = terminal.home().join("a.txt");
    assert_eq!(std::fs::read(&path).unwrap(), b"hello");
    let usual = terminal.file("usual.txt", "");
    let mode = |path| std::fs::metadata(path).unwrap().permissions().mode();
    assert_eq!(mode(path), mode(usual));
    let json = terminal.pb(&["get", &link, "--json"]).await.json();
    assert_eq!(json["text"], "hello");
    terminal.pb(&["get", &link, "-o", "no/such/folder"]).await.failed(1);
}
