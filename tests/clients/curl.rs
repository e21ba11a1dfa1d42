//! curl commands as users type them.

use crate::shell::Shell;
use crate::support::Site;

#[tokio::test]
#[ignore = "needs curl; tests/run installs it"]
async fn every_way_of_sending_a_text_returns_its_link() {
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
#[ignore = "needs curl; tests/run installs it"]
async fn the_response_has_a_location_header_and_the_link() {
    let site = Site::start().await;
    let shell = Shell::new(&site.url);
    let output = shell.run("curl -si --noproxy '*' -d 'text=x' $URL").await;
    let link = output.lines().last().unwrap();
    assert!(output.starts_with("HTTP/1.1 201 Created"), "{output}");
    assert!(output.contains(&format!("location: {link}\r\n")), "{output}");
}

#[tokio::test]
#[ignore = "needs curl; tests/run installs it"]
async fn several_files_return_their_links_in_order() {
    let site = Site::start().await;
    let shell = Shell::new(&site.url);
    shell.write("a.rs", "fn a() {}\n");
    shell.write("b.py", "b = 1\n");
    let response =
        shell.curl("curl -F file=@a.rs -F file=@b.py -F file=@a.rs -F expires=1h $URL").await;
    let links: Vec<&str> = response.body.lines().collect();
    assert_eq!((response.status, links.len()), (201, 3), "{response:?}");
    for (link, text, name) in [
        (links[0], "fn a() {}\n", "a.rs"),
        (links[1], "b = 1\n", "b.py"),
        (links[2], "fn a() {}\n", "a.rs"),
    ] {
        assert_eq!(site.curl().raw(link).await, text);
        assert!(site.visitor().get(link).await.text().contains(&format!("<bdi>{name}</bdi>")));
    }
    site.advance(std::time::Duration::from_hours(1));
    assert_eq!(site.curl().get(links[1]).await.status, 404, "the expiry applies to every file");
}

#[tokio::test]
#[ignore = "needs curl; tests/run installs it"]
async fn query_parameters_set_what_the_form_leaves_out() {
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
    let with_form_expiry = shell.link(line).await;
    let with_query_expiry = shell.link("curl -T f.txt \"$URL/f.txt?expires=1h\"").await;
    assert!(
        site.visitor().get(&with_form_expiry).await.text().contains(">Rust</"),
        "the form wins over the query"
    );
    site.advance(std::time::Duration::from_hours(1));
    assert_eq!(
        site.curl().get(&with_form_expiry).await.status,
        200,
        "the form wins over the query"
    );
    assert_eq!(site.curl().get(&with_query_expiry).await.status, 404);
}

#[tokio::test]
#[ignore = "needs curl; tests/run installs it"]
async fn an_invalid_request_returns_one_line_and_stores_nothing() {
    let site = Site::start_with(&["--max-paste-bytes=1000"]).await;
    let shell = Shell::new(&site.url);
    shell.write("f", "hello\n");
    shell.write("large", "x".repeat(1001));
    shell.write("huge", "x".repeat(2_000_000));
    shell.write("latin", b"caf\xe9");
    shell.write("nul", b"a\0b");
    shell.write("empty", b"");
    let thousand_files =
        "for n in $(seq 1000); do files+=(-F file=@f); done; curl \"${files[@]}\" $URL";
    let truncated_part = "--x\\r\\ncontent-disposition: form-data; name=file\\r\\n\\r\\ncut off";
    let malformed = format!(
        "printf -- '{truncated_part}' | curl -H 'content-type: multipart/form-data; boundary=x' --data-binary @- $URL"
    );
    for (line, status, expected) in [
        ("curl --data-binary @large $URL", 413, "1,000 B"),
        ("curl -T large $URL/", 413, "1,000 B"),
        ("curl -F file=@large $URL", 413, "1,000 B"),
        ("curl -F file=@f -F file=@large $URL", 413, "large: "),
        ("curl -F file=@huge $URL", 413, "1,000 B"),
        ("curl --data-binary @huge $URL", 413, "1,000 B"),
        ("curl --data-binary @latin $URL", 422, "UTF-8"),
        ("curl -F file=@f -F file=@latin $URL", 422, "latin: "),
        ("curl -T nul $URL/", 422, "is zero"),
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
        (thousand_files, 422, "32"),
        (&malformed, 400, "could not be understood"),
    ] {
        let response = shell.curl(line).await;
        assert_eq!(response.status, status, "{line}: {}", response.body);
        assert_eq!(response.body.lines().count(), 1, "{line}: {}", response.body);
        assert!(
            response.body.ends_with('\n') && response.body.contains(expected),
            "{line}: {}",
            response.body
        );
    }
    let blobs = site.store.blobs().list(&store::BlobKey::FIRST, 10).await.unwrap();
    assert!(blobs.is_empty(), "no text is stored");
}

#[tokio::test]
#[ignore = "needs curl; tests/run installs it"]
async fn the_start_page_shows_curl_commands_that_work() {
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

#[tokio::test]
#[ignore = "needs curl; tests/run installs it"]
async fn http2_with_prior_knowledge_saves_and_reads() {
    let site = Site::start().await;
    let shell = Shell::new(&site.url);
    let curl = "curl -s --noproxy '*' --http2-prior-knowledge";
    let large = "text \u{1f980}\n".repeat(100_000);
    shell.write("large.txt", &large);
    let link = shell.run(&format!("{curl} --data-binary @large.txt $URL")).await;
    let link = link.trim();
    assert!(link.starts_with(&site.url), "{link}");
    assert_eq!(shell.run(&format!("{curl} {link}")).await, large);
    let version =
        shell.run(&format!("{curl} -o x -w '%{{http_version}} %{{http_code}}' {link}")).await;
    assert_eq!(version, "2 200");
}
