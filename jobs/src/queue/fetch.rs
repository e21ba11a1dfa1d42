use fang::Task;
use serde_json::{Value, json};
use store::{Db, Timestamp};
use tracing::error;

use super::row::Row;
use super::rows;

/// Takes the task that has been due longest. One that this program does not know is marked failed
/// and passed over.
pub(super) async fn take(
    db: &Db,
    task_type: &str,
    queue: u64,
    now: Timestamp,
) -> Result<Option<Task>, sqlx::Error> {
    while let Some(row) = touch(db, task_type, now).await? {
        match row.is_known() {
            Ok(()) => return Ok(Some(claimed(row, queue))),
            Err(error) => {
                error!(task.id = row.id, %error, "a task of the queue cannot be decoded");
                rows::set_row_state(db, &row.id, "failed", Some(&error.to_string()), now).await?;
            }
        }
    }
    Ok(None)
}

/// Finds and marks in one statement, so that two workers never get the same row.
async fn touch(db: &Db, task_type: &str, now: Timestamp) -> Result<Option<Row>, sqlx::Error> {
    let rows: Vec<Row> = match db {
        Db::Sqlite(sqlite) => {
            // An idle queue is only read: a statement that may write keeps other processes from it.
            let due = sqlx::query("select 1 from fang_tasks where task_type = $1 and state in ('new', 'retried') and scheduled_at <= $2 limit 1")
                .bind(task_type)
                .bind(now)
                .fetch_optional(&sqlite.read)
                .await?;
            if due.is_none() {
                return Ok(None);
            }
            // All rows, not the first: only a statement that has come to its end reports that its
            // commit failed.
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

/// Writes into the task whose it is; see `registry`.
fn claimed(row: Row, queue: u64) -> Task {
    let mut task = row.into_task();
    if let Value::Object(fields) = &mut task.metadata {
        fields.insert("claim".to_owned(), json!({ "queue": queue, "task": task.id.to_string() }));
    }
    task
}
