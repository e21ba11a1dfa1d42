//! Compares the rows of pastes, and copies those that differ.

use futures_util::future::try_join;

use super::error::{CopyError, Problem};
use super::pages::{Keyed, PAGE, Pair, merge};
use super::walk::Walk;
use crate::db::Db;
use crate::db::macros::{read, transaction};
use crate::error::Result;
use crate::rows::paste::{Paste, columns};
use crate::time::Timestamp;
use crate::types::PasteId;

#[derive(Clone, Debug, sqlx::FromRow)]
pub(super) struct Row {
    #[sqlx(flatten)]
    pub(super) paste: Paste,
    deleted_at: Option<Timestamp>,
}

impl Keyed for Row {
    type Key = String;

    fn key(&self) -> String {
        self.paste.id.as_str().to_owned()
    }
}

impl Row {
    /// Whether both are the same paste, possibly changed.
    fn has_same_text(&self, other: &Self) -> bool {
        self.paste.blob_key == other.paste.blob_key && self.paste.sha256 == other.paste.sha256
    }

    fn is_gone(&self, now: Timestamp) -> bool {
        self.deleted_at.is_some() || self.paste.expires_at.is_some_and(|at| at <= now)
    }
}

/// The work for one page.
#[derive(Default)]
struct PagePlan {
    missing: Vec<Paste>,
    /// Pastes that were changed at the source.
    changed: Vec<Paste>,
    /// Pastes that both have, whose texts may be checked.
    present: Vec<Paste>,
    /// Pastes to delete at the destination.
    deleted: Vec<PasteId>,
}

impl Walk<'_> {
    pub(super) async fn pastes(&mut self) -> Result<(), CopyError> {
        let (from, to) = (self.copier.from.db(), self.copier.to.db());
        self.progress.total = count(from).await?;
        self.report(0);
        let mut after = String::new();
        loop {
            let pages = try_join(rows(from, &after), rows(to, &after)).await?;
            let (pairs, end) = merge(pages.0, pages.1);
            let of_source = pairs.iter().filter(|(row, _)| row.is_some()).count();
            let plan = self.compare(pairs);
            self.found.deleted += mark_deleted(to, &plan.deleted, self.copier.clock.now()).await?;
            self.found.pastes.copied += change(to, plan.changed).await?;
            let to_come = plan.missing.len();
            self.report((of_source - to_come) as u64);
            self.copy_pastes(plan.missing).await?;
            if self.checking && self.copier.verify {
                self.repair_texts(plan.present).await?;
            }
            let Some(end) = end else { return Ok(()) };
            after = end;
        }
    }

    fn compare(&mut self, pairs: Vec<Pair<Row>>) -> PagePlan {
        let now = self.copier.clock.now();
        let mut plan = PagePlan::default();
        for pair in pairs {
            self.compare_pair(pair, now, &mut plan);
        }
        plan
    }

    fn compare_pair(&mut self, pair: Pair<Row>, now: Timestamp, plan: &mut PagePlan) {
        match pair {
            (Some(row), other) if row.is_gone(now) => {
                self.found.skipped += 1;
                // A paste deleted at the source after it was copied is deleted at the destination.
                let alive = other.filter(|other| {
                    row.deleted_at.is_some() && !other.is_gone(now) && row.has_same_text(other)
                });
                plan.deleted.extend(alive.map(|other| other.paste.id));
            }
            (Some(row), None) => plan.missing.push(row.paste),
            (Some(row), Some(other)) if row.paste == other.paste => {
                self.found.pastes.present += 1;
                // A paste deleted at the destination stays deleted.
                if !other.is_gone(now) {
                    plan.present.push(other.paste);
                }
            }
            // If a site has run on the destination, the author may have changed it there.
            (Some(row), Some(other)) if row.has_same_text(&other) => {
                if self.in_use || other.is_gone(now) {
                    self.found.pastes.present += 1;
                } else {
                    plan.changed.push(row.paste);
                }
            }
            (Some(row), Some(_)) => self.found.problems.push(Problem::IdTaken(row.paste.id)),
            (None, Some(other)) if !other.is_gone(now) => {
                if self.copier.delete {
                    plan.deleted.push(other.paste.id);
                } else {
                    self.found.pastes.extra += 1;
                }
            }
            (None, _) => {}
        }
    }
}

async fn count(db: &Db) -> Result<u64> {
    let count: i64 =
        read!(db, pool => sqlx::query_scalar("select count(*) from pastes").fetch_one(pool).await)?;
    Ok(count.cast_unsigned())
}

async fn rows(db: &Db, after: &str) -> Result<Vec<Row>> {
    Ok(read!(db, pool => {
        sqlx::query_as(
            columns!(and "deleted_at", "where id > $1 order by id limit $2"),
        )
        .bind(after)
        .bind(i64::from(PAGE))
        .fetch_all(pool)
        .await
    })?)
}

async fn change(db: &Db, pastes: Vec<Paste>) -> Result<u64> {
    if pastes.is_empty() {
        return Ok(0);
    }
    Ok(transaction!(db, tx => {
        let mut changed = 0;
        for paste in &pastes {
            changed += sqlx::query(
                "update pastes set title = $2, syntax = $3, syntax_guessed = $4, visibility = $5, expires_at = $6 where id = $1",
            )
            .bind(paste.id.as_str())
            .bind(&paste.title)
            .bind(&paste.syntax)
            .bind(paste.syntax_guessed)
            .bind(paste.visibility.as_str())
            .bind(paste.expires_at)
            .execute(&mut *tx)
            .await?
            .rows_affected();
        }
        changed
    }))
}

/// The next purge at the destination removes texts and rows.
async fn mark_deleted(db: &Db, ids: &[PasteId], now: Timestamp) -> Result<u64> {
    if ids.is_empty() {
        return Ok(0);
    }
    let ids = ids.to_vec();
    Ok(transaction!(db, tx => {
        let mut marked = 0;
        for id in &ids {
            marked += sqlx::query("update pastes set deleted_at = $2 where id = $1 and deleted_at is null")
                .bind(id.as_str())
                .bind(now)
                .execute(&mut *tx)
                .await?
                .rows_affected();
        }
        marked
    }))
}
