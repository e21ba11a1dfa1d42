//! A site for each test, on SQLite and on PostgreSQL.

use std::panic::resume_unwind;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use idservice::{Id, Ids, MemoryPool, Pool};
use jobs::{Config, Context, PeriodicJob, Worker};
use store::{Clock, Db, NewPaste, Paste, Store, Timestamp, UserId, Visibility, read, write};
use testbed::Database;
use tokio::sync::watch;

/// 09:15:01 UTC on some day. The next refill is due 9 seconds later, the next purge hours later.
pub(crate) const START: Timestamp = Timestamp(1_750_065_301_000);

/// How long [`wait_until`] waits. Far more than any step takes, so only a failing test reaches it.
const TIMEOUT: Duration = Duration::from_mins(1);

/// The watchdog interval of [`Site::worker_with_watchdog`].
pub(crate) const WATCHDOG_INTERVAL: Duration = Duration::from_secs(2);

/// Makes two tests of each function: one on SQLite, one on PostgreSQL.
macro_rules! on_both_engines {
    ($(async fn $name:ident($site:ident: Site) $test:block)*) => {
        $(mod $name {
            #[allow(unused_imports)]
            use super::*;

            async fn test($site: crate::harness::Site) $test

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                crate::harness::on_sqlite(test).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            #[ignore = "needs TEST_DATABASE_URL"]
            async fn postgres() {
                crate::harness::on_postgres(test).await;
            }
        })*
    };
}
pub(crate) use on_both_engines;

#[derive(Clone)]
enum DatabaseLocation {
    File(PathBuf),
    Url(String),
}

impl DatabaseLocation {
    async fn open(&self) -> Db {
        match self {
            Self::File(path) => Db::sqlite(path).await.unwrap(),
            Self::Url(url) => Db::postgres(url).await.unwrap(),
        }
    }
}

/// A site with its own database, a clock that the test sets, and a pool of ids that can be made to
/// fail.
#[derive(Clone)]
pub(crate) struct Site {
    pub(crate) ctx: Context,
    pub(crate) pool: Arc<TestPool>,
    database: DatabaseLocation,
}

pub(crate) async fn on_sqlite<F: Future<Output = ()> + Send + 'static>(
    test: impl FnOnce(Site) -> F,
) {
    let folder = tempfile::tempdir().unwrap();
    let site = Site::in_folder(folder.path()).await;
    let result = tokio::spawn(test(site.clone())).await;
    site.close().await;
    result.unwrap_or_else(|panic| resume_unwind(panic.into_panic()));
}

pub(crate) async fn on_postgres<F: Future<Output = ()> + Send + 'static>(
    test: impl FnOnce(Site) -> F,
) {
    let database = Database::create().await;
    let site = Site::at(DatabaseLocation::Url(database.url.clone())).await;
    let result = tokio::spawn(test(site.clone())).await;
    site.close().await;
    database.remove().await;
    result.unwrap_or_else(|panic| resume_unwind(panic.into_panic()));
}

impl Site {
    async fn at(database: DatabaseLocation) -> Self {
        let pool = Arc::new(TestPool::default());
        let store = Store::new(database.open().await);
        let ctx = Context { store, ids: pool.clone(), clock: Clock::manual(START) };
        Self { ctx, pool, database }
    }

    pub(crate) async fn in_folder(folder: &Path) -> Self {
        Self::at(DatabaseLocation::File(folder.join("pastebin.db"))).await
    }

    /// A second process of the same site, with connections and a pool of ids of its own. It shares
    /// the database and the clock.
    pub(crate) async fn sibling(&self) -> Self {
        let mut sibling = Self::at(self.database.clone()).await;
        sibling.ctx.clock = self.ctx.clock.clone();
        sibling
    }

    pub(crate) async fn close(&self) {
        self.db().close().await;
    }

    pub(crate) fn db(&self) -> &Db {
        self.ctx.store.db()
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.ctx.clock.now()
    }

    pub(crate) fn advance(&self, seconds: u64) {
        self.ctx.clock.advance(Duration::from_secs(seconds));
    }

    pub(crate) fn set_clock_back(&self, by: Duration) {
        let Clock::Manual(at) = &self.ctx.clock else { unreachable!() };
        at.fetch_sub(i64::try_from(by.as_millis()).unwrap(), Ordering::SeqCst);
    }

    /// Starts a worker with short intervals, whose watchdog only makes its first check. After that,
    /// every run that a test counts was scheduled by the run before.
    pub(crate) fn worker(&self) -> Worker {
        self.start_worker(Duration::from_hours(1))
    }

    /// Like [`Site::worker`], with a watchdog that repeats its checks. Between two of them, even a
    /// slow machine sends a heartbeat and schedules the next run of a job.
    pub(crate) fn worker_with_watchdog(&self) -> Worker {
        self.start_worker(WATCHDOG_INTERVAL)
    }

    fn start_worker(&self, watchdog: Duration) -> Worker {
        let (poll, heartbeat) = (Duration::from_millis(5), Duration::from_millis(10));
        Worker::start(self.ctx.clone(), Config { poll, heartbeat, watchdog })
    }

    /// Starts a worker and waits until all jobs have run once.
    pub(crate) async fn idle_worker(&self) -> Worker {
        let worker = self.worker();
        self.wait_until_idle().await;
        worker
    }

    /// Waits until no job is due or running and every job's next run is scheduled. This is one
    /// statement, so that no task changes between two counts.
    pub(crate) async fn wait_until_idle(&self) {
        let sql = format!(
            "select coalesce(sum(case when state = 'new' and scheduled_at > {} then 1 else 1000 end), 0)
             from fang_tasks where state in ('new', 'in_progress', 'retried')",
            self.now().0
        );
        wait_until("every job is scheduled", || async {
            self.query_number(&sql).await == PeriodicJob::ALL.len()
        })
        .await;
    }

    /// Waits until the worker that runs `job` has renewed its lease at the clock's present time.
    pub(crate) async fn wait_for_renewal(&self, job: PeriodicJob) {
        let expires_at = self.now().plus(Duration::from_secs(30)).0;
        let sql = format!(
            "select count(*) from job_leases where name = '{job}' and expires_at = {expires_at}"
        );
        wait_until("the lease is renewed", || async { self.query_number(&sql).await == 1 }).await;
    }

    pub(crate) async fn run_sql(&self, sql: &str) {
        write!(self.db(), pool => sqlx::query(sql).execute(pool).await.map(drop)).unwrap();
    }

    /// Makes the database refuse to remove a task, until [`Site::allow_removals`].
    pub(crate) async fn refuse_removals(&self) {
        if matches!(self.db(), Db::Sqlite(_)) {
            self.run_sql("create trigger refuse before delete on fang_tasks begin select raise(abort, 'refused'); end")
                .await;
        } else {
            self.run_sql("create function refuse() returns trigger language plpgsql as 'begin raise ''refused''; end'")
                .await;
            self.run_sql("create trigger refuse before delete on fang_tasks for each row execute function refuse()")
                .await;
        }
    }

    pub(crate) async fn allow_removals(&self) {
        let on = if matches!(self.db(), Db::Sqlite(_)) { "" } else { "on fang_tasks" };
        self.run_sql(&format!("drop trigger refuse {on}")).await;
    }

    pub(crate) async fn query_number(&self, sql: &str) -> usize {
        let number: i64 =
            read!(self.db(), pool => sqlx::query_scalar(sql).fetch_one(pool).await).unwrap();
        usize::try_from(number).unwrap()
    }

    /// The number of tasks in the queue that match the SQL `condition`.
    pub(crate) async fn count_tasks(&self, condition: &str) -> usize {
        self.query_number(&format!("select count(*) from fang_tasks where {condition}")).await
    }

    pub(crate) async fn create_paste(
        &self,
        owner: Option<UserId>,
        expires_at: Option<Timestamp>,
    ) -> Paste {
        let new = NewPaste {
            id: Id::random().unwrap().as_str().parse().unwrap(),
            owner,
            title: String::new(),
            syntax: "text".to_owned(),
            syntax_guessed: false,
            visibility: Visibility::Unlisted,
            expires_at,
            delete_token_hash: None,
            text: "hello".into(),
        };
        self.ctx.store.create(new, self.now()).await.unwrap()
    }

    pub(crate) async fn has_text(&self, paste: &Paste) -> bool {
        self.ctx.store.blobs().get(&paste.blob_key, usize::MAX).await.unwrap().is_some()
    }

    pub(crate) async fn has_row(&self, paste: &Paste) -> bool {
        self.query_number(&format!("select count(*) from pastes where id = '{}'", paste.id)).await
            == 1
    }
}

/// A pool of ids that counts its refills, and that can be made to fail, panic or block.
#[derive(Debug)]
pub(crate) struct TestPool {
    pool: MemoryPool,
    refills: AtomicUsize,
    pub(crate) fails: AtomicBool,
    pub(crate) panics: AtomicBool,
    unblocked: watch::Sender<bool>,
}

impl Default for TestPool {
    fn default() -> Self {
        Self {
            pool: MemoryPool::default(),
            refills: AtomicUsize::new(0),
            fails: AtomicBool::new(false),
            panics: AtomicBool::new(false),
            unblocked: watch::Sender::new(true),
        }
    }
}

impl TestPool {
    pub(crate) fn refills(&self) -> usize {
        self.refills.load(Ordering::SeqCst)
    }

    /// Makes refills wait until [`TestPool::unblock`].
    pub(crate) fn block(&self) {
        self.unblocked.send_replace(false);
    }

    pub(crate) fn unblock(&self) {
        self.unblocked.send_replace(true);
    }

    /// Waits until `times` refills have started.
    pub(crate) async fn wait_for_refills(&self, times: usize) {
        wait_until(&format!("refill number {times} has started"), || async {
            self.refills() >= times
        })
        .await;
    }
}

#[async_trait]
impl Ids for TestPool {
    async fn pop(&self, count: usize) -> idservice::Result<Vec<Id>> {
        self.pool.pop(count).await
    }
}

#[async_trait]
impl Pool for TestPool {
    async fn level(&self) -> idservice::Result<usize> {
        self.refills.fetch_add(1, Ordering::SeqCst);
        self.unblocked.subscribe().wait_for(|unblocked| *unblocked).await.unwrap();
        assert!(!self.panics.load(Ordering::SeqCst), "the pool was told to panic");
        if self.fails.load(Ordering::SeqCst) {
            Err(idservice::Error::Empty)
        } else {
            self.pool.level().await
        }
    }

    async fn push(&self, ids: Vec<Id>) -> idservice::Result<()> {
        self.pool.push(ids).await
    }
}

/// Waits until `holds` returns true. `what` describes the condition in the error.
pub(crate) async fn wait_until<F: Future<Output = bool>>(what: &str, holds: impl Fn() -> F) {
    let end = Instant::now() + TIMEOUT;
    while !holds().await {
        assert!(Instant::now() < end, "timed out waiting until {what}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// Gives an event that must not happen the time to happen.
pub(crate) async fn pause() {
    tokio::time::sleep(Duration::from_millis(300)).await;
}

/// Waits until the watchdog of [`Site::worker_with_watchdog`] has made two checks.
pub(crate) async fn two_watchdog_checks() {
    tokio::time::sleep(2 * WATCHDOG_INTERVAL + Duration::from_millis(500)).await;
}
