//! Fetches the next due task for a worker.

use fang::Task;
use serde_json::{Value, json};
use store::{Db, Timestamp};
use tracing::error;

use crate::queue::row::TaskRow;
use crate::queue::rows;

/// Claims the task that has been due longest. An undecodable task is marked as failed and skipped.
pub(super) async fn next_due(
    db: &Db,
    task_type: &str,
    queue: u64,
    now: Timestamp,
) -> Result<Option<Task>, sqlx::Error> {
    while let Some(row) = claim(db, task_type, now).await? {
        match row.check_decodable() {
            Ok(()) => return Ok(Some(with_claim(row, queue))),
            Err(error) => {
                error!(task.id = row.id, %error, "a task of the queue cannot be decoded");
                rows::set_state(db, &row.id, "failed", Some(&error.to_string()), now).await?;
            }
        }
    }
    Ok(None)
}

/// Finds a due row and marks it `in_progress`, in one statement: two workers never get the same row.
async fn claim(db: &Db, task_type: &str, now: Timestamp) -> Result<Option<TaskRow>, sqlx::Error> {
    let rows: Vec<TaskRow> = match db {
        Db::Sqlite(sqlite) => {
            // Look for a due task without the write lock first. An `update` takes it even if it
            // matches no row, and idle workers would keep other processes from writing.
            let due = sqlx::query("select 1 from fang_tasks where task_type = $1 and state in ('new', 'retried') and scheduled_at <= $2 limit 1")
                .bind(task_type)
                .bind(now)
                .fetch_optional(&sqlite.read)
                .await?;
            if due.is_none() {
                return Ok(None);
            }
            // `fetch_all`, not `fetch_one`: a failed commit is only reported by a statement that
            // runs to its end.
            sqlx::query_as(
                "update fang_tasks set state = 'in_progress', updated_at = $2 where id =
                 (select id from fang_tasks where task_type = $1 and state in ('new', 'retried')
                  and scheduled_at <= $2 order by scheduled_at limit 1)
                 returning *",
            )
            .bind(task_type)
            .bind(now)
            .fetch_all(&sqlite.write)
            .await?
        }
        Db::Postgres(pool) => {
            sqlx::query_as(
                "update fang_tasks set state = 'in_progress', updated_at = $2 where id =
                 (select id from fang_tasks where task_type = $1 and state in ('new', 'retried')
                  and scheduled_at <= $2 order by scheduled_at limit 1 for update skip locked)
                 returning *",
            )
            .bind(task_type)
            .bind(now)
            .fetch_all(pool)
            .await?
        }
    };
    Ok(rows.into_iter().next())
}

/// The task, with its id and the number of its queue added for [`PeriodicTask`]; see `registry`.
///
/// [`PeriodicTask`]: crate::queue::periodic_task::PeriodicTask
fn with_claim(row: TaskRow, queue: u64) -> Task {
    let mut task = row.into_task();
    if let Value::Object(fields) = &mut task.metadata {
        fields.insert("claim".to_owned(), json!({ "queue": queue, "task": task.id.to_string() }));
    }
    task
}
