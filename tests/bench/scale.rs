//! Scale: the same operations with 10,000, 100,000 and 1,000,000 pastes.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use testbed::Timings;

use crate::client::{Client, HTML};
use crate::database::Database;
use crate::report::Report;
use crate::samples::{KIB, rust_files};
use crate::site::Site;
use crate::unit::Unit;

const SIZES: [usize; 3] = [10_000, 100_000, 1_000_000];
const COLUMNS: &[&str] = &["measurement", " 10,000", " 100,000", " 1,000,000", "notes"];

/// Pastes that one statement inserts.
const BATCH: usize = 50_000;

/// The number of pastes of the user whose profile is read, and of pastes that a purge removes.
const OWN_PASTES: usize = 1_000;
const EXPIRED_PASTES: usize = 1_000;

/// The number of repetitions, one after another, of which the median is reported.
const REPETITIONS: usize = 50;

pub async fn measure(report: &mut Report, site: Site) -> Result<()> {
    report.table("Scale: latency as the number of pastes grows", COLUMNS);
    let client = site.client()?;
    let session = client.register().await?;
    let mut database = site.database().await?;
    let mut columns = Vec::new();
    let mut inserted = 0;
    for size in SIZES {
        while inserted < size {
            let last = (inserted + BATCH).min(size);
            database.execute(&insert_pastes(&database, inserted + 1, last)).await?;
            inserted = last;
        }
        database.execute("analyze").await?;
        columns.push(measure_column(&site, &client, &session, &mut database).await?);
    }
    for (row, (what, note)) in ROWS.iter().enumerate() {
        let times = columns.iter().map(|column| milliseconds(column[row]));
        let cells = [(*what).to_owned()].into_iter().chain(times).chain([(*note).to_owned()]);
        report.cells(cells.collect());
    }
    Ok(())
}

const ROWS: [(&str, &str); 5] = [
    ("create, 3 KB", "median of 50, one after another"),
    ("raw, first read", "each of them once"),
    ("/recent", "one paste in ten is public"),
    ("/profile", "1,000 own pastes"),
    ("pastebin purge", "1,000 expired pastes; includes the start of the program"),
];

/// Measures the rows of [`ROWS`] once.
async fn measure_column(
    site: &Site,
    client: &Client,
    session: &str,
    database: &mut Database,
) -> Result<[Duration; 5]> {
    let (mut creates, mut reads, mut recents, mut profiles) =
        (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let mut paths = Vec::new();
    for text in rust_files(REPETITIONS, 3 * KIB)? {
        let started = Instant::now();
        paths.push(client.put("main.rs", text).await?);
        creates.push(started.elapsed());
    }
    for path in &paths {
        reads.push(client.raw(path).await?.last_byte);
    }
    for _ in 0..REPETITIONS {
        let recent = client.get_with("/recent", &[("accept", HTML)]).await?;
        recent.expect_html("/recent?after=")?;
        recents.push(recent.last_byte);
        let profile = client.get_with("/profile", &[("accept", HTML), ("cookie", session)]).await?;
        profile.expect_html("/profile?after=")?;
        profiles.push(profile.last_byte);
    }
    let purge = purge(site, database).await?;
    let [create, read, recent, profile] =
        [creates, reads, recents, profiles].map(|times| Timings::from_iter(times).median());
    Ok([create, read, recent, profile, purge])
}

/// Lets pastes expire and measures `pastebin purge`.
async fn purge(site: &Site, database: &mut Database) -> Result<Duration> {
    let expire = format!(
        "update pastes set expires_at = 2 where id in
         (select id from pastes where owner_id is null and visibility = 'unlisted' order by id limit {EXPIRED_PASTES})"
    );
    database.execute(&expire).await?;
    let started = Instant::now();
    let output = site.run(&["purge"]);
    let took = started.elapsed();
    let stdout = String::from_utf8_lossy(&output.stdout);
    ensure!(
        stdout.contains(&format!("{EXPIRED_PASTES} expired")),
        "unexpected output of purge: {stdout}"
    );
    Ok(took)
}

/// SQL that inserts the pastes with these numbers. Ids and keys are in no order, one in ten is public,
/// and the first [`OWN_PASTES`] belong to the newest user.
fn insert_pastes(database: &Database, first: usize, last: usize) -> String {
    // Multiplication by an odd number, modulo 2^48, keeps the numbers different. Ids have no zero.
    let (hex, bytes) = match database {
        Database::Sqlite(_) => ("printf('%012x', i * 2654435761 & 281474976710655)", "x'00'"),
        Database::Postgres(_) => {
            ("lpad(to_hex(i::bigint * 2654435761 & 281474976710655), 12, '0')", "'\\x00'")
        }
    };
    let numbers = format!(
        "with recursive n (i) as (select {first} union all select i + 1 from n where i < {last})"
    );
    format!(
        "{numbers} insert into blobs (key, body, created_at)
           select 'scale' || {hex}, {bytes}, i from n;
         {numbers} insert into pastes (id, owner_id, title, syntax, visibility, bytes, lines, sha256, blob_key, created_at, expires_at)
           select replace({hex}, '0', 'z'), case when i <= {OWN_PASTES} then (select id from users order by created_at desc limit 1) end, 'Paste ' || i, 'rust',
             case when i % 10 = 0 then 'public' else 'unlisted' end, 3000, 90, {bytes}, 'scale' || {hex}, i,
             case when i % 2 = 0 then 4000000000000 + i end from n"
    )
}

fn milliseconds(time: Duration) -> String {
    Unit::Milliseconds.show(time.as_secs_f64() * 1e3)
}
