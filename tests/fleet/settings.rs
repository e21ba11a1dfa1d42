//! Settings that cannot be used: each is one line of error.

use std::process::{Output, Stdio};

use futures_util::future::join_all;
use futures_util::{StreamExt as _, stream};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use crate::harness::{Fleet, Kind, Line, Proxy, TIMEOUT};

/// In every invalid value below, and in no error message.
const SECRET: &str = "geheim";

/// Runs a program that must not start; `None` if it starts.
async fn run(kind: Kind, settings: &[(String, String)]) -> Option<Output> {
    let folder = TempDir::new().unwrap();
    let mut command = tokio::process::Command::from(kind.command(settings, folder.path()));
    command.stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    tokio::time::timeout(TIMEOUT, command.output()).await.ok().map(Result::unwrap)
}

/// Asserts that each of these programs refuses to start, with one line that names the setting `named`
/// and shows no secret.
async fn assert_refused(fleet: &Fleet, kinds: &[Kind], changes: &[(&str, &str)], named: &str) {
    join_all(kinds.iter().map(async |kind| {
        let mut settings = fleet.settings_with(changes);
        // On an overloaded machine, slow statements are logged as warnings.
        settings.push(("RUST_LOG".to_owned(), "error".to_owned()));
        let (name, what) = (kind.name(), format!("{} with {changes:?}", kind.name()));
        let output = run(*kind, &settings).await.unwrap_or_else(|| panic!("{what} must not start"));
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert!(!output.status.success(), "{what}: {stderr}");
        assert_eq!(stderr.lines().count(), 1, "{what}: {stderr}");
        assert!(stderr.starts_with(&format!("{name}: {named}: ")), "{what}: {stderr}");
        assert!(!stderr.contains(SECRET), "{what}: {stderr}");
        assert_eq!(String::from_utf8(output.stdout).unwrap(), "", "{what}");
    }))
    .await;
}

/// Like [`assert_refused`], for each of these values of one setting.
async fn assert_each_refused(fleet: &Fleet, kinds: &[Kind], setting: &str, values: &[String]) {
    stream::iter(values)
        .for_each_concurrent(4, async |value| {
            assert_refused(fleet, kinds, &[(setting, value)], setting).await;
        })
        .await;
}

const DATABASE_USERS: &[Kind] = &[Kind::Site, Kind::Worker];
const REDIS_USERS: &[Kind] = &Kind::ALL;

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs TEST_DATABASE_URL"]
async fn an_unusable_database_is_one_line_that_names_the_setting() {
    let fleet = Fleet::start().await;
    let server = fleet.database.address();
    let silent = Proxy::to(&server).await;
    silent.set(Line::Stalled);
    let cut = Proxy::to(&server).await;
    cut.set(Line::Cut);
    let no_tls = server_without_tls().await;
    let urls = [
        format!("postgres://postgres:{SECRET}@127.0.0.1:1/x"),
        format!("postgres://postgres:{SECRET}@{server}/no_such_database"),
        format!("postgres://no_such_user:{SECRET}@{server}/postgres"),
        format!("postgres://postgres:{SECRET}@no-such-host.invalid/x"),
        format!("postgres://postgres:{SECRET}@{no_tls}/x?sslmode=require"),
        format!("postgres://postgres:{SECRET}@{}/x", silent.address),
        format!("postgres://postgres:{SECRET}@{}/x", cut.address),
        format!("postgres://postgres:{SECRET}@{server}/x?sslmode=perhaps"),
        format!("postgres://postgres:{SECRET}@{server}:port/x"),
        format!("mysql://root:{SECRET}@{server}/x"),
        format!("http://{SECRET}"),
        SECRET.to_owned(),
    ];
    assert_each_refused(&fleet, DATABASE_USERS, "DATABASE_URL", &urls).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs TEST_DATABASE_URL"]
async fn an_unusable_bucket_is_one_line_that_names_the_setting() {
    let fleet = Fleet::start().await;
    let silent = Proxy::to(&fleet.bucket.address.to_string()).await;
    silent.set(Line::Stalled);
    let owned =
        |values: &[&str]| values.iter().map(|value| (*value).to_owned()).collect::<Vec<_>>();
    let endpoints = [
        format!("http://{}", silent.address),
        format!("http://{}", fleet.redis.address),
        format!("https://{}", fleet.bucket.address),
        "http://127.0.0.1:1".to_owned(),
        "http://no-such-host.invalid".to_owned(),
        "storage.example.org".to_owned(),
        "nonsense".to_owned(),
    ];
    assert_each_refused(&fleet, DATABASE_USERS, "S3_ENDPOINT", &endpoints).await;
    let buckets = owned(&["no-such-bucket", "NOT A BUCKET"]);
    assert_each_refused(&fleet, DATABASE_USERS, "S3_BUCKET", &buckets).await;
    for setting in ["S3_ACCESS_KEY_ID", "S3_SECRET_ACCESS_KEY"] {
        assert_each_refused(&fleet, DATABASE_USERS, setting, &owned(&[SECRET])).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs TEST_DATABASE_URL"]
async fn an_unusable_redis_is_one_line_that_names_the_setting() {
    let fleet = Fleet::start().await;
    let silent = Proxy::to(&fleet.redis.address.to_string()).await;
    silent.set(Line::Stalled);
    let cut = Proxy::to(&fleet.redis.address.to_string()).await;
    cut.set(Line::Cut);
    fleet.redis.command(&["config", "set", "requirepass", "another"]);
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
    assert_each_refused(&fleet, REDIS_USERS, "REDIS_URL", &urls).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs TEST_DATABASE_URL"]
async fn an_invalid_id_service_address_is_one_line_that_names_the_setting() {
    let fleet = Fleet::start().await;
    let urls = ["idservice", "idservice:8081", "ftp://idservice", "http://", SECRET];
    assert_each_refused(&fleet, &[Kind::Site], "ID_SERVICE_URL", &urls.map(str::to_owned)).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs TEST_DATABASE_URL"]
async fn a_port_in_use_is_one_line_that_names_the_setting() {
    let fleet = Fleet::start().await;
    let taken = fleet.redis.address.to_string();
    assert_refused(&fleet, &[Kind::Site, Kind::IdService], &[("LISTEN", &taken)], "LISTEN").await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs TEST_DATABASE_URL"]
async fn every_program_refuses_a_database_of_a_newer_version() {
    let fleet = Fleet::start().await;
    drop(fleet.site().await);
    let newer = "insert into _sqlx_migrations
        (version, description, success, checksum, execution_time)
        values (9999, 'from the future', true, '', 0)";
    sqlx::query(newer).execute(&fleet.sql).await.unwrap();
    assert_refused(&fleet, DATABASE_USERS, &[], "DATABASE_URL").await;
    let output = run(Kind::Site, &fleet.settings()).await.unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert!(stderr.contains("9999") && stderr.contains("newer version"), "{stderr}");
}

/// Starts a server that refuses TLS like PostgreSQL without TLS. Returns its address.
async fn server_without_tls() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    tokio::spawn(async move {
        while let Ok((mut client, _)) = listener.accept().await {
            let mut request = [0; 8];
            let _ = client.read_exact(&mut request).await;
            let _ = client.write_all(b"N").await;
            let _ = client.read(&mut request).await;
        }
    });
    address
}
