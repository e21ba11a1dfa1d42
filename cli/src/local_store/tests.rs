//! Tests of the local files.

use std::fs::Permissions;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::Path;

use serde_json::json;

use crate::api::Paste;
use crate::local_store::anonymous_pastes::{AnonymousPaste, AnonymousPastes};
use crate::local_store::logins::Logins;
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

fn anonymous_paste(id: &str, expires_at: Option<&str>) -> AnonymousPaste {
    AnonymousPaste {
        server: server("http://10.0.0.1:8080"),
        delete_token: format!("pastebin_del_{id}"),
        paste: paste(id, expires_at),
    }
}

fn mode(path: &Path) -> u32 {
    path.metadata().unwrap().mode() & 0o777
}

#[test]
fn only_the_user_can_read_the_files() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("state/pb");
    AnonymousPastes::in_folder(&folder).add(anonymous_paste("abcDEF123456", None)).unwrap();
    assert_eq!(mode(&folder), 0o700);
    assert_eq!(mode(&folder.join("pastes.json")), 0o600);
    std::fs::set_permissions(&folder, Permissions::from_mode(0o755)).unwrap();
    Logins::in_folder(&folder).save(&server("https://a.example"), "secret".to_owned()).unwrap();
    assert_eq!(mode(&folder), 0o700);
    assert_eq!(mode(&folder.join("login.json")), 0o600);
}

#[test]
fn concurrent_additions_are_all_saved() {
    let home = tempfile::tempdir().unwrap();
    std::thread::scope(|scope| {
        for thread in 0..6 {
            let folder = home.path();
            scope.spawn(move || {
                for n in 0..5 {
                    let id = format!("id{thread:05}{n:05}");
                    AnonymousPastes::in_folder(folder).add(anonymous_paste(&id, None)).unwrap();
                }
            });
        }
    });
    let saved =
        AnonymousPastes::in_folder(home.path()).list(&server("http://10.0.0.1:8080")).unwrap();
    assert_eq!(saved.len(), 30);
}

#[test]
fn a_paste_is_found_by_the_server_it_was_sent_to_and_by_the_server_of_its_link() {
    let home = tempfile::tempdir().unwrap();
    let pastes = AnonymousPastes::in_folder(home.path());
    pastes.add(anonymous_paste("abcDEF123456", None)).unwrap();
    for (url, expected) in [
        ("http://10.0.0.1:8080", true),
        ("https://paste.example.org", true),
        ("http://paste.example.org", false),
        ("https://other.example.org", false),
    ] {
        let found = pastes.find(&server(url), "abcDEF123456").unwrap();
        assert_eq!(found.is_some(), expected, "{url}");
    }
}

#[test]
fn expired_and_deleted_pastes_are_removed_from_the_file() {
    let home = tempfile::tempdir().unwrap();
    let (pastes, server) =
        (AnonymousPastes::in_folder(home.path()), server("http://10.0.0.1:8080"));
    pastes.add(anonymous_paste("expired12345", Some("2020-01-02T12:00:00Z"))).unwrap();
    pastes.add(anonymous_paste("deleted12345", None)).unwrap();
    pastes.add(anonymous_paste("alive1234567", Some("2999-01-02T12:00:00Z"))).unwrap();
    pastes.remove(&server, "deleted12345").unwrap();
    let json = std::fs::read_to_string(home.path().join("pastes.json")).unwrap();
    assert!(!json.contains("expired12345") && !json.contains("deleted12345"), "{json}");
    assert_eq!(pastes.list(&server).unwrap()[0].paste.id, "alive1234567");
}

#[test]
fn an_edited_expiry_replaces_the_saved_one() {
    let home = tempfile::tempdir().unwrap();
    let (pastes, server) =
        (AnonymousPastes::in_folder(home.path()), server("http://10.0.0.1:8080"));
    pastes.add(anonymous_paste("abcDEF123456", Some("2998-01-01T12:00:00Z"))).unwrap();
    pastes.replace(&server, &paste("abcDEF123456", None)).unwrap();
    let found = pastes.find(&server, "abcDEF123456").unwrap().unwrap();
    assert_eq!(found.paste.expires_at, None);
    assert_eq!(found.delete_token, "pastebin_del_abcDEF123456");
}

#[test]
fn an_invalid_file_is_not_overwritten() {
    let home = tempfile::tempdir().unwrap();
    std::fs::write(home.path().join("pastes.json"), "{\"pastes\": [").unwrap();
    let pastes = AnonymousPastes::in_folder(home.path());
    assert!(pastes.add(anonymous_paste("abcDEF123456", None)).is_err());
    assert_eq!(std::fs::read(home.path().join("pastes.json")).unwrap(), b"{\"pastes\": [");
}
