//! nc against the TCP port of the program.

use crate::program::{Home, Program};
use crate::shell::Shell;

/// Starts the program with a TCP port. The last value is its address as nc expects it: `HOST PORT`.
fn start(settings: &[(&str, &str)]) -> (Home, Program, String) {
    let home = Home::new();
    let settings = [settings, &[("TCP_LISTEN", "127.0.0.1:0")]].concat();
    let program = home.start_with(&settings);
    let line = program.greeting.lines().find(|line| line.contains(" tcp ")).unwrap();
    let address = line.split_whitespace().nth(1).unwrap().replace(':', " ");
    (home, program, address)
}

#[tokio::test]
#[ignore = "needs nc; tests/run installs it"]
async fn a_text_sent_with_nc_returns_its_link() {
    let (_home, program, address) = start(&[]);
    let shell = Shell::new(&program.url);
    let text = "one\r\n\ttwo ж\n\n";
    shell.write("f", text);
    // With -N, nc closes its side of the connection at the end of the input. Without it, it does
    // not.
    for line in [
        format!("nc -N {address} < f"),
        format!("nc {address} < f"),
        format!("cat f | nc {address}"),
    ] {
        let output = shell.run(&line).await;
        let link = output.strip_suffix('\n').unwrap();
        assert!(link.starts_with(&program.url), "{line}: {output}");
        assert_eq!(reqwest::get(link).await.unwrap().text().await.unwrap(), text, "{line}");
    }
}

#[tokio::test]
#[ignore = "needs nc; tests/run installs it"]
async fn an_invalid_text_returns_one_line() {
    let (_home, program, address) = start(&[("MAX_PASTE_BYTES", "1000")]);
    let shell = Shell::new(&program.url);
    shell.write("large", "x".repeat(1001));
    shell.write("larger", "x".repeat(3500));
    shell.write("nul", b"text\0");
    for (file, expected) in
        [("large", "longer"), ("larger", "longer"), ("nul", "is zero"), ("/dev/null", "no text")]
    {
        let output = shell.run(&format!("nc -N {address} < {file}")).await;
        assert!(output.starts_with("error: ") && output.contains(expected), "{file}: {output}");
        assert_eq!(output.lines().count(), 1, "{file}: {output}");
    }
}
