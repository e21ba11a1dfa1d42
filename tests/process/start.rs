//! How the program starts, and how it reports that it cannot.

use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt as _;

use crate::program::{Home, error_line};

#[test]
fn the_greeting_names_the_address_the_database_and_how_to_stop() {
    let home = Home::new();
    let program = home.start();
    for part in [program.url.as_str(), home.database().to_str().unwrap(), "Ctrl-C"] {
        assert!(program.greeting.contains(part), "{part} in {}", program.greeting);
    }
    let mode = home.path().join("data").metadata().unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o700, "only this user may read texts and password hashes");
}

#[test]
fn a_port_in_use_is_reported_in_one_line() {
    let home = Home::new();
    let _taken = TcpListener::bind(home.address).unwrap();
    let error = error_line(&home.run(&[], &[]));
    for part in ["LISTEN", &home.address.to_string(), "in use"] {
        assert!(error.contains(part), "{part} in {error}");
    }
}

#[test]
fn a_second_site_waits_until_the_first_releases_the_database_file() {
    let home = Home::new();
    let mut first = home.start();
    let database = format!("sqlite:{}", home.database().display());
    let second_home = Home::new();
    let (started, starting) = std::sync::mpsc::channel();
    std::thread::scope(|threads| {
        threads.spawn(|| {
            let second = second_home.start_with(&[("DATABASE_URL", &database)]);
            started.send(()).unwrap();
            drop(second);
        });
        let started_early = starting.recv_timeout(std::time::Duration::from_secs(2));
        assert!(started_early.is_err(), "two sites serve one database file");
        first.signal("-TERM");
        first.wait();
        starting.recv_timeout(std::time::Duration::from_mins(1)).unwrap();
    });
}

#[test]
fn a_folder_that_cannot_be_created_is_reported_in_one_line() {
    let error =
        error_line(&Home::new().run(&[], &[("DATABASE_URL", "sqlite:/proc/nothing/pastebin.db")]));
    assert!(error.contains("DATABASE_URL") && error.contains("/proc/nothing"), "{error}");
}

#[test]
fn a_file_that_is_no_database_is_reported_in_one_line_and_left_unchanged() {
    let home = Home::new();
    let (path, notes) =
        (home.path().join("notes.txt"), "these are notes, not a database; ".repeat(50));
    std::fs::write(&path, &notes).unwrap();
    let error = error_line(&home.run(&[], &[("DATABASE_URL", "sqlite:notes.txt")]));
    assert!(error.contains("DATABASE_URL") && error.contains("notes.txt"), "{error}");
    assert_eq!(std::fs::read_to_string(path).unwrap(), notes);
}

#[tokio::test]
async fn a_database_of_a_newer_version_is_refused() {
    let home = Home::new();
    std::fs::create_dir(home.path().join("data")).unwrap();
    let db = store::Db::sqlite(&home.database()).await.unwrap();
    let store::Db::Sqlite(sqlite) = &db else { unreachable!() };
    let newer =
        "insert into _sqlx_migrations (version, description, success, checksum, execution_time)
                 values (9999, 'from the future', true, x'00', 0)";
    sqlx::query(newer).execute(&sqlite.write).await.unwrap();
    db.close().await;
    let error = error_line(&home.run(&[], &[]));
    assert!(error.contains("9999") && error.contains("newer version"), "{error}");
}

#[test]
fn a_database_url_with_a_password_is_never_printed() {
    for url in
        ["mysql://me:geheim@db/pastebin", "postgres://me:geheim@127.0.0.1:1/pastebin", "geheim"]
    {
        let error = error_line(&Home::new().run(&[], &[("DATABASE_URL", url)]));
        assert!(error.contains("DATABASE_URL") && !error.contains("geheim"), "{error}");
    }
    let help =
        Home::new().run(&["--help"], &[("DATABASE_URL", "postgres://me:geheim@db/pastebin")]);
    assert!(help.status.success());
    assert!(!String::from_utf8(help.stdout).unwrap().contains("geheim"));
}

#[test]
fn an_invalid_setting_is_named_by_its_flag() {
    for (setting, value, flag) in [
        ("LISTEN", "everywhere", "--listen"),
        ("TCP_LISTEN", "9999", "--tcp-listen"),
        ("PUBLIC_URL", "paste.example.org", "--public-url"),
        ("MAX_PASTE_BYTES", "lots", "--max-paste-bytes"),
        ("DEFAULT_EXPIRY", "soon", "--default-expiry"),
        ("JOBS", "maybe", "--jobs"),
    ] {
        let output = Home::new().run(&[], &[(setting, value)]);
        assert!(!output.status.success());
        assert!(String::from_utf8(output.stderr).unwrap().contains(flag), "{setting}");
    }
}

#[test]
fn help_names_the_environment_variables() {
    let help = String::from_utf8(Home::new().run(&["--help"], &[]).stdout).unwrap();
    for setting in [
        "LISTEN",
        "PUBLIC_URL",
        "TCP_LISTEN",
        "DATABASE_URL",
        "REDIS_URL",
        "ID_SERVICE_URL",
        "MAX_PASTE_BYTES",
        "DEFAULT_EXPIRY",
        "MAX_EXPIRY",
        "JOBS",
        "LOG_FORMAT",
    ] {
        assert!(help.contains(&format!("[env: {setting}")), "{setting}");
    }
}
