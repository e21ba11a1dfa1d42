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

/// 09:15:01 of some day: the refill is next due after nine seconds, the purge after hours.
pub(crate) const START: Timestamp = Timestamp(1_750_065_301_000);

/// Far more than anything here takes; only a test that fails waits for so long.
const PATIENCE: Duration = Duration::from_mins(1);

/// How often a watchdog looks that is awake.
pub(crate) const LOOK: Duration = Duration::from_secs(2);

/// Writes each test once and makes two of it, one an engine.
macro_rules! on_both_engines {
    ($(async fn $name:ident($site:ident: Site) $story:block)*) => {
        $(mod $name {
            #[allow(unused_imports)]
            use super::*;

            async fn story($site: crate::harness::Site) $story

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                crate::harness::on_sqlite(story).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            #[ignore = "needs TEST_DATABASE_URL"]
            async fn postgres() {
                crate::harness::on_postgres(story).await;
            }
        })*
    };
}
pub(crate) use on_both_engines;

#[derive(Clone)]
enum Place {
    File(PathBuf),
    Url(String),
}

impl Place {
    async fn open(&self) -> Db {
        match self {
            Self::File(path) => Db::sqlite(path).await.unwrap(),
            Self::Url(url) => Db::postgres(url).await.unwrap(),
        }
    }
}

/// A site with its own database, a clock that the test moves, and a pool that can misbehave.
#[derive(Clone)]
pub(crate) struct Site {
    pub(crate) ctx: Context,
    pub(crate) pool: Arc<TestPool>,
    place: Place,
}

pub(crate) async fn on_sqlite<F: Future<Output = ()> + Send + 'static>(
    story: impl FnOnce(Site) -> F,
) {
    let folder = tempfile::tempdir().unwrap();
    let site = Site::in_folder(folder.path()).await;
    let outcome = tokio::spawn(story(site.clone())).await;
    site.close().await;
    outcome.unwrap_or_else(|panic| resume_unwind(panic.into_panic()));
}

pub(crate) async fn on_postgres<F: Future<Output = ()> + Send + 'static>(
    story: impl FnOnce(Site) -> F,
) {
    let database = Database::create().await;
    let site = Site::at(Place::Url(database.url.clone())).await;
    let outcome = tokio::spawn(story(site.clone())).await;
    site.close().await;
    database.remove().await;
    outcome.unwrap_or_else(|panic| resume_unwind(panic.into_panic()));
}

impl Site {
    async fn at(place: Place) -> Self {
        let pool = Arc::new(TestPool::default());
        let store = Store::new(place.open().await);
        let ctx = Context { store, ids: pool.clone(), clock: Clock::manual(START) };
        Self { ctx, pool, place }
    }

    pub(crate) async fn in_folder(folder: &Path) -> Self {
        Self::at(Place::File(folder.join("pastebin.db"))).await
    }

    /// Another process of the same site: its own connections and pool, the same data and time.
    pub(crate) async fn sibling(&self) -> Self {
        let mut sibling = Self::at(self.place.clone()).await;
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

    pub(crate) fn pass(&self, seconds: u64) {
        self.ctx.clock.advance(Duration::from_secs(seconds));
    }

    pub(crate) fn turn_back(&self, by: Duration) {
        let Clock::Manual(at) = &self.ctx.clock else { unreachable!() };
        at.fetch_sub(i64::try_from(by.as_millis()).unwrap(), Ordering::SeqCst);
    }

    /// A worker that is quick about everything but its work, and whose watchdog starts the jobs
    /// and then sleeps: what a test counts is the jobs' own doing.
    pub(crate) fn worker(&self) -> Worker {
        self.worker_that_looks(Duration::from_hours(1))
    }

    /// As [`Site::worker`], with a watchdog that is awake. Between two of its looks there is time
    /// for a heartbeat, and for a job to be scheduled anew, on the slowest of machines.
    pub(crate) fn watchful_worker(&self) -> Worker {
        self.worker_that_looks(LOOK)
    }

    fn worker_that_looks(&self, watchdog: Duration) -> Worker {
        let (poll, heartbeat) = (Duration::from_millis(5), Duration::from_millis(10));
        Worker::start(self.ctx.clone(), Config { poll, heartbeat, watchdog })
    }

    /// A worker whose jobs have all had their first run.
    pub(crate) async fn settled_worker(&self) -> Worker {
        let worker = self.worker();
        self.settle().await;
        worker
    }

    /// Waits until every job has run for this moment of the clock and waits for its next, and
    /// nothing else is to be done. One statement, so that nothing moves between two counts.
    pub(crate) async fn settle(&self) {
        let sql = format!(
            "select coalesce(sum(case when state = 'new' and scheduled_at > {} then 1 else 1000 end), 0)
             from fang_tasks where state in ('new', 'in_progress', 'retried')",
            self.now().0
        );
        until("every job waits", || async { self.number(&sql).await == PeriodicJob::ALL.len() })
            .await;
    }

    /// Waits until the worker that is at a job has renewed its lease at this moment.
    pub(crate) async fn renewed(&self, job: PeriodicJob) {
        let until_when = self.now().plus(Duration::from_secs(30)).0;
        let sql = format!(
            "select count(*) from job_leases where name = '{job}' and expires_at = {until_when}"
        );
        until("the lease is renewed", || async { self.number(&sql).await == 1 }).await;
    }

    pub(crate) async fn run_sql(&self, sql: &str) {
        write!(self.db(), pool => sqlx::query(sql).execute(pool).await.map(drop)).unwrap();
    }

    /// From now on the database refuses to remove a task.
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

    pub(crate) async fn number(&self, sql: &str) -> usize {
        let number: i64 =
            read!(self.db(), pool => sqlx::query_scalar(sql).fetch_one(pool).await).unwrap();
        usize::try_from(number).unwrap()
    }

    /// Tasks of the queue for which `condition` holds.
    pub(crate) async fn count(&self, condition: &str) -> usize {
        self.number(&format!("select count(*) from fang_tasks where {condition}")).await
    }

    pub(crate) async fn paste(
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
        self.ctx.store.blobs().get(&paste.blob_key).await.unwrap().is_some()
    }

    pub(crate) async fn has_row(&self, paste: &Paste) -> bool {
        self.number(&format!("select count(*) from pastes where id = '{}'", paste.id)).await == 1
    }
}

/// A pool of ids that counts its refills, and that fails, panics or stalls when it is told to.
#[derive(Debug)]
pub(crate) struct TestPool {
    pool: MemoryPool,
    refills: AtomicUsize,
    pub(crate) fails: AtomicBool,
    pub(crate) panics: AtomicBool,
    open: watch::Sender<bool>,
}

impl Default for TestPool {
    fn default() -> Self {
        Self {
            pool: MemoryPool::default(),
            refills: AtomicUsize::new(0),
            fails: AtomicBool::new(false),
            panics: AtomicBool::new(false),
            open: watch::Sender::new(true),
        }
    }
}

impl TestPool {
    pub(crate) fn refills(&self) -> usize {
        self.refills.load(Ordering::SeqCst)
    }

    /// From now on a refill does not come to its end until the pool is opened.
    pub(crate) fn shut(&self) {
        self.open.send_replace(false);
    }

    pub(crate) fn open(&self) {
        self.open.send_replace(true);
    }

    pub(crate) async fn refilled(&self, times: usize) {
        until(&format!("refill number {times}"), || async { self.refills() >= times }).await;
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
        self.open.subscribe().wait_for(|open| *open).await.unwrap();
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

/// Waits for what another task brings about.
pub(crate) async fn until<F: Future<Output = bool>>(what: &str, holds: impl Fn() -> F) {
    let end = Instant::now() + PATIENCE;
    while !holds().await {
        assert!(Instant::now() < end, "waited in vain until: {what}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// Gives what must not happen the time to happen.
pub(crate) async fn a_while() {
    tokio::time::sleep(Duration::from_millis(300)).await;
}

/// The same for what a watchdog does that has looked twice.
pub(crate) async fn two_looks() {
    tokio::time::sleep(2 * LOOK + Duration::from_millis(500)).await;
}
