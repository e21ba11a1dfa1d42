//! The same few things at ten thousand, a hundred thousand and a million pastes.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};

use crate::client::{Client, HTML};
use crate::database::Database;
use crate::report::{Report, Times, Unit};
use crate::site::Site;
use crate::texts::{KIB, rust_files};

const SIZES: [usize; 3] = [10_000, 100_000, 1_000_000];
const COLUMNS: &[&str] = &["what", " 10,000", " 100,000", " 1,000,000", ""];

/// Rows of one statement.
const BATCH: usize = 50_000;

/// Pastes of one user, and those that one purge removes, at every size.
const OWN: usize = 1_000;
const EXPIRED: usize = 1_000;

/// Of which the median counts, one after the other.
const TIMES: usize = 50;

pub async fn measure(report: &mut Report, site: Site) -> Result<()> {
    report.table("Scale: as the number of pastes grows", COLUMNS);
    let client = site.client()?;
    let session = client.register().await?;
    let mut database = site.database().await?;
    let mut columns = Vec::new();
    let mut filled = 0;
    for size in SIZES {
        while filled < size {
            let upto = (filled + BATCH).min(size);
            database.tell(&crowd(&database, filled + 1, upto)).await?;
            filled = upto;
        }
        database.tell("analyze").await?;
        columns.push(column(&site, &client, &session, &mut database).await?);
    }
    for (row, (what, note)) in ROWS.iter().enumerate() {
        let times = columns.iter().map(|column| milliseconds(column[row]));
        let cells = [(*what).to_owned()].into_iter().chain(times).chain([(*note).to_owned()]);
        report.cells(cells.collect());
    }
    Ok(())
}

const ROWS: [(&str, &str); 5] = [
    ("create, 3 KB", "the median of 50, one after the other"),
    ("raw, first read", "each of these once"),
    ("/recent", "a tenth of all is public"),
    ("/profile", "1,000 own pastes"),
    ("pastebin purge", "1,000 expired; with the start of the program"),
];

async fn column(
    site: &Site,
    client: &Client,
    session: &str,
    database: &mut Database,
) -> Result<[Duration; 5]> {
    let (mut creates, mut reads, mut recents, mut profiles) =
        (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let mut paths = Vec::new();
    for text in rust_files(TIMES, 3 * KIB)? {
        let started = Instant::now();
        paths.push(client.put("main.rs", text).await?);
        creates.push(started.elapsed());
    }
    for path in &paths {
        reads.push(client.raw(path).await?.last_byte);
    }
    for _ in 0..TIMES {
        let recent = client.ask("/recent", &[("accept", HTML)]).await?;
        recent.has("/recent?after=")?;
        recents.push(recent.last_byte);
        let profile = client.ask("/profile", &[("accept", HTML), ("cookie", session)]).await?;
        profile.has("/profile?after=")?;
        profiles.push(profile.last_byte);
    }
    let purge = purge(site, database).await?;
    let [create, read, recent, profile] =
        [creates, reads, recents, profiles].map(|times| Times::new(&times).median());
    Ok([create, read, recent, profile, purge])
}

async fn purge(site: &Site, database: &mut Database) -> Result<Duration> {
    let over = format!(
        "update pastes set expires_at = 2 where id in
         (select id from pastes where owner_id is null and visibility = 'unlisted' order by id limit {EXPIRED})"
    );
    database.tell(&over).await?;
    let started = Instant::now();
    let output = site.run(&["purge"]);
    let took = started.elapsed();
    let said = String::from_utf8_lossy(&output.stdout);
    ensure!(said.contains(&format!("{EXPIRED} expired")), "a purge says {said}");
    Ok(took)
}

/// Rows from `first` to `last`, of one small text: ids and keys in no order, a tenth public, the
/// first [`OWN`] of the newest user.
fn crowd(database: &Database, first: usize, last: usize) -> String {
    // An odd factor makes each number another one of 48 bits; ids have no zero.
    let (hex, blob) = match database {
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
           select 'crowd' || {hex}, {blob}, i from n;
         {numbers} insert into pastes (id, owner_id, title, syntax, visibility, bytes, lines, sha256, blob_key, created_at, expires_at)
           select replace({hex}, '0', 'z'), case when i <= {OWN} then (select id from users order by created_at desc limit 1) end, 'Paste ' || i, 'rust',
             case when i % 10 = 0 then 'public' else 'unlisted' end, 3000, 90, {blob}, 'crowd' || {hex}, i,
             case when i % 2 = 0 then 4000000000000 + i end from n"
    )
}

fn milliseconds(time: Duration) -> String {
    Unit::Milliseconds.show(time.as_secs_f64() * 1e3)
}
