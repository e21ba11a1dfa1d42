//! `pastebin backup` and `pastebin restore`, and a start beside files that do not belong together.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};

use reqwest::Client;

use crate::program::{Home, Program, error_line};

/// Pastes whose texts make the database grow by some pages.
async fn save(program: &Program, count: usize) -> Vec<String> {
    let client = Client::new();
    let mut links = Vec::new();
    for n in 0..count {
        let mut bytes = vec![0; 3000];
        getrandom::fill(&mut bytes).unwrap();
        let text = format!("{n} {}", hex::encode(bytes));
        links.push(program.paste(&client, text).await.unwrap());
    }
    links
}

/// How many of the pastes the site still has.
async fn found(links: &[String]) -> usize {
    let client = Client::new();
    let mut found = 0;
    for link in links {
        let status = client.get(format!("{link}/raw")).send().await.unwrap().status();
        assert!(status == 200 || status == 404, "{link}: {status}");
        found += usize::from(status == 200);
    }
    found
}

fn backup(home: &Home, name: &str) -> PathBuf {
    let made = home.run(&["backup", name], &[]);
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    home.path().join(name)
}

fn restore(home: &Home, file: &Path) -> String {
    let restored = home.run(&["restore", file.to_str().unwrap()], &[]);
    assert!(restored.status.success(), "{}", String::from_utf8_lossy(&restored.stderr));
    String::from_utf8(restored.stdout).unwrap()
}

fn refused(home: &Home, arguments: &[&str]) -> String {
    error_line(&home.run(arguments, &[]))
}

fn kill(mut program: Program) {
    program.signal("-KILL");
    program.wait();
}

/// The file beside the database that ends so.
fn beside(home: &Home, suffix: &str) -> PathBuf {
    PathBuf::from(format!("{}{suffix}", home.database().display()))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_of_a_running_site_is_restored_and_the_database_before_is_kept() {
    let home = Home::new();
    let program = home.start();
    let early = save(&program, 5).await;
    let file = backup(&home, "one.db");
    assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    let late = save(&program, 5).await;
    let running = refused(&home, &["restore", "one.db"]);
    assert!(running.contains("stop it first"), "{running}");
    kill(program);

    let report = restore(&home, &file);
    assert!(report.contains("5 pastes"), "{report}");
    let program = home.start();
    assert_eq!((found(&early).await, found(&late).await), (5, 0));
    save(&program, 1).await;
    drop(program);

    let kept = report.lines().find_map(|line| line.split("kept as ").nth(1)).unwrap();
    restore(&home, Path::new(kept.split(';').next().unwrap()));
    let _program = home.start();
    assert_eq!((found(&early).await, found(&late).await), (5, 5));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_copied_beside_a_log_that_is_not_its_own_is_refused_at_the_start() {
    let home = Home::new();
    let program = home.start();
    let early = save(&program, 20).await;
    let made = backup(&home, "made.db");
    let copied = home.path().join("copied.db");
    sqlite_backup(&home, &copied).await;
    // Enough for the log to be applied to the database and begun anew.
    let late = save(&program, 400).await;
    kill(program);
    let saved = home.path().join("saved");
    copy_folder(&home.path().join("data"), &saved);

    for file in [&made, &copied] {
        for by_move in [false, true] {
            put_back(&saved, &home);
            if by_move {
                fs::copy(file, home.path().join("moved.db")).unwrap();
                fs::rename(home.path().join("moved.db"), home.database()).unwrap();
            } else {
                fs::copy(file, home.database()).unwrap();
            }
            for arguments in [&[][..], &["purge"], &["backup", "other.db"]] {
                let error = refused(&home, arguments);
                assert!(error.contains("pastebin.db-wal") && error.contains("restore"), "{error}");
            }
            let before = fs::read(file).unwrap();
            assert_eq!(fs::read(home.database()).unwrap(), before, "it was not written to");
            restore(&home, file);
            let program = home.start();
            assert_eq!((found(&early).await, found(&late).await), (20, 0));
            drop(program);
        }
        // Without the log it is a database like any other.
        put_back(&saved, &home);
        fs::copy(file, home.database()).unwrap();
        fs::remove_file(beside(&home, "-wal")).unwrap();
        let program = home.start();
        assert_eq!((found(&early).await, found(&late).await), (20, 0));
        drop(program);
    }

    put_back(&saved, &home);
    fs::remove_file(home.database()).unwrap();
    let error = refused(&home, &[]);
    assert!(error.contains("pastebin.db-wal"), "{error}");
    put_back(&saved, &home);
    fs::remove_file(beside(&home, ".lock")).unwrap();
    let _program = home.start();
    assert_eq!((found(&early).await, found(&late).await), (20, 400), "its own log");
}

/// A backup as the `sqlite3` shell makes it: page by page, so with the marks of the original.
async fn sqlite_backup(home: &Home, to: &Path) {
    // The log is applied first, so that the file alone is the whole state.
    let database = store::Db::sqlite(&home.database()).await.unwrap();
    let store::Db::Sqlite(sqlite) = &database else { unreachable!() };
    sqlx::query("pragma wal_checkpoint(truncate)").execute(&sqlite.write).await.unwrap();
    fs::copy(home.database(), to).unwrap();
    database.close().await;
}

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
    }
}

fn put_back(saved: &Path, home: &Home) {
    let data = home.path().join("data");
    fs::remove_dir_all(&data).unwrap();
    copy_folder(saved, &data);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_sound_backup_is_refused_and_the_database_stays() {
    let home = Home::new();
    let program = home.start();
    let links = save(&program, 30).await;
    let file = backup(&home, "good.db");
    drop(program);
    let good = fs::read(&file).unwrap();
    fs::write(home.path().join("empty"), "").unwrap();
    fs::write(home.path().join("notes"), "notes ".repeat(1000)).unwrap();
    fs::write(home.path().join("cut"), &good[..good.len() / 2]).unwrap();
    fs::write(home.path().join("cut-a-little"), &good[..good.len() - 100]).unwrap();
    let mut flipped = good.clone();
    flipped[4096 * 2..4096 * 3].fill(0xff);
    fs::write(home.path().join("flipped"), flipped).unwrap();
    fs::create_dir(home.path().join("folder")).unwrap();
    foreign_database(&home.path().join("foreign"), "create table notes (text)").await;
    newer_database(&home.path().join("newer"), &file).await;
    symlink(home.database(), home.path().join("itself")).unwrap();

    for (file, why) in [
        ("empty", "no database"),
        ("notes", "no database"),
        ("cut", "damaged"),
        ("cut-a-little", "damaged"),
        ("flipped", "damaged"),
        ("folder", "no file"),
        ("nothing", "no file"),
        ("foreign", "no database"),
        ("newer", "newer version"),
        ("itself", "the database itself"),
        ("data/pastebin.db", "the database itself"),
    ] {
        let error = refused(&home, &["restore", file]);
        assert!(error.contains(why) && error.contains(file), "{file}: {error}");
    }
    let exists = refused(&home, &["backup", "good.db"]);
    assert!(exists.contains("good.db exists already"), "{exists}");
    for (name, url) in
        [("backup", "postgres://u:geheim@h/d"), ("restore", "postgres://u:geheim@h/d")]
    {
        let error = error_line(&home.run(&[name, "f.db"], &[("DATABASE_URL", url)]));
        assert!(error.contains("pg_dump") && !error.contains("geheim"), "{error}");
    }
    let names = |folder: &Path| -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap();
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    };
    for name in [names(home.path()), names(&home.path().join("data"))].concat() {
        assert!(!name.contains("unfinished") && !name.contains("before-restore"), "{name}");
    }
    let _program = home.start();
    assert_eq!(found(&links).await, 30);
}

async fn foreign_database(path: &Path, schema: &str) {
    use sqlx::ConnectOptions as _;
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(path).create_if_missing(true);
    let mut connection = options.connect().await.unwrap();
    sqlx::query(schema).execute(&mut connection).await.unwrap();
    sqlx::Connection::close(connection).await.unwrap();
}

async fn newer_database(path: &Path, model: &Path) {
    fs::copy(model, path).unwrap();
    let newer =
        "insert into _sqlx_migrations (version, description, success, checksum, execution_time)
         values (9999, 'from the future', true, x'00', 0)";
    foreign_database(path, newer).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_with_its_own_log_is_restored_whole_and_through_links() {
    let home = Home::new();
    let program = home.start();
    let links = save(&program, 10).await;
    kill(program);
    // As a copy of the folder of a stopped machine.
    let saved = home.path().join("saved");
    copy_folder(&home.path().join("data"), &saved);
    assert!(saved.join("pastebin.db-wal").metadata().unwrap().len() > 0);
    let before = fs::read(saved.join("pastebin.db")).unwrap();

    let other = Home::new();
    let real = other.path().join("real");
    fs::create_dir_all(&real).unwrap();
    fs::create_dir(other.path().join("data")).unwrap();
    symlink(real.join("pastebin.db"), other.database()).unwrap();
    fs::write(real.join("pastebin.db"), "").unwrap();
    let link = other.path().join("link.db");
    symlink(saved.join("pastebin.db"), &link).unwrap();
    restore(&other, &saved.join("pastebin.db"));
    assert!(
        other.database().is_symlink() && real.join("pastebin.db").metadata().unwrap().len() > 0
    );
    let moved = |link: &String| link.replace(&home.address.to_string(), &other.address.to_string());
    let links: Vec<String> = links.iter().map(moved).collect();
    let _program = other.start();
    assert_eq!(found(&links).await, 10);
    assert_eq!(fs::read(saved.join("pastebin.db")).unwrap(), before, "a backup is only read");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_lost_under_the_site_stops_its_writes_until_it_is_back() {
    for lost in ["pastebin.db", "pastebin.db-wal", "pastebin.db-shm", "pastebin.db.lock", ""] {
        let home = Home::new();
        let program = home.start();
        let links = save(&program, 3).await;
        let (path, away) = (home.path().join("data").join(lost), home.path().join("away"));
        fs::rename(&path, &away).unwrap();
        assert_eq!(statuses(&program).await, (503, 503), "{lost:?} is gone");
        assert_eq!(found(&links).await, 3, "reads go on from the open file");
        if lost.is_empty() {
            fs::create_dir(&path).unwrap();
        } else {
            fs::copy(&away, &path).unwrap();
        }
        assert_eq!(statuses(&program).await, (503, 503), "{lost:?} is another file");
        let _ = fs::remove_dir_all(&path).or_else(|_| fs::remove_file(&path));
        fs::rename(&away, &path).unwrap();
        assert_eq!(statuses(&program).await, (201, 200), "{lost:?} is back");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_copied_into_the_file_of_a_running_site_stops_its_writes() {
    let home = Home::new();
    let program = home.start();
    save(&program, 3).await;
    let file = backup(&home, "backup.db");
    save(&program, 3).await;
    fs::write(home.database(), fs::read(file).unwrap()).unwrap();
    assert_eq!(statuses(&program).await, (503, 503));
}

/// The statuses of a create and of `/readyz`.
async fn statuses(program: &Program) -> (u16, u16) {
    let client = Client::new();
    let created = client.post(&program.url).body("x").send().await.unwrap().status();
    let ready = client.get(format!("{}/readyz", program.url)).send().await.unwrap().status();
    (created.as_u16(), ready.as_u16())
}
