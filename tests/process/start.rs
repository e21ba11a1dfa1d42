use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt as _;
use std::process::Output;

use crate::program::Home;

/// One line, a non-zero code, and the name of the setting.
fn complaint(output: &Output) -> String {
    assert!(!output.status.success());
    let said = String::from_utf8(output.stderr.clone()).unwrap();
    assert_eq!(said.lines().count(), 1, "{said}");
    said
}

#[test]
fn it_says_where_it_is_where_the_data_is_and_how_to_stop() {
    let home = Home::new();
    let program = home.start();
    for part in [program.url.as_str(), home.database().to_str().unwrap(), "Ctrl-C"] {
        assert!(program.greeting.contains(part), "{part} in {}", program.greeting);
    }
    let mode = home.path().join("data").metadata().unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o700, "texts and password hashes are for this user alone");
}

#[test]
fn a_port_in_use_is_one_clear_line() {
    let home = Home::new();
    let _taken = TcpListener::bind(home.address).unwrap();
    let said = complaint(&home.run(&[], &[]));
    assert!(
        said.contains("LISTEN")
            && said.contains(&home.address.to_string())
            && said.contains("in use"),
        "{said}"
    );
}

#[test]
fn a_site_waits_for_the_one_before_it_on_the_same_file() {
    let home = Home::new();
    let mut first = home.start();
    let database = format!("sqlite:{}", home.database().display());
    let next = Home::new();
    let (started, starting) = std::sync::mpsc::channel();
    std::thread::scope(|threads| {
        threads.spawn(|| {
            let second = next.start_with(&[("DATABASE_URL", &database)]);
            started.send(()).unwrap();
            drop(second);
        });
        let early = starting.recv_timeout(std::time::Duration::from_secs(2));
        assert!(early.is_err(), "two sites serve one file");
        first.signal("-TERM");
        first.wait();
        starting.recv_timeout(std::time::Duration::from_mins(1)).unwrap();
    });
}

#[test]
fn a_folder_that_cannot_be_made_is_one_clear_line() {
    let said =
        complaint(&Home::new().run(&[], &[("DATABASE_URL", "sqlite:/proc/nothing/pastebin.db")]));
    assert!(said.contains("DATABASE_URL") && said.contains("/proc/nothing"), "{said}");
}

#[test]
fn a_file_that_is_no_database_is_one_clear_line() {
    let home = Home::new();
    std::fs::write(
        home.path().join("notes.txt"),
        "these are notes, not a database; do not touch ".repeat(50),
    )
    .unwrap();
    let said = complaint(&home.run(&[], &[("DATABASE_URL", "sqlite:notes.txt")]));
    assert!(said.contains("DATABASE_URL") && said.contains("notes.txt"), "{said}");
    assert!(
        std::fs::read_to_string(home.path().join("notes.txt"))
            .unwrap()
            .starts_with("these are notes")
    );
}

#[tokio::test]
async fn a_database_from_a_newer_version_is_left_alone() {
    let home = Home::new();
    std::fs::create_dir(home.path().join("data")).unwrap();
    let db = store::Db::sqlite(&home.database()).await.unwrap();
    let store::Db::Sqlite(sqlite) = &db else { unreachable!() };
    let newer =
        "insert into _sqlx_migrations (version, description, success, checksum, execution_time)
                 values (9999, 'from the future', true, x'00', 0)";
    sqlx::query(newer).execute(&sqlite.write).await.unwrap();
    db.close().await;
    let said = complaint(&home.run(&[], &[]));
    assert!(said.contains("9999") && said.contains("newer version"), "{said}");
}

#[test]
fn an_address_with_a_password_is_never_shown() {
    for url in
        ["mysql://me:geheim@db/pastebin", "postgres://me:geheim@127.0.0.1:1/pastebin", "geheim"]
    {
        let said = complaint(&Home::new().run(&[], &[("DATABASE_URL", url)]));
        assert!(said.contains("DATABASE_URL") && !said.contains("geheim"), "{said}");
    }
    let help =
        Home::new().run(&["--help"], &[("DATABASE_URL", "postgres://me:geheim@db/pastebin")]);
    assert!(help.status.success());
    assert!(!String::from_utf8(help.stdout).unwrap().contains("geheim"));
}

#[test]
fn a_setting_that_makes_no_sense_is_named() {
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
fn help_is_the_reference() {
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
