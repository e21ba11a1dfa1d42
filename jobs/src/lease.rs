//! Who works on a job, and how it went last. fang may hand one job's task to two workers (a
//! task that was thought dead, a second process); the lease lets one of them work.

use std::time::Duration;

use store::{Clock, Db, Timestamp, write};
use uuid::Uuid;

use crate::error::Result;
use crate::job::PeriodicJob;

/// How long a lease lasts that is not renewed. Three missed heartbeats, and less than it takes
/// the watchdog to requeue a dead worker's task: whoever takes that one finds the lease free.
const LASTS: Duration = Duration::from_secs(30);

/// One run's right to do a job's work.
#[derive(Debug)]
pub(crate) struct Lease<'a> {
    db: &'a Db,
    clock: &'a Clock,
    job: PeriodicJob,
    holder: String,
}

impl<'a> Lease<'a> {
    /// `None` where somebody else holds it.
    pub(crate) async fn take(
        db: &'a Db,
        clock: &'a Clock,
        job: PeriodicJob,
    ) -> Result<Option<Self>, sqlx::Error> {
        let lease = Self { db, clock, job, holder: Uuid::new_v4().to_string() };
        let now = clock.now();
        // A lease that ends later than any lease can was made before the clock went back.
        let taken = write!(db, pool => {
            sqlx::query(
                "insert into job_leases (name, holder, expires_at) values ($1, $2, $3)
                 on conflict (name) do update set holder = excluded.holder, expires_at = excluded.expires_at
                 where job_leases.expires_at <= $4 or job_leases.expires_at > $3",
            )
            .bind(job.name())
            .bind(&lease.holder)
            .bind(now.plus(LASTS))
            .bind(now)
            .execute(pool)
            .await?
            .rows_affected()
        });
        Ok((taken == 1).then_some(lease))
    }

    /// Whether it was still ours.
    pub(crate) async fn renew(&self) -> Result<bool, sqlx::Error> {
        Ok(write!(self.db, pool => {
            sqlx::query("update job_leases set expires_at = $3 where name = $1 and holder = $2")
                .bind(self.job.name())
                .bind(&self.holder)
                .bind(self.clock.now().plus(LASTS))
                .execute(pool)
                .await?
                .rows_affected()
        }) == 1)
    }

    /// Gives it back and notes how the work went. A lease lost meanwhile is left to its new holder.
    pub(crate) async fn finish(&self, outcome: &Result<String>) -> Result<(), sqlx::Error> {
        let now = self.clock.now();
        let (succeeded_at, result) =
            outcome.as_ref().map_or((None, None), |result| (Some(now), Some(result)));
        let (failed_at, error): (Option<Timestamp>, _) = outcome
            .as_ref()
            .err()
            .map_or((None, None), |error| (Some(now), Some(error.to_string())));
        // Nobody's: a last heartbeat that was given up half-way may still reach the database.
        write!(self.db, pool => {
            sqlx::query(
                "update job_leases set holder = '', expires_at = 0,
                 succeeded_at = coalesce($3, succeeded_at), result = coalesce($4, result),
                 failed_at = coalesce($5, failed_at), error = coalesce($6, error)
                 where name = $1 and holder = $2",
            )
            .bind(self.job.name())
            .bind(&self.holder)
            .bind(succeeded_at)
            .bind(result)
            .bind(failed_at)
            .bind(error)
            .execute(pool)
            .await
            .map(drop)
        })
    }
}
