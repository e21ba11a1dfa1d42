//! nc against the program's TCP port.

use crate::program::{Home, Program};
use crate::shell::Shell;

fn start(settings: &[(&str, &str)]) -> (Home, Program, String) {
    let home = Home::new();
    let settings = [settings, &[("TCP_LISTEN", "127.0.0.1:0")]].concat();
    let program = home.start_with(&settings);
    let line = program.greeting.lines().find(|line| line.contains(" tcp ")).unwrap();
    let port = line.split_whitespace().nth(1).unwrap().replace(':', " ");
    (home, program, port)
}

#[tokio::test]
#[ignore = "needs nc: tests/run brings it"]
async fn a_text_is_answered_with_its_link() {
    let (_home, program, port) = start(&[]);
    let shell = Shell::new(&program.url);
    let text = "one\r\n\ttwo ж\n\n";
    shell.write("f", text);
    // With the end of the input told, and without.
    for line in
        [format!("nc -N {port} < f"), format!("nc {port} < f"), format!("cat f | nc {port}")]
    {
        let said = shell.run(&line).await;
        let link = said.strip_suffix('\n').unwrap();
        assert!(link.starts_with(&program.url), "{line}: {said}");
        assert_eq!(reqwest::get(link).await.unwrap().text().await.unwrap(), text, "{line}");
    }
}

#[tokio::test]
#[ignore = "needs nc: tests/run brings it"]
async fn what_is_wrong_is_one_line() {
    let (_home, program, port) = start(&[("MAX_PASTE_BYTES", "1000")]);
    let shell = Shell::new(&program.url);
    shell.write("large", "x".repeat(1001));
    shell.write("larger", "x".repeat(3500));
    shell.write("nul", b"text\0");
    for (file, says) in
        [("large", "longer"), ("larger", "longer"), ("nul", "zero byte"), ("/dev/null", "no text")]
    {
        let said = shell.run(&format!("nc -N {port} < {file}")).await;
        assert!(said.starts_with("error: ") && said.contains(says), "{file}: {said}");
        assert_eq!(said.lines().count(), 1, "{file}: {said}");
    }
}
