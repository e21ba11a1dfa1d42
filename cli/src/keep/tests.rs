use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

use serde_json::json;

use super::*;
use crate::paste::Paste;
use crate::server::Server;

fn server(url: &str) -> Server {
    url.parse().unwrap()
}

fn paste(id: &str, expires_at: Option<&str>) -> Paste {
    let paste = json!({
        "id": id, "url": format!("https://paste.example.org/{id}"), "title": "", "syntax": "text",
        "visibility": "unlisted", "bytes": 1, "lines": 1, "sha256": "", "syntax_guessed": true,
        "created_at": "2020-01-01T12:00:00Z", "expires_at": expires_at,
    });
    serde_json::from_value(paste).unwrap()
}

fn made(id: &str, expires_at: Option<&str>) -> Made {
    Made {
        server: server("http://10.0.0.1:8080"),
        delete_token: format!("pastebin_del_{id}"),
        paste: paste(id, expires_at),
    }
}

fn mode(path: &Path) -> u32 {
    path.metadata().unwrap().mode() & 0o777
}

#[test]
fn secrets_are_for_this_user_alone() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("state/pb");
    MadeHere::in_folder(&folder).remember(made("abcDEF123456", None)).unwrap();
    assert_eq!(mode(&folder), 0o700);
    assert_eq!(mode(&folder.join("pastes.json")), 0o600);
    std::fs::set_permissions(&folder, Permissions::from_mode(0o755)).unwrap();
    Logins::in_folder(&folder).save(&server("https://a.example"), "secret".to_owned()).unwrap();
    assert_eq!(mode(&folder), 0o700);
    assert_eq!(mode(&folder.join("login.json")), 0o600);
}

#[test]
fn what_several_make_at_once_is_all_remembered() {
    let home = tempfile::tempdir().unwrap();
    std::thread::scope(|scope| {
        for thread in 0..6 {
            let folder = home.path();
            scope.spawn(move || {
                for n in 0..5 {
                    let id = format!("id{thread:05}{n:05}");
                    MadeHere::in_folder(folder).remember(made(&id, None)).unwrap();
                }
            });
        }
    });
    let kept = MadeHere::in_folder(home.path()).on(&server("http://10.0.0.1:8080")).unwrap();
    assert_eq!(kept.len(), 30);
}

#[test]
fn a_paste_is_found_where_it_was_sent_and_where_its_link_leads() {
    let home = tempfile::tempdir().unwrap();
    let here = MadeHere::in_folder(home.path());
    here.remember(made("abcDEF123456", None)).unwrap();
    for (url, is) in [
        ("http://10.0.0.1:8080", true),
        ("https://paste.example.org", true),
        ("http://paste.example.org", false),
        ("https://other.example.org", false),
    ] {
        let found = here.find(&server(url), "abcDEF123456").unwrap();
        assert_eq!(found.is_some(), is, "{url}");
    }
}

#[test]
fn what_is_expired_or_deleted_is_forgotten() {
    let home = tempfile::tempdir().unwrap();
    let (here, at) = (MadeHere::in_folder(home.path()), server("http://10.0.0.1:8080"));
    here.remember(made("expired12345", Some("2020-01-02T12:00:00Z"))).unwrap();
    here.remember(made("deleted12345", None)).unwrap();
    here.remember(made("alive1234567", Some("2999-01-02T12:00:00Z"))).unwrap();
    here.forget(&at, "deleted12345").unwrap();
    let kept = std::fs::read_to_string(home.path().join("pastes.json")).unwrap();
    assert!(!kept.contains("expired12345") && !kept.contains("deleted12345"), "{kept}");
    assert_eq!(here.on(&at).unwrap()[0].paste.id, "alive1234567");
}

#[test]
fn what_lives_longer_now_is_remembered_as_long() {
    let home = tempfile::tempdir().unwrap();
    let (here, at) = (MadeHere::in_folder(home.path()), server("http://10.0.0.1:8080"));
    here.remember(made("abcDEF123456", Some("2998-01-01T12:00:00Z"))).unwrap();
    here.change(&at, &paste("abcDEF123456", None)).unwrap();
    let found = here.find(&at, "abcDEF123456").unwrap().unwrap();
    assert_eq!(found.paste.expires_at, None);
    assert_eq!(found.delete_token, "pastebin_del_abcDEF123456");
}

#[test]
fn a_broken_file_is_not_overwritten() {
    let home = tempfile::tempdir().unwrap();
    std::fs::write(home.path().join("pastes.json"), "{\"pastes\": [").unwrap();
    let here = MadeHere::in_folder(home.path());
    assert!(here.remember(made("abcDEF123456", None)).is_err());
    assert_eq!(std::fs::read(home.path().join("pastes.json")).unwrap(), b"{\"pastes\": [");
}
