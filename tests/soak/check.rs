//! The reckoning: all that was acknowledged is read once more, and the store is looked through.

use std::collections::BTreeSet;
use std::fs;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use futures_util::{StreamExt as _, stream};
use sqlx::Row as _;
use store::{Clock, Db, Store};

use crate::book::{Must, Paste};
use crate::load::World;
use crate::machines::Machines;
use crate::records::Kind;
use crate::report::{Report, Section};

const READERS: usize = 8;

/// Longer than a text without a row is left alone.
const TWO_DAYS: Duration = Duration::from_hours(48);

/// Every acknowledged paste, from every site.
pub async fn read_all(world: &Arc<World>, report: &mut Report) {
    let pastes = world.book.all();
    let sites = world.client.sites.urls.len();
    stream::iter(pastes.iter().enumerate())
        .for_each_concurrent(READERS, async |(number, paste)| {
            let address = format!("10.3.{}.{}", number / 256 % 256, number % 256);
            let mut statuses = BTreeSet::new();
            for site in 0..sites {
                let status = world.read_raw(Kind::Final, site, paste, &address).await;
                if status.is_none_or(|status| status >= 500) {
                    world.client.records.lost(&paste.id, "cannot be read at the end");
                }
                statuses.extend(status);
            }
            if paste.is_unsure() && !paste.may_have_expired() && statuses.len() > 1 {
                let told = format!("the sites do not agree on {}: {statuses:?}", paste.id);
                world.client.records.wrong(&told);
            }
            is_private(world, paste, &address).await;
        })
        .await;
    let count = |is: fn(&Paste) -> bool| pastes.iter().filter(|paste| is(paste)).count();
    let rows = report.section(Section::Kept);
    rows.say("creates that were acknowledged", pastes.len());
    rows.say(
        "of them there at the end, byte for byte, from every site",
        count(|paste| paste.must_now() == Must::BeThere),
    );
    rows.say("of them deleted, acknowledged: 404 from every site", count(Paste::is_deleted));
    rows.say(
        "of them deleted without an answer: whatever it is, it is so everywhere",
        count(Paste::is_unsure),
    );
    rows.say(
        "creates that were not acknowledged",
        world.unknown.load(std::sync::atomic::Ordering::Relaxed),
    );
}

/// To nobody but its owner.
async fn is_private(world: &World, paste: &Paste, address: &str) {
    if !paste.private {
        return;
    }
    let request = world.get(0, &format!("/{}/raw", paste.id), None);
    let request = request.header("x-forwarded-for", address);
    if let Some(answer) = world.client.send(Kind::Final, 0, request).await
        && answer.status != 404
    {
        world.client.records.lost(&paste.id, "is private, and shown to anybody");
    }
}

/// While the programs run.
pub async fn look_through(machines: &Machines, report: &mut Report) -> Result<()> {
    let store = machines.store().await?;
    let twice = "select count(*) from (select title from pastes where title like 'soak-%'
                 group by title having count(*) > 1) as twice";
    let twice = number(&store, twice).await?;
    let rows = report.section(Section::Kept);
    rows.judge("keys that made more than one paste", twice, twice == 0);

    for command in ["purge", "sweep"] {
        let output = machines.members[0].program.run(&[command]);
        let said = String::from_utf8_lossy(&output.stdout).trim().replace('\n', "; ");
        let rows = report.section(Section::Kept);
        rows.judge(&format!("`pastebin {command}`"), said, output.status.success());
    }
    // As if two days had passed, so that no text is too young to be an orphan.
    let now = Clock::System.now();
    store.purge(now).await?;
    let swept = store.sweep_all(now.plus(TWO_DAYS)).await?;
    let rows = report.section(Section::Kept);
    let missing = swept.texts_missing.len();
    rows.judge("rows without a text", missing, missing == 0);
    let orphans = swept.orphans_removed;
    // Text and row are one transaction where both are in one database; a bucket knows none.
    let leaked = machines.engines.is_none() && orphans > 0;
    rows.judge("texts without a row, which the sweep took", orphans, !leaked);
    if let Some((fleet, _)) = &machines.engines {
        let same = fleet.bucket.keys() == fleet.keys_of_rows().await;
        rows.judge("texts in the bucket are those of the rows", fleet.bucket.keys().len(), same);
    }
    store.db().close().await;
    Ok(())
}

async fn number(store: &Store, sql: &str) -> Result<i64> {
    Ok(store::read!(store.db(), pool => sqlx::query_scalar(sql).fetch_one(pool).await)?)
}

/// When the programs have ended.
pub async fn inspect(machines: &Machines, report: &mut Report) -> Result<()> {
    let rows = report.section(Section::Kept);
    if let Some((fleet, postgres)) = &machines.engines {
        let name = sqlx::query_scalar::<_, String>("select current_database()");
        let name = name.fetch_one(&fleet.sql).await?;
        match postgres.check(&name)? {
            Some(said) => rows.judge("`pg_amcheck --heapallindexed`", &said, said.is_empty()),
            None => rows.say("`pg_amcheck`", "not installed"),
        }
    } else {
        let db = Db::sqlite(&machines.file()).await?;
        if let Db::Sqlite(sqlite) = &db {
            for pragma in ["integrity_check", "foreign_key_check"] {
                let found =
                    sqlx::query(&format!("pragma {pragma}")).fetch_all(&sqlite.read).await?;
                let said: Vec<String> =
                    found.iter().map(|row| row.try_get(0)).collect::<Result<_, _>>()?;
                let whole = said.iter().all(|said| said == "ok");
                rows.judge(&format!("`pragma {pragma}`"), said.join("; "), whole);
            }
        }
        db.close().await;
        let left: Vec<String> = names(machines.data.path())?;
        let own = left.iter().all(|name| name.starts_with("pastebin.db"));
        rows.judge("files beside the database", left.join(", "), own);
    }
    let left = names(machines.moment.path())?;
    rows.judge("temporary files that are left", left.len(), left.is_empty());
    Ok(())
}

fn names(folder: &std::path::Path) -> Result<Vec<String>> {
    let name = |entry: std::io::Result<fs::DirEntry>| {
        Ok(entry?.file_name().to_string_lossy().into_owned())
    };
    fs::read_dir(folder)?.map(name).collect()
}
