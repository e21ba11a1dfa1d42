//! The table `job_leases`: which worker runs a job, and the results of its last runs. Two workers can
//! have the task of one job, for example when the first was slow and its task was requeued. Only the
//! worker that holds the lease runs the job.

use std::time::Duration;

use store::{Clock, Db, Timestamp, write};
use uuid::Uuid;

use crate::error::Result;
use crate::job::PeriodicJob;

/// The lifetime of a lease that is not renewed. It spans three heartbeats. It is shorter than the
/// time after which the watchdog requeues a dead worker's task, so the next worker finds the lease
/// free.
const LIFETIME: Duration = Duration::from_secs(30);

/// The exclusive right to run a job.
#[derive(Debug)]
pub(crate) struct Lease<'a> {
    db: &'a Db,
    clock: &'a Clock,
    job: PeriodicJob,
    holder: String,
}

impl<'a> Lease<'a> {
    /// Takes the lease. `None` if another worker holds it.
    pub(crate) async fn take(
        db: &'a Db,
        clock: &'a Clock,
        job: PeriodicJob,
    ) -> Result<Option<Self>, sqlx::Error> {
        let lease = Self { db, clock, job, holder: Uuid::new_v4().to_string() };
        let now = clock.now();
        // A lease that ends later than a new one would is from before the clock was set back, and
        // counts as expired.
        let taken = write!(db, pool => {
            sqlx::query(
                "insert into job_leases (name, holder, expires_at) values ($1, $2, $3)
                 on conflict (name) do update set holder = excluded.holder, expires_at = excluded.expires_at
                 where job_leases.expires_at <= $4 or job_leases.expires_at > $3",
            )
            .bind(job.name())
            .bind(&lease.holder)
            .bind(now.plus(LIFETIME))
            .bind(now)
            .execute(pool)
            .await?
            .rows_affected()
        });
        Ok((taken == 1).then_some(lease))
    }

    /// Extends the lease. Returns `false` if another worker has taken it.
    pub(crate) async fn renew(&self) -> Result<bool, sqlx::Error> {
        Ok(write!(self.db, pool => {
            sqlx::query("update job_leases set expires_at = $3 where name = $1 and holder = $2")
                .bind(self.job.name())
                .bind(&self.holder)
                .bind(self.clock.now().plus(LIFETIME))
                .execute(pool)
                .await?
                .rows_affected()
        }) == 1)
    }

    /// Releases the lease and records the result of the run. Does nothing if another worker has taken
    /// the lease.
    pub(crate) async fn finish(&self, outcome: &Result<String>) -> Result<(), sqlx::Error> {
        let now = self.clock.now();
        let (succeeded_at, result) =
            outcome.as_ref().map_or((None, None), |result| (Some(now), Some(result)));
        let (failed_at, error): (Option<Timestamp>, _) = outcome
            .as_ref()
            .err()
            .map_or((None, None), |error| (Some(now), Some(error.to_string())));
        // The holder is cleared too, because the statement of a cancelled heartbeat may still reach the
        // database: it must not renew the lease.
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
