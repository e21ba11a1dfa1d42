use std::process::{Output, Stdio};

use futures_util::future::join_all;
use futures_util::{StreamExt as _, stream};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use crate::harness::{Fleet, Kind, Line, PATIENCE, Proxy};

/// In every value that is wrong below, and never in what is said about it.
const SECRET: &str = "geheim";

/// Runs a program that should not start; `None` where it does.
async fn run(kind: Kind, settings: &[(String, String)]) -> Option<Output> {
    let folder = TempDir::new().unwrap();
    let mut command = tokio::process::Command::from(kind.command(settings, folder.path()));
    command.stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    tokio::time::timeout(PATIENCE, command.output()).await.ok().map(Result::unwrap)
}

/// Every program that has the setting ends with one line that names it, and no secret.
async fn refuse(fleet: &Fleet, kinds: &[Kind], changes: &[(&str, &str)], named: &str) {
    join_all(kinds.iter().map(async |kind| {
        let mut settings = fleet.settings_with(changes);
        // On a machine out of breath there are slow statements to warn of.
        settings.push(("RUST_LOG".to_owned(), "error".to_owned()));
        let (name, what) = (kind.name(), format!("{} with {changes:?}", kind.name()));
        let output = run(*kind, &settings).await.unwrap_or_else(|| panic!("{what} starts"));
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(!output.status.success(), "{what}: {said}");
        assert_eq!(said.lines().count(), 1, "{what}: {said}");
        assert!(said.starts_with(&format!("{name}: {named}: ")), "{what}: {said}");
        assert!(!said.contains(SECRET), "{what}: {said}");
        assert_eq!(String::from_utf8(output.stdout).unwrap(), "", "{what}");
    }))
    .await;
}

/// As [`refuse`], for one setting and many values.
async fn refuse_each(fleet: &Fleet, kinds: &[Kind], setting: &str, values: &[String]) {
    stream::iter(values)
        .for_each_concurrent(4, async |value| {
            refuse(fleet, kinds, &[(setting, value)], setting).await;
        })
        .await;
}

const DATABASE_USERS: &[Kind] = &[Kind::Site, Kind::Worker];
const REDIS_USERS: &[Kind] = &Kind::ALL;

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs TEST_DATABASE_URL"]
async fn a_database_that_cannot_be_used_is_one_line_that_names_the_setting() {
    let fleet = Fleet::start().await;
    let server = fleet.database.address();
    let silent = Proxy::to(&server).await;
    silent.set(Line::Stalled);
    let cut = Proxy::to(&server).await;
    cut.set(Line::Cut);
    let plain = without_tls().await;
    let urls = [
        format!("postgres://postgres:{SECRET}@127.0.0.1:1/x"),
        format!("postgres://postgres:{SECRET}@{server}/no_such_database"),
        format!("postgres://no_such_user:{SECRET}@{server}/postgres"),
        format!("postgres://postgres:{SECRET}@no-such-host.invalid/x"),
        format!("postgres://postgres:{SECRET}@{plain}/x?sslmode=require"),
        format!("postgres://postgres:{SECRET}@{}/x", silent.address),
        format!("postgres://postgres:{SECRET}@{}/x", cut.address),
        format!("postgres://postgres:{SECRET}@{server}/x?sslmode=perhaps"),
        format!("postgres://postgres:{SECRET}@{server}:port/x"),
        format!("mysql://root:{SECRET}@{server}/x"),
        format!("http://{SECRET}"),
        SECRET.to_owned(),
    ];
    refuse_each(&fleet, DATABASE_USERS, "DATABASE_URL", &urls).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs TEST_DATABASE_URL"]
async fn a_bucket_that_cannot_be_used_is_one_line_that_names_the_setting() {
    let fleet = Fleet::start().await;
    let silent = Proxy::to(&fleet.bucket.address.to_string()).await;
    silent.set(Line::Stalled);
    let own = |values: &[&str]| values.iter().map(|value| (*value).to_owned()).collect::<Vec<_>>();
    let endpoints = [
        format!("http://{}", silent.address),
        format!("http://{}", fleet.redis.address),
        format!("https://{}", fleet.bucket.address),
        "http://127.0.0.1:1".to_owned(),
        "http://no-such-host.invalid".to_owned(),
        "storage.example.org".to_owned(),
        "nonsense".to_owned(),
    ];
    refuse_each(&fleet, DATABASE_USERS, "S3_ENDPOINT", &endpoints).await;
    let buckets = own(&["no-such-bucket", "NOT A BUCKET"]);
    refuse_each(&fleet, DATABASE_USERS, "S3_BUCKET", &buckets).await;
    for setting in ["S3_ACCESS_KEY_ID", "S3_SECRET_ACCESS_KEY"] {
        refuse_each(&fleet, DATABASE_USERS, setting, &own(&[SECRET])).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs TEST_DATABASE_URL"]
async fn a_redis_that_cannot_be_used_is_one_line_that_names_the_setting() {
    let fleet = Fleet::start().await;
    let silent = Proxy::to(&fleet.redis.address.to_string()).await;
    silent.set(Line::Stalled);
    let cut = Proxy::to(&fleet.redis.address.to_string()).await;
    cut.set(Line::Cut);
    fleet.redis.tell(&["config", "set", "requirepass", "another"]);
    let urls = [
        format!("redis://:{SECRET}@127.0.0.1:1"),
        format!("redis://:{SECRET}@no-such-host.invalid"),
        format!("redis://:{SECRET}@{}", fleet.redis.address),
        format!("redis://{SECRET}:{SECRET}@{}", fleet.redis.address),
        format!("redis://:{SECRET}@{}", silent.address),
        format!("redis://:{SECRET}@{}", cut.address),
        format!("rediss://:{SECRET}@{}", fleet.redis.address),
        format!("redis://:{SECRET}@{}", fleet.bucket.address),
        format!("redis://:{SECRET}@127.0.0.1:port"),
        format!("http://:{SECRET}@127.0.0.1"),
        SECRET.to_owned(),
    ];
    refuse_each(&fleet, REDIS_USERS, "REDIS_URL", &urls).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs TEST_DATABASE_URL"]
async fn an_id_service_address_that_is_none_is_one_line_that_names_the_setting() {
    let fleet = Fleet::start().await;
    let urls = ["idservice", "idservice:8081", "ftp://idservice", "http://", SECRET];
    refuse_each(&fleet, &[Kind::Site], "ID_SERVICE_URL", &urls.map(str::to_owned)).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs TEST_DATABASE_URL"]
async fn a_port_in_use_is_one_line_that_names_the_setting() {
    let fleet = Fleet::start().await;
    let taken = fleet.redis.address.to_string();
    refuse(&fleet, &[Kind::Site, Kind::IdService], &[("LISTEN", &taken)], "LISTEN").await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs TEST_DATABASE_URL"]
async fn a_database_from_a_newer_version_is_left_alone_by_every_program() {
    let fleet = Fleet::start().await;
    drop(fleet.site().await);
    let newer = "insert into _sqlx_migrations
        (version, description, success, checksum, execution_time)
        values (9999, 'from the future', true, '', 0)";
    sqlx::query(newer).execute(&fleet.sql).await.unwrap();
    refuse(&fleet, DATABASE_USERS, &[], "DATABASE_URL").await;
    let output = run(Kind::Site, &fleet.settings()).await.unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("9999") && said.contains("newer version"), "{said}");
}

/// A PostgreSQL server that was set up without TLS: to whoever asks for it, it says no.
async fn without_tls() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    tokio::spawn(async move {
        while let Ok((mut client, _)) = listener.accept().await {
            let mut asked = [0; 8];
            let _ = client.read_exact(&mut asked).await;
            let _ = client.write_all(b"N").await;
            let _ = client.read(&mut asked).await;
        }
    });
    address
}
