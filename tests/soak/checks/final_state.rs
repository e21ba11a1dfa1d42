//! The state at the end: every acknowledged paste is read once more, and the stored data is checked.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::Path;
use std::sync::atomic::Ordering;
use std::time::Duration;

use anyhow::Result;
use futures_util::{StreamExt as _, stream};
use sqlx::Row as _;
use store::{Clock, Db, Store};

use crate::deployment::Deployment;
use crate::ledger::{Expected, Paste};
use crate::operation::Operation;
use crate::report::{Report, Rows, Section};
use crate::workload::Workload;

/// Concurrent reads.
const READERS: usize = 8;

/// Longer than the age from which the sweep removes a text without a row.
const TWO_DAYS: Duration = Duration::from_hours(48);

/// Reads every acknowledged paste from every site.
pub async fn read_all(workload: &Workload, report: &mut Report) {
    let pastes = workload.ledger.all();
    stream::iter(pastes.iter().enumerate())
        .for_each_concurrent(READERS, async |(number, paste)| {
            let address = format!("10.3.{}.{}", number / 256 % 256, number % 256);
            read_from_every_site(workload, paste, &address).await;
            check_private(workload, paste, &address).await;
        })
        .await;
    let count = |is: fn(&Paste) -> bool| pastes.iter().filter(|paste| is(paste)).count();
    let section = report.section(Section::Data);
    section.note("acknowledged creates", pastes.len());
    section.note(
        "of these, present and identical on every site",
        count(|paste| paste.expected_now() == Expected::Present),
    );
    section.note("of these, deleted: 404 on every site", count(Paste::is_deleted));
    section.note(
        "of these, with an unanswered delete: the same answer on every site",
        count(Paste::has_unanswered_delete),
    );
    let unacknowledged = workload.unacknowledged_creates.load(Ordering::Relaxed);
    section.note("unacknowledged creates", unacknowledged);
}

async fn read_from_every_site(workload: &Workload, paste: &Paste, address: &str) {
    let recorder = &workload.client.recorder;
    let mut statuses = BTreeSet::new();
    for site in 0..workload.client.sites.count() {
        let status = workload.read_raw(Operation::FinalCheck, site, paste, address).await;
        if status.is_none_or(|status| status >= 500) {
            recorder.fail_paste(&paste.id, "cannot be read at the end");
        }
        statuses.extend(status);
    }
    let has_ended_or_not = paste.has_unanswered_delete() && !paste.may_have_expired();
    if has_ended_or_not && statuses.len() > 1 {
        recorder.fail(&format!("the sites disagree about {}: {statuses:?}", paste.id));
    }
}

/// A private paste must be a 404 for a client without a session.
async fn check_private(workload: &Workload, paste: &Paste, address: &str) {
    if !paste.private {
        return;
    }
    let request = workload.get(0, &format!("/{}/raw", paste.id), None, address);
    if let Some(answer) = workload.client.send(Operation::FinalCheck, 0, request).await
        && answer.status != 404
    {
        workload.client.recorder.fail_paste(&paste.id, "is private and served to anyone");
    }
}

/// Checks the rows and the texts, while the programs run.
pub async fn check_store(deployment: &Deployment, report: &mut Report) -> Result<()> {
    let store = deployment.store().await?;
    let section = report.section(Section::Data);
    check_idempotency(&store, section).await?;
    for command in ["purge", "sweep"] {
        let output = deployment.processes[0].program.run(&[command]);
        let stdout = String::from_utf8_lossy(&output.stdout).trim().replace('\n', "; ");
        section.check(&format!("`pastebin {command}`"), stdout, output.status.success());
    }
    // As if two days had passed, so that no text is too young to count as an orphan.
    let now = Clock::System.now();
    store.purge(now).await?;
    let swept = store.sweep_all(now.plus(TWO_DAYS)).await?;
    let missing = swept.texts_missing.len();
    section.check("rows without a text", missing, missing == 0);
    let orphans = swept.orphans_removed;
    // Text and row are one transaction in one database. With a bucket, a kill may leave a text.
    let may_have_orphans = deployment.engines.is_some();
    let what = "texts without a row, removed by the sweep";
    section.check(what, orphans, may_have_orphans || orphans == 0);
    if let Some((fleet, _)) = &deployment.engines {
        let keys = fleet.bucket.keys();
        let are_equal = keys == fleet.keys_of_rows().await;
        section.check("texts in the bucket, each with a row", keys.len(), are_equal);
    }
    store.db().close().await;
    Ok(())
}

/// Creates with an Idempotency-Key have a title of their own.
async fn check_idempotency(store: &Store, section: &mut Rows) -> Result<()> {
    let sql = "select count(*) from (select title from pastes where title like 'soak-%'
               group by title having count(*) > 1) as repeated";
    let repeated: i64 =
        store::read!(store.db(), pool => sqlx::query_scalar(sql).fetch_one(pool).await)?;
    section.check("idempotency keys with more than one paste", repeated, repeated == 0);
    Ok(())
}

/// Checks the database and the folders, after the programs have ended.
pub async fn check_files(deployment: &Deployment, report: &mut Report) -> Result<()> {
    let section = report.section(Section::Data);
    if let Some((fleet, postgres)) = &deployment.engines {
        let name = sqlx::query_scalar::<_, String>("select current_database()");
        let name = name.fetch_one(&fleet.sql).await?;
        match postgres.check(&name)? {
            Some(findings) => {
                section.check("`pg_amcheck --heapallindexed`", &findings, findings.is_empty());
            }
            None => section.note("`pg_amcheck`", "not installed"),
        }
    } else {
        check_sqlite(&deployment.database_file(), section).await?;
        let files = file_names(deployment.data.path())?;
        let are_own = files.iter().all(|name| name.starts_with("pastebin.db"));
        section.check("files in the data folder", files.join(", "), are_own);
    }
    let temporary = file_names(deployment.temporary.path())?;
    section.check("temporary files left behind", temporary.len(), temporary.is_empty());
    Ok(())
}

async fn check_sqlite(file: &Path, section: &mut Rows) -> Result<()> {
    let db = Db::sqlite(file).await?;
    if let Db::Sqlite(sqlite) = &db {
        for pragma in ["integrity_check", "foreign_key_check"] {
            let rows = sqlx::query(&format!("pragma {pragma}")).fetch_all(&sqlite.read).await?;
            let findings: Vec<String> =
                rows.iter().map(|row| row.try_get(0)).collect::<Result<_, _>>()?;
            let is_intact = findings.iter().all(|finding| finding == "ok");
            section.check(&format!("`pragma {pragma}`"), findings.join("; "), is_intact);
        }
    }
    db.close().await;
    Ok(())
}

fn file_names(folder: &Path) -> io::Result<Vec<String>> {
    let name =
        |entry: io::Result<fs::DirEntry>| Ok(entry?.file_name().to_string_lossy().into_owned());
    fs::read_dir(folder)?.map(name).collect()
}
