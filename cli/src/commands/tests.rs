use tempfile::TempDir;

use super::*;

fn server(url: &str) -> Server {
    url.parse().unwrap()
}

fn pb(home: &TempDir, flag: Option<&str>, variable: Option<&str>, token: Option<&str>) -> Pb {
    let environment = Environment {
        server: variable.map(server),
        token: token.map(str::to_owned),
        config: home.path().join("config"),
        state: home.path().join("state"),
    };
    Pb::new(environment, flag.map(server), false).unwrap()
}

#[test]
fn the_server_is_that_of_the_line_then_the_environment_then_the_login() {
    let (a, b, c) = ("https://a.example", "https://b.example", "https://c.example");
    let home = tempfile::tempdir().unwrap();
    assert_eq!(pb(&home, None, None, None).server, server("http://127.0.0.1:8080"));
    pb(&home, None, None, None).logins.save(&server(c), "of c".to_owned()).unwrap();
    assert_eq!(pb(&home, None, None, None).server, server(c));
    assert_eq!(pb(&home, None, Some(b), None).server, server(b));
    assert_eq!(pb(&home, Some(a), Some(b), None).server, server(a));
}

#[test]
fn a_token_goes_to_no_server_but_its_own() {
    let (a, b) = ("https://a.example", "https://b.example");
    let home = tempfile::tempdir().unwrap();
    pb(&home, None, None, None).logins.save(&server(a), "saved".to_owned()).unwrap();
    let token = |pb: &Pb, url: &str| pb.token(&server(url)).unwrap();

    let saved = pb(&home, None, None, None);
    assert_eq!(token(&saved, a).as_deref(), Some("saved"));
    for other in [b, "http://a.example", "https://a.example:8443", "https://a.example.b.example"] {
        assert_eq!(token(&saved, other), None, "{other}");
    }
    let given = pb(&home, None, Some(b), Some("given"));
    assert_eq!(token(&given, b).as_deref(), Some("given"));
    assert_eq!(token(&given, a).as_deref(), Some("saved"));
    // The environment's token is for the environment's server, wherever the line leads.
    let elsewhere = pb(&home, Some("https://c.example"), Some(b), Some("given"));
    assert_eq!(token(&elsewhere, "https://c.example"), None);
    let alone = pb(&home, Some("https://c.example"), None, Some("given"));
    assert_eq!(token(&alone, "https://c.example").as_deref(), Some("given"));
}

#[test]
fn what_was_made_here_is_changed_with_what_came_with_it() {
    let home = tempfile::tempdir().unwrap();
    let pb = pb(&home, None, None, Some("given"));
    let nobody = pb.credential_for(&server("https://other.example"), "abcDEF123456").unwrap();
    assert!(matches!(nobody, Credential::Anonymous));
    let own = pb.credential_for(&pb.server, "abcDEF123456").unwrap();
    assert!(matches!(own, Credential::Token(token) if token == "given"));
}
