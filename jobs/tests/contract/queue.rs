use std::collections::HashSet;
use std::time::Duration;

use fang::{AsyncQueueable, AsyncRunnable, FangError, FangTaskState, typetag};
use jobs::Queue;
use serde::{Deserialize, Serialize};

use crate::harness::on_both_engines;

/// Work that is queued once.
#[derive(Serialize, Deserialize)]
struct Note {
    number: u32,
    once: bool,
}

#[typetag::serde]
#[async_trait::async_trait]
impl AsyncRunnable for Note {
    async fn run(&self, _: &dyn AsyncQueueable) -> Result<(), FangError> {
        Ok(())
    }

    fn uniq(&self) -> bool {
        self.once
    }
}

const UNKNOWN: &str = "insert into fang_tasks values
    ('8c2c1f4e-0000-4000-8000-000000000001', '{\"type\":\"Unheard\"}', null, 'new', 'common', null, 0, 1, 1, 1),
    ('8c2c1f4e-0000-4000-8000-000000000002', 'no json at all', null, 'new', 'common', null, 0, 2, 2, 2)";

on_both_engines! {
    async fn two_takers_never_get_one_task(site: Site) {
        const TASKS: usize = 60;
        let sibling = site.sibling().await;
        let (here, there) = (Queue::new(site.ctx.clone()), Queue::new(sibling.ctx.clone()));
        for number in 0..TASKS {
            here.insert_task(&Note { number: u32::try_from(number).unwrap(), once: false }).await.unwrap();
        }
        let takers = [here.clone(), there.clone(), here, there].map(|queue| tokio::spawn(async move {
            let mut taken = Vec::new();
            while let Some(task) = queue.fetch_and_touch_task(None).await.unwrap() {
                assert_eq!(task.state, FangTaskState::InProgress);
                taken.push(task.id);
            }
            taken
        }));
        let mut taken = Vec::new();
        for taker in takers {
            taken.extend(taker.await.unwrap());
        }
        assert_eq!(taken.len(), TASKS);
        assert_eq!(taken.into_iter().collect::<HashSet<_>>().len(), TASKS);
        sibling.close().await;
    }

    async fn a_task_waits_for_its_time(site: Site) {
        let queue = Queue::new(site.ctx.clone());
        let task = queue.insert_task(&Note { number: 1, once: false }).await.unwrap();
        assert_eq!(queue.find_task_by_id(&task.id).await.unwrap(), task);
        assert_eq!(queue.fetch_and_touch_task(Some("other".to_owned())).await.unwrap(), None);
        assert_eq!(queue.fetch_and_touch_task(None).await.unwrap().unwrap().id, task.id);

        queue.schedule_retry(&task, 60, "not now").await.unwrap();
        site.pass(59);
        assert_eq!(queue.fetch_and_touch_task(None).await.unwrap(), None);
        site.pass(1);
        let again = queue.fetch_and_touch_task(None).await.unwrap().unwrap();
        assert_eq!((again.id, again.retries, again.error_message.as_deref()), (task.id, 1, Some("not now")));
    }

    async fn a_unique_task_is_queued_once(site: Site) {
        let queue = Queue::new(site.ctx.clone());
        let inserts: Vec<_> = (0..12).map(|_| {
            let queue = queue.clone();
            tokio::spawn(async move { queue.insert_task(&Note { number: 1, once: true }).await.unwrap().id })
        }).collect();
        let mut ids = HashSet::new();
        for insert in inserts {
            ids.insert(insert.await.unwrap());
        }
        assert_eq!((ids.len(), site.count("1 = 1").await), (1, 1));

        let task = queue.fetch_and_touch_task(None).await.unwrap().unwrap();
        let same = queue.insert_task(&Note { number: 1, once: true }).await.unwrap();
        assert_eq!(same.id, task.id, "a running task is not finished");
        queue.update_task_state(&task, FangTaskState::Finished).await.unwrap();
        let next = queue.insert_task(&Note { number: 1, once: true }).await.unwrap();
        assert_ne!(next.id, task.id);
    }

    async fn a_task_that_nobody_knows_is_failed_and_passed_over(site: Site) {
        let queue = Queue::new(site.ctx.clone());
        site.run_sql(UNKNOWN).await;
        let known = queue.insert_task(&Note { number: 1, once: false }).await.unwrap();
        assert_eq!(queue.fetch_and_touch_task(None).await.unwrap().unwrap().id, known.id);
        assert_eq!(site.count("state = 'failed' and error_message is not null").await, 2);
        assert_eq!(queue.fetch_and_touch_task(None).await.unwrap(), None);
    }

    async fn a_task_that_nobody_knows_does_not_end_a_worker(site: Site) {
        site.run_sql(UNKNOWN).await;
        let worker = site.settled_worker().await;
        for round in 2..6 {
            site.run_sql(&UNKNOWN.replace("00000000000", &format!("0000000000{round}"))).await;
            site.pass(10);
            site.pool.refilled(round).await;
            site.settle().await;
        }
        assert_eq!(site.count("state = 'failed'").await, 10);
        worker.stop(Duration::from_mins(1)).await;
    }

    async fn what_a_worker_calls_after_its_run_never_fails(site: Site) {
        let queue = Queue::new(site.ctx.clone());
        let task = queue.insert_task(&Note { number: 1, once: true }).await.unwrap();
        queue.remove_task(&task.id).await.unwrap();
        for database in ["row is gone", "table is away"] {
            if database == "table is away" {
                site.run_sql("alter table fang_tasks rename to away").await;
            }
            let note = Note { number: 2, once: true };
            let (removed, ..) = tokio::try_join!(
                queue.remove_task(&task.id),
                queue.fail_task(&task, "an error"),
                queue.update_task_state(&task, FangTaskState::Finished),
                queue.schedule_retry(&task, 1, "an error"),
                queue.schedule_task(&note),
            ).unwrap();
            assert_eq!(removed, 0);
        }
        assert!(queue.insert_task(&Note { number: 3, once: true }).await.is_err(), "this one is for the caller");
    }
}
