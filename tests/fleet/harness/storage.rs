//! Reads the database and the bucket past the proxies.

use std::sync::Arc;
use std::time::Duration;

use sqlx::{Postgres, Transaction};
use store::{Clock, Db, S3Blobs, Store, Swept};

use super::{Fleet, wait_until};

/// Longer than the age from which the sweep removes a text without a row.
const TWO_DAYS: Duration = Duration::from_hours(48);

/// What the test itself reads from the database and the bucket, past the proxies.
impl Fleet {
    pub async fn store(&self) -> Store {
        let blobs = S3Blobs::new(&self.bucket.settings());
        let db = Db::postgres(&self.database.url).await.unwrap();
        Store::with_blobs(db, Arc::new(blobs))
    }

    /// The first column of the first row.
    pub async fn query_number(&self, sql: &str) -> i64 {
        sqlx::query_scalar(sql).fetch_one(&self.sql).await.unwrap()
    }

    /// Locks the table of pastes: every write to it waits in the database until the transaction is
    /// dropped or rolled back.
    pub async fn block_paste_writes(&self) -> Transaction<'static, Postgres> {
        // A lock on the table would already stop a statement that is only prepared.
        let trigger = "
            create or replace function wait_for_the_test() returns trigger language plpgsql as
            'begin perform pg_advisory_xact_lock_shared(1); return null; end';
            create or replace trigger wait_for_the_test before insert or update or delete on pastes
            for each statement execute function wait_for_the_test()";
        sqlx::raw_sql(trigger).execute(&self.sql).await.unwrap();
        let mut lock = self.sql.begin().await.unwrap();
        sqlx::query("select pg_advisory_xact_lock(1)").execute(&mut *lock).await.unwrap();
        lock
    }

    /// Waits until [`Fleet::block_paste_writes`] blocks at least `count` statements.
    pub async fn wait_for_blocked_writes(&self, count: i64) {
        let sql = "select count(*) from pg_stat_activity
                   where datname = current_database() and wait_event_type = 'Lock'";
        wait_until(&format!("{count} writes are blocked"), async || {
            (self.query_number(sql).await >= count).then_some(())
        })
        .await;
    }

    /// Waits until the bucket has exactly `count` texts.
    pub async fn wait_for_bucket_size(&self, count: usize) {
        wait_until(&format!("{count} texts in the bucket"), async || {
            (self.bucket.keys().len() == count).then_some(())
        })
        .await;
    }

    /// The sorted keys of the texts that the rows refer to.
    pub async fn keys_of_rows(&self) -> Vec<String> {
        let sql = "select blob_key from pastes order by blob_key";
        sqlx::query_scalar(sql).fetch_all(&self.sql).await.unwrap()
    }

    /// Purges and sweeps as if two days had passed, so that no text is too young to count as an
    /// orphan. Then verifies that the bucket holds exactly the texts of the rows. Call it while no
    /// program writes.
    ///
    /// # Panics
    /// The bucket and the rows differ, or a deleted row is left.
    pub async fn sweep_and_verify(&self) -> Swept {
        let store = self.store().await;
        let now = Clock::System.now();
        store.purge(now).await.unwrap();
        let swept = store.sweep_all(now.plus(TWO_DAYS)).await.unwrap();
        store.db().close().await;
        assert_eq!(swept.texts_missing, [], "rows without a text");
        let deleted = "select count(*) from pastes where deleted_at is not null";
        assert_eq!(self.query_number(deleted).await, 0, "rows that the purge should have removed");
        assert_eq!(
            self.bucket.keys(),
            self.keys_of_rows().await,
            "the bucket must hold exactly the texts of the rows"
        );
        swept
    }
}
