//! The task queue: fetches, unique tasks, and undecodable tasks.

use std::collections::HashSet;
use std::time::Duration;

use fang::{AsyncQueueable, AsyncRunnable, FangError, FangTaskState, typetag};
use jobs::Queue;
use serde::{Deserialize, Serialize};

use crate::harness::on_both_engines;

/// A task that does nothing.
#[derive(Serialize, Deserialize)]
struct Note {
    number: u32,
    unique: bool,
}

#[typetag::serde]
#[async_trait::async_trait]
impl AsyncRunnable for Note {
    async fn run(&self, _: &dyn AsyncQueueable) -> Result<(), FangError> {
        Ok(())
    }

    fn uniq(&self) -> bool {
        self.unique
    }
}

/// Inserts one task of an unknown type and one without valid metadata.
const INSERT_UNDECODABLE: &str = "insert into fang_tasks values
    ('8c2c1f4e-0000-4000-8000-000000000001', '{\"type\":\"Unheard\"}', null, 'new', 'common', null, 0, 1, 1, 1),
    ('8c2c1f4e-0000-4000-8000-000000000002', 'no json at all', null, 'new', 'common', null, 0, 2, 2, 2)";

on_both_engines! {
    async fn concurrent_fetches_never_return_the_same_task(site: Site) {
        const TASKS: usize = 60;
        let sibling = site.sibling().await;
        let (here, there) = (Queue::new(site.ctx.clone()), Queue::new(sibling.ctx.clone()));
        for number in 0..TASKS {
            here.insert_task(&Note { number: u32::try_from(number).unwrap(), unique: false }).await.unwrap();
        }
        let tasks = [here.clone(), there.clone(), here, there].map(|queue| tokio::spawn(async move {
            let mut fetched = Vec::new();
            while let Some(task) = queue.fetch_and_touch_task(None).await.unwrap() {
                assert_eq!(task.state, FangTaskState::InProgress);
                fetched.push(task.id);
            }
            fetched
        }));
        let mut fetched = Vec::new();
        for task in tasks {
            fetched.extend(task.await.unwrap());
        }
        assert_eq!(fetched.len(), TASKS);
        assert_eq!(fetched.into_iter().collect::<HashSet<_>>().len(), TASKS);
        sibling.close().await;
    }

    async fn a_task_is_fetched_when_it_is_due(site: Site) {
        let queue = Queue::new(site.ctx.clone());
        let task = queue.insert_task(&Note { number: 1, unique: false }).await.unwrap();
        assert_eq!(queue.find_task_by_id(&task.id).await.unwrap(), task);
        assert_eq!(queue.fetch_and_touch_task(Some("other".to_owned())).await.unwrap(), None);
        assert_eq!(queue.fetch_and_touch_task(None).await.unwrap().unwrap().id, task.id);

        queue.schedule_retry(&task, 60, "not now").await.unwrap();
        site.advance(59);
        assert_eq!(queue.fetch_and_touch_task(None).await.unwrap(), None);
        site.advance(1);
        let again = queue.fetch_and_touch_task(None).await.unwrap().unwrap();
        assert_eq!((again.id, again.retries, again.error_message.as_deref()), (task.id, 1, Some("not now")));
    }

    async fn a_unique_task_is_queued_once(site: Site) {
        let queue = Queue::new(site.ctx.clone());
        let inserts: Vec<_> = (0..12).map(|_| {
            let queue = queue.clone();
            tokio::spawn(async move { queue.insert_task(&Note { number: 1, unique: true }).await.unwrap().id })
        }).collect();
        let mut ids = HashSet::new();
        for insert in inserts {
            ids.insert(insert.await.unwrap());
        }
        assert_eq!((ids.len(), site.count_tasks("1 = 1").await), (1, 1));

        let task = queue.fetch_and_touch_task(None).await.unwrap().unwrap();
        let same = queue.insert_task(&Note { number: 1, unique: true }).await.unwrap();
        assert_eq!(same.id, task.id, "a running task is unfinished");
        queue.update_task_state(&task, FangTaskState::Finished).await.unwrap();
        let next = queue.insert_task(&Note { number: 1, unique: true }).await.unwrap();
        assert_ne!(next.id, task.id);
    }

    async fn an_undecodable_task_is_failed_and_skipped(site: Site) {
        let queue = Queue::new(site.ctx.clone());
        site.run_sql(INSERT_UNDECODABLE).await;
        let known = queue.insert_task(&Note { number: 1, unique: false }).await.unwrap();
        assert_eq!(queue.fetch_and_touch_task(None).await.unwrap().unwrap().id, known.id);
        assert_eq!(site.count_tasks("state = 'failed' and error_message is not null").await, 2);
        assert_eq!(queue.fetch_and_touch_task(None).await.unwrap(), None);
    }

    async fn an_undecodable_task_does_not_end_a_worker(site: Site) {
        site.run_sql(INSERT_UNDECODABLE).await;
        let worker = site.idle_worker().await;
        for round in 2..6 {
            site.run_sql(&INSERT_UNDECODABLE.replace("00000000000", &format!("0000000000{round}"))).await;
            site.advance(10);
            site.pool.wait_for_refills(round).await;
            site.wait_until_idle().await;
        }
        assert_eq!(site.count_tasks("state = 'failed'").await, 10);
        worker.stop(Duration::from_mins(1)).await;
    }

    async fn methods_that_are_called_after_a_run_never_fail(site: Site) {
        let queue = Queue::new(site.ctx.clone());
        let task = queue.insert_task(&Note { number: 1, unique: true }).await.unwrap();
        queue.remove_task(&task.id).await.unwrap();
        for database in ["row is missing", "table is missing"] {
            if database == "table is missing" {
                site.run_sql("alter table fang_tasks rename to away").await;
            }
            let note = Note { number: 2, unique: true };
            let (removed, ..) = tokio::try_join!(
                queue.remove_task(&task.id),
                queue.fail_task(&task, "an error"),
                queue.update_task_state(&task, FangTaskState::Finished),
                queue.schedule_retry(&task, 1, "an error"),
                queue.schedule_task(&note),
            ).unwrap();
            assert_eq!(removed, 0);
        }
        assert!(queue.insert_task(&Note { number: 3, unique: true }).await.is_err(), "insert_task returns its error to the caller");
    }
}
