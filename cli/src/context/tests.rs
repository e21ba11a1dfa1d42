//! Tests of how a command picks its server and its credential.

use tempfile::TempDir;

use super::*;

fn server(url: &str) -> Server {
    url.parse().unwrap()
}

fn context(
    home: &TempDir,
    server_option: Option<&str>,
    environment_server: Option<&str>,
    environment_token: Option<&str>,
) -> Context {
    let environment = Environment {
        server: environment_server.map(server),
        token: environment_token.map(str::to_owned),
        config_dir: home.path().join("config"),
        state_dir: home.path().join("state"),
    };
    Context::new(environment, server_option.map(server), false).unwrap()
}

#[test]
fn the_server_comes_from_the_option_then_the_environment_then_the_last_login() {
    let (a, b, c) = ("https://a.example", "https://b.example", "https://c.example");
    let home = tempfile::tempdir().unwrap();
    assert_eq!(context(&home, None, None, None).server, server("http://127.0.0.1:8080"));
    context(&home, None, None, None).logins.save(&server(c), "of c".to_owned()).unwrap();
    assert_eq!(context(&home, None, None, None).server, server(c));
    assert_eq!(context(&home, None, Some(b), None).server, server(b));
    assert_eq!(context(&home, Some(a), Some(b), None).server, server(a));
}

#[test]
fn a_token_is_only_sent_to_its_own_server() {
    let (a, b) = ("https://a.example", "https://b.example");
    let home = tempfile::tempdir().unwrap();
    context(&home, None, None, None).logins.save(&server(a), "saved".to_owned()).unwrap();
    let token = |context: &Context, url: &str| context.token(&server(url)).unwrap();

    let logged_in = context(&home, None, None, None);
    assert_eq!(token(&logged_in, a).as_deref(), Some("saved"));
    for other in [b, "http://a.example", "https://a.example:8443", "https://a.example.b.example"] {
        assert_eq!(token(&logged_in, other), None, "{other}");
    }
    let with_variables = context(&home, None, Some(b), Some("environment"));
    assert_eq!(token(&with_variables, b).as_deref(), Some("environment"));
    assert_eq!(token(&with_variables, a).as_deref(), Some("saved"));
    // PB_TOKEN belongs to PB_SERVER, also when --server names another server.
    let with_option = context(&home, Some("https://c.example"), Some(b), Some("environment"));
    assert_eq!(token(&with_option, "https://c.example"), None);
    // Without PB_SERVER it belongs to the server in use.
    let without_server = context(&home, Some("https://c.example"), None, Some("environment"));
    assert_eq!(token(&without_server, "https://c.example").as_deref(), Some("environment"));
}

#[test]
fn a_paste_without_a_saved_delete_token_is_changed_with_the_token_of_its_server() {
    let home = tempfile::tempdir().unwrap();
    let context = context(&home, None, None, Some("environment"));
    let other = server("https://other.example");
    let no_token = context.credential_to_change(&other, "abcDEF123456").unwrap();
    assert!(matches!(no_token, Credential::Anonymous));
    let own = context.credential_to_change(&context.server, "abcDEF123456").unwrap();
    assert!(matches!(own, Credential::Token(token) if token == "environment"));
}
