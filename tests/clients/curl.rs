//! curl, as people type it.

use crate::shell::Shell;
use crate::support::Site;

#[tokio::test]
#[ignore = "needs curl: tests/run brings it"]
async fn every_way_of_sending_answers_with_the_link() {
    let site = Site::start().await;
    let shell = Shell::new(&site.url);
    let text = "fn main() {}\n\tlet a = \"ж&+%20\";\r\n\n";
    shell.write("main.rs", text);
    for line in [
        "curl --data-binary @main.rs $URL",
        "cat main.rs | curl -T - $URL",
        "cat main.rs | curl -T - $URL/",
        "curl -T main.rs $URL",
        "curl -T main.rs $URL/",
        "curl -T main.rs $URL/main.rs",
        "curl -F file=@main.rs $URL",
        "curl -F file=@- $URL < main.rs",
        "curl -F 'text=<main.rs' $URL",
        "curl --data-urlencode text@main.rs $URL",
    ] {
        let link = shell.link(line).await;
        assert_eq!(site.curl().raw(&link).await, text, "{line}");
        assert_eq!(shell.run(&format!("curl -s --noproxy '*' {link}")).await, text, "{line}");
    }
    let link = shell.link("curl -d 'text=Hello, world' $URL").await;
    assert_eq!(site.curl().raw(&link).await, "Hello, world");
}

#[tokio::test]
#[ignore = "needs curl: tests/run brings it"]
async fn the_answer_says_where_it_is() {
    let site = Site::start().await;
    let shell = Shell::new(&site.url);
    let said = shell.run("curl -si --noproxy '*' -d 'text=x' $URL").await;
    let link = said.lines().last().unwrap();
    assert!(said.starts_with("HTTP/1.1 201 Created"), "{said}");
    assert!(said.contains(&format!("location: {link}\r\n")), "{said}");
}

#[tokio::test]
#[ignore = "needs curl: tests/run brings it"]
async fn several_files_are_several_links_in_their_order() {
    let site = Site::start().await;
    let shell = Shell::new(&site.url);
    shell.write("a.rs", "fn a() {}\n");
    shell.write("b.py", "b = 1\n");
    let said =
        shell.curl("curl -F file=@a.rs -F file=@b.py -F file=@a.rs -F expires=1h $URL").await;
    let links: Vec<&str> = said.body.lines().collect();
    assert_eq!((said.status, links.len()), (201, 3), "{said:?}");
    for (link, text, name) in [
        (links[0], "fn a() {}\n", "a.rs"),
        (links[1], "b = 1\n", "b.py"),
        (links[2], "fn a() {}\n", "a.rs"),
    ] {
        assert_eq!(site.curl().raw(link).await, text);
        assert!(site.visitor().get(link).await.text().contains(&format!("<bdi>{name}</bdi>")));
    }
    site.advance(std::time::Duration::from_hours(1));
    assert_eq!(site.curl().get(links[1]).await.status, 404, "what is said is said of all");
}

#[tokio::test]
#[ignore = "needs curl: tests/run brings it"]
async fn the_address_says_what_the_form_does_not() {
    let site = Site::start().await;
    let shell = Shell::new(&site.url);
    shell.write("f.txt", "x = 1\n");
    let query = "expires=1h&syntax=python&title=My+notes&visibility=public";
    for line in [
        "curl --data-binary @f.txt",
        "cat f.txt | curl -T -",
        "curl -T f.txt",
        "curl -F file=@f.txt",
        "curl -d text=x",
        "curl -F title= -F file=@f.txt",
    ] {
        let link = shell.link(&format!("{line} \"$URL/?{query}\"")).await;
        let page = site.visitor().get(&link).await.text();
        assert!(page.contains("<bdi>My notes</bdi>") && page.contains(">Python</"), "{line}");
        assert!(site.visitor().get("/recent").await.text().contains(&link[site.url.len()..]));
    }
    let line =
        "curl -F expires=1d -F syntax=rust -F file=@f.txt \"$URL/?expires=1h&syntax=python\"";
    let saved = shell.link(line).await;
    let named = shell.link("curl -T f.txt \"$URL/f.txt?expires=1h\"").await;
    assert!(site.visitor().get(&saved).await.text().contains(">Rust</"), "the form wins");
    site.advance(std::time::Duration::from_hours(1));
    assert_eq!(site.curl().get(&saved).await.status, 200, "the form wins");
    assert_eq!(site.curl().get(&named).await.status, 404);
}

#[tokio::test]
#[ignore = "needs curl: tests/run brings it"]
async fn what_is_wrong_is_one_line_and_nothing_is_kept() {
    let site = Site::start_with(&["--max-paste-bytes=1000"]).await;
    let shell = Shell::new(&site.url);
    shell.write("f", "hello\n");
    shell.write("large", "x".repeat(1001));
    shell.write("huge", "x".repeat(2_000_000));
    shell.write("latin", b"caf\xe9");
    shell.write("nul", b"a\0b");
    shell.write("empty", b"");
    let thousand = "for n in $(seq 1000); do files+=(-F file=@f); done; curl \"${files[@]}\" $URL";
    let bad_part = "--x\\r\\ncontent-disposition: form-data; name=file\\r\\n\\r\\ncut off";
    let broken = format!(
        "printf -- '{bad_part}' | curl -H 'content-type: multipart/form-data; boundary=x' --data-binary @- $URL"
    );
    for (line, status, says) in [
        ("curl --data-binary @large $URL", 413, "1,000 B"),
        ("curl -T large $URL/", 413, "1,000 B"),
        ("curl -F file=@large $URL", 413, "1,000 B"),
        ("curl -F file=@f -F file=@large $URL", 413, "large: "),
        ("curl -F file=@huge $URL", 413, "1,000 B"),
        ("curl --data-binary @huge $URL", 413, "1,000 B"),
        ("curl --data-binary @latin $URL", 422, "UTF-8"),
        ("curl -F file=@f -F file=@latin $URL", 422, "latin: "),
        ("curl -T nul $URL/", 422, "zero byte"),
        ("curl --data-binary @empty $URL", 422, "text"),
        ("curl -F file=@f -F file=@empty $URL", 422, "empty: "),
        ("curl -F file=@f -F expires=soon $URL", 422, "90m"),
        ("curl -F file=@f -F syntax=klingon $URL", 422, "syntax"),
        ("curl -F file=@f -F visibility=secret $URL", 422, "read"),
        ("curl -F file=@f -F visiblity=public $URL", 422, "visiblity"),
        ("curl -d 'text=x&expire=1h' $URL", 422, "expire"),
        ("curl --data-binary @f \"$URL/?expires=soon\"", 422, "90m"),
        ("curl --data-binary @f \"$URL/?expire=1h\"", 422, "expire"),
        ("curl -T f \"$URL/f?lang=rust\"", 422, "lang"),
        (thousand, 422, "32"),
        (&broken, 400, "could not be understood"),
    ] {
        let said = shell.curl(line).await;
        assert_eq!(said.status, status, "{line}: {}", said.body);
        assert_eq!(said.body.lines().count(), 1, "{line}: {}", said.body);
        assert!(said.body.ends_with('\n') && said.body.contains(says), "{line}: {}", said.body);
    }
    let kept = site.store.blobs().list(&store::BlobKey::FIRST, 10).await.unwrap();
    assert!(kept.is_empty(), "nothing is kept");
}

#[tokio::test]
#[ignore = "needs curl: tests/run brings it"]
async fn the_start_page_is_how_to_use_it() {
    let site =
        Site::start_with(&["--max-paste-bytes=2MiB", "--default-expiry=1d", "--max-expiry=1M"])
            .await;
    let shell = Shell::new(&site.url);
    let usage = shell.run("curl -s --noproxy '*' $URL").await;
    for part in ["2 MB", "1d", "at most 1M", "/api"] {
        assert!(usage.contains(part), "{part} in {usage}");
    }
    shell.write("notes.txt", "x");
    shell.write("main.rs", "x");
    let lines = usage
        .lines()
        .map(str::trim)
        .filter(|line| line.contains("curl -") && line.contains(&site.url));
    let lines: Vec<&str> = lines.collect();
    assert!(lines.len() > 4, "{usage}");
    for line in lines {
        assert_eq!(shell.curl(line).await.status, 201, "{line}");
    }
}
