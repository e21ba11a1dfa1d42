//! How the program starts, and how it reports that it cannot.

use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt as _;
use std::process::Output;

use testbed::settings;

use crate::program::{Home, error_line};

#[test]
fn the_greeting_names_the_address_the_database_and_how_to_stop() {
    let home = Home::new();
    let program = home.start();
    for part in [program.url.as_str(), home.database().to_str().unwrap(), "(SQLite 3.", "Ctrl-C"] {
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

/// Every setting of the program and of its commands.
fn variables(home: &Home) -> Vec<String> {
    let help = |arguments: &[&str]| String::from_utf8(home.run(arguments, &[]).stdout).unwrap();
    settings::variables(&(help(&["--help"]) + &help(&["copy", "--help"])))
}

#[test]
fn every_blank_setting_counts_as_unset() {
    let home = Home::new();
    let address = home.address.to_string();
    for blank in ["", " \t"] {
        let names = variables(&home);
        let mut command = home.command(&["--listen", &address]);
        command.envs(
            names
                .iter()
                .map(String::as_str)
                .chain(settings::OF_LIBRARIES)
                .map(|name| (name, blank)),
        );
        home.start_command(&mut command).stop();

        let flags = names.iter().filter(|name| !name.starts_with("COPY_"));
        let flags: Vec<_> = flags.map(|name| format!("{}={blank}", settings::flag(name))).collect();
        let flags: Vec<_> = flags.iter().map(String::as_str).collect();
        home.start_command(&mut home.command(&flags)).stop();
    }
}

#[test]
fn no_setting_prints_a_password() {
    let home = Home::new();
    let names = variables(&home);
    for value in
        ["https://me:geheim@127.0.0.1:1/?x", "redis:me:geheim@127.0.0.1:1", "me:geheim@host"]
    {
        for name in &names {
            // A value that is accepted ends in a check that the site does not answer.
            let output = home.run(&["healthcheck"], &[(name, value)]);
            assert_hides(&output, "geheim", name);
        }
        let all =
            home.run(&["--help"], &names.iter().map(|name| (&**name, value)).collect::<Vec<_>>());
        assert!(all.status.success());
        assert_hides(&all, "geheim", "--help");
        assert_hides(&home.run(&[value], &[]), "geheim", "an argument");
    }
    // These are used only when the site starts.
    let bucket = [("S3_BUCKET", "b"), ("S3_ACCESS_KEY_ID", "k"), ("S3_SECRET_ACCESS_KEY", "s")];
    for (name, value) in [
        ("DATABASE_URL", "postgres://me:geheim@127.0.0.1:1/x"),
        ("REDIS_URL", "redis://me:geheim@127.0.0.1:1"),
        ("REDIS_URL", "redis://me:geheim@[:x"),
        ("ID_SERVICE_URL", "redis://me:geheim@127.0.0.1:1"),
        ("S3_ENDPOINT", "http://me:geheim@127.0.0.1:1"),
        ("S3_ENDPOINT", "http://me:geheim@["),
    ] {
        let bucket = bucket.iter().filter(|_| name == "S3_ENDPOINT").copied();
        let output = home.run(&[], &bucket.chain([(name, value)]).collect::<Vec<_>>());
        assert!(!output.status.success(), "{name}={value}");
        assert_hides(&output, "geheim", name);
    }
}

fn assert_hides(output: &Output, secret: &str, what: &str) {
    for printed in [&output.stdout, &output.stderr] {
        let printed = String::from_utf8_lossy(printed);
        assert!(!printed.contains(secret), "{what}: {printed}");
    }
}

#[test]
fn an_invalid_log_filter_is_one_error_line() {
    for filter in ["verbose", "app=loud", "warn;app=debug"] {
        let error = error_line(&Home::new().run(&["healthcheck"], &[("RUST_LOG", filter)]));
        assert!(error.contains("RUST_LOG") && error.contains("warn,app=debug"), "{error}");
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
        "ID_SERVICE_SECRET",
        "MAX_PASTE_BYTES",
        "DEFAULT_EXPIRY",
        "MAX_EXPIRY",
        "MAX_EXPIRY_ANONYMOUS",
        "MAX_CLIENT_BYTES",
        "MAX_TOTAL_BYTES",
        "JOBS",
        "LOG_FORMAT",
    ] {
        assert!(help.contains(&format!("[env: {setting}")), "{setting}");
    }
}
