//! How back ends prove who they are: certificates, a shared secret, and a database user with few rights.

use std::net::SocketAddr;
use std::process::Output;

use sqlx::{Connection as _, Executor as _, PgConnection};
use tempfile::TempDir;
use testbed::{Authority, PostgresWithTls, TlsProxy};

use crate::harness::{Fleet, Kind, Ledger, Program, Redis, wait_until};

/// A site at these addresses must not start, with one line that names the setting.
fn assert_refused(fleet: &Fleet, kind: Kind, changes: &[(&str, &str)], setting: &str, part: &str) {
    let output = run(fleet, kind, changes, &[]);
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert!(!output.status.success(), "{changes:?}");
    assert_eq!(stderr.lines().count(), 1, "{changes:?}: {stderr}");
    let named = format!("{}: {setting}: ", kind.name());
    assert!(stderr.starts_with(&named) && stderr.contains(part), "{changes:?}: {stderr}");
}

/// Runs a program until it exits.
fn run(fleet: &Fleet, kind: Kind, changes: &[(&str, &str)], arguments: &[&str]) -> Output {
    let folder = TempDir::new().unwrap();
    kind.command(&fleet.settings_with(changes), folder.path()).args(arguments).output().unwrap()
}

async fn create_many(ledger: &Ledger, site: &Program, count: usize) {
    for n in 0..count {
        ledger.create(site, &format!("{} {n}", site.url)).await;
    }
}

/// Waits until a worker has filled the list of ids.
async fn wait_for_ids(fleet: &Fleet) {
    wait_until("the list of ids is filled", async || {
        (fleet.redis.command(&["llen", "pastebin:ids"]) != ["0"]).then_some(())
    })
    .await;
}

fn url(server: SocketAddr, host: &str, options: &str) -> String {
    format!("postgres://postgres@{host}:{}/postgres?{options}", server.port())
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs TEST_DATABASE_URL"]
async fn a_database_with_a_certificate_of_a_known_authority_is_used_and_any_other_refused() {
    let (authority, stranger) = (Authority::new(), Authority::new());
    let Some(server) = PostgresWithTls::start(&authority.certify(&["localhost"])) else {
        println!("skipped: the programs of PostgreSQL are not installed");
        return;
    };
    let fleet = Fleet::start().await;
    let (known, unknown) = (authority.file(), stranger.file());
    let (known, unknown) = (known.display(), unknown.display());
    let valid = url(server.address, "localhost", &format!("sslrootcert={known}"));
    let site = fleet.program(Kind::Site, &[("DATABASE_URL", &valid)]).await;
    let mut connection = PgConnection::connect(&valid).await.unwrap();
    let tls = "select count(*) from pg_stat_ssl s join pg_stat_activity a using (pid)
               where s.ssl and a.application_name = 'pastebin'";
    assert!(sqlx::query_scalar::<_, i64>(tls).fetch_one(&mut connection).await.unwrap() > 0);
    drop(site);

    let encrypted = url(server.address, "localhost", "sslmode=require");
    drop(fleet.program(Kind::Worker, &[("DATABASE_URL", &encrypted)]).await);
    for (host, options, part) in [
        ("localhost", "sslmode=verify-full".to_owned(), "sslrootcert=FILE"),
        ("localhost", format!("sslrootcert={unknown}"), "invalid peer certificate"),
        ("127.0.0.1", format!("sslrootcert={known}"), "not valid for name"),
        ("localhost", "sslrootcert=/nowhere/ca.pem".to_owned(), "/nowhere/ca.pem"),
    ] {
        for kind in [Kind::Site, Kind::Worker] {
            let changes = [("DATABASE_URL", &*url(server.address, host, &options))];
            assert_refused(&fleet, kind, &changes, "DATABASE_URL", part);
        }
    }
    connection.close().await.unwrap();
}

/// `127.1` is a loopback address too, but not written as one.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs TEST_DATABASE_URL"]
async fn a_database_elsewhere_without_tls_is_refused_unless_the_address_says_so() {
    let fleet = Fleet::start().await;
    let elsewhere = fleet.settings()[0].1.replace("127.0.0.1", "127.1");
    assert!(elsewhere.contains("127.1"), "{elsewhere}");
    // The tests' own library adds its default to the address.
    let elsewhere = elsewhere.split('?').next().unwrap();
    for kind in [Kind::Site, Kind::Worker] {
        let part = "sslmode=disable";
        assert_refused(&fleet, kind, &[("DATABASE_URL", elsewhere)], "DATABASE_URL", part);
    }
    let said = format!("{elsewhere}?sslmode=disable");
    fleet.program(Kind::Site, &[("DATABASE_URL", &said)]).await.wait_until_healthy().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs TEST_DATABASE_URL"]
async fn redis_with_a_certificate_of_a_known_authority_is_used_and_any_other_refused() {
    let authority = Authority::new();
    let redis = Redis::start_with_tls(&authority.certify(&["localhost"]));
    let fleet = Fleet::start().await;
    let port = redis.tls_port.unwrap();
    let (known, by_name) = (authority.file(), format!("rediss://localhost:{port}"));
    let trust = ("SSL_CERT_FILE", known.to_str().unwrap());
    let changes = [("REDIS_URL", &*by_name), trust, ("RATE_LIMIT", "on")];
    let worker = fleet.program(Kind::Worker, &changes).await;
    let site = fleet.program(Kind::Site, &changes).await;
    let service = fleet.program(Kind::IdService, &changes).await;
    let ledger = Ledger::default();
    create_many(&ledger, &site, 20).await;
    for program in [&worker, &site, &service] {
        program.wait_until_healthy().await;
    }
    assert!(!site.log().contains("Redis fails"), "{}", site.log());
    let shared = redis.command(&["keys", "pastebin:limit:*"]);
    assert!(!shared.concat().is_empty(), "the limits are counted in Redis");

    let by_address = format!("rediss://127.0.0.1:{port}");
    let plain = fleet.settings()[1].1.replace("redis:", "rediss:");
    for (redis, trust) in [(&by_name, ("SSL_CERT_FILE", "")), (&by_address, trust), (&plain, trust)]
    {
        for kind in Kind::ALL {
            assert_refused(&fleet, kind, &[("REDIS_URL", redis), trust], "REDIS_URL", "");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs TEST_DATABASE_URL"]
async fn an_id_service_behind_https_is_used_if_its_certificate_is_valid() {
    let authority = Authority::new();
    let fleet = Fleet::start().await;
    let _worker = fleet.worker().await;
    wait_for_ids(&fleet).await;
    let service = fleet.id_service().await;
    service.wait_until_healthy().await;
    let target = service.url.trim_start_matches("http://");
    let proxy = TlsProxy::to(target, &authority.certify(&["localhost"])).await;
    let (known, https) = (authority.file(), format!("https://localhost:{}", proxy.address.port()));
    let ledger = Ledger::default();
    let changes = [("ID_SERVICE_URL", &*https), ("REDIS_URL", "")];
    let trusting = [&changes[..], &[("SSL_CERT_FILE", known.to_str().unwrap())]].concat();
    let site = fleet.program(Kind::Site, &trusting).await;
    create_many(&ledger, &site, 20).await;
    assert!(!site.log().contains("the id source fails"), "{}", site.log());

    let site = fleet.program(Kind::Site, &changes).await;
    create_many(&ledger, &site, 20).await;
    assert_eq!(site.log().matches("the id source fails").count(), 1, "{}", site.log());
    assert!(site.log().contains("certificate"), "{}", site.log());
    ledger.verify(&site).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs TEST_DATABASE_URL"]
async fn an_id_service_with_a_secret_gives_ids_only_to_a_site_that_has_it() {
    const SECRET: &str = "geheim-2718281828";
    let fleet = Fleet::start().await;
    let _worker = fleet.worker().await;
    wait_for_ids(&fleet).await;
    let service = fleet.program(Kind::IdService, &[("ID_SERVICE_SECRET", SECRET)]).await;
    let ledger = Ledger::default();
    let changes = [("ID_SERVICE_URL", &*service.url), ("REDIS_URL", "")];
    let start = async |secret| {
        let changes = [&changes[..], &[("ID_SERVICE_SECRET", secret)]].concat();
        fleet.program(Kind::Site, &changes).await
    };
    let site = start(SECRET).await;
    create_many(&ledger, &site, 20).await;
    assert!(!site.log().contains("the id source fails"), "{}", site.log());
    for wrong in ["", "another-secret"] {
        let site = start(wrong).await;
        create_many(&ledger, &site, 20).await;
        let log = site.log();
        assert_eq!(log.matches("the id source fails").count(), 1, "{log}");
        assert!(log.contains("ID_SERVICE_SECRET") && !log.contains("secret-"), "{log}");
        ledger.verify(&site).await;
    }
    let log = service.log();
    assert!(log.contains("refused") && !log.contains("geheim"), "{log}");
    for kind in [Kind::Site, Kind::IdService] {
        let changes = [("ID_SERVICE_URL", &*service.url), ("ID_SERVICE_SECRET", "two words")];
        assert_refused(&fleet, kind, &changes, "ID_SERVICE_SECRET", "spaces");
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs TEST_DATABASE_URL"]
async fn a_user_without_rights_on_the_tables_serves_what_pastebin_migrate_has_migrated() {
    let fleet = Fleet::start().await;
    let owner_url = fleet.settings()[0].1.clone();
    let role = format!("pastebin_test_{}", std::process::id());
    let url = owner_url.replace(&format!("//{}", fleet.database.user()), &format!("//{role}"));
    let mut owner = PgConnection::connect(&fleet.database.url).await.unwrap();
    let make = format!("create role {role} login; revoke create on schema public from public");
    owner.execute(&*make).await.unwrap();
    for kind in [Kind::Site, Kind::Worker] {
        let changes = [("DATABASE_URL", &*url)];
        assert_refused(&fleet, kind, &changes, "DATABASE_URL", "`pastebin migrate`");
    }
    let migrate = || {
        let output = run(&fleet, Kind::Site, &[], &["migrate"]);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    assert!(migrate().starts_with("postgres://…: ran migration 0001 pastes\n"));
    assert_eq!(migrate(), "postgres://… is up to date\n");
    let grant = format!(
        "grant usage on schema public to {role};
         grant select, insert, update, delete on all tables in schema public to {role}"
    );
    owner.execute(&*grant).await.unwrap();
    let site = fleet.program(Kind::Site, &[("DATABASE_URL", &url)]).await;
    let worker = fleet.program(Kind::Worker, &[("DATABASE_URL", &url)]).await;
    let ledger = Ledger::default();
    site.visitor().register("ada@example.org").await;
    create_many(&ledger, &site, 5).await;
    ledger.verify(&site).await;
    worker.wait_until_healthy().await;
    drop((site, worker));
    owner.execute(&*format!("drop owned by {role}; drop role {role}")).await.unwrap();
    owner.close().await.unwrap();
}
