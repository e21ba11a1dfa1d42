//! The SQL statements on the table `fang_tasks` that are the same on both engines.

use store::{Db, Timestamp, read, write};

use crate::queue::row::TaskRow;

/// Inserts a task and returns it. If an unfinished task has the same `uniq_hash`, nothing is inserted
/// and that task is returned.
pub(super) async fn insert(db: &Db, row: &TaskRow) -> Result<TaskRow, sqlx::Error> {
    write!(db, pool => {
        sqlx::query_as(
            "insert into fang_tasks
             (id, metadata, state, task_type, uniq_hash, retries, scheduled_at, created_at, updated_at)
             values ($1, $2, 'new', $3, $4, 0, $5, $6, $6)
             on conflict (uniq_hash) where state in ('new', 'in_progress', 'retried')
             do update set uniq_hash = excluded.uniq_hash
             returning *",
        )
        .bind(&row.id)
        .bind(&row.metadata)
        .bind(&row.task_type)
        .bind(&row.uniq_hash)
        .bind(row.scheduled_at)
        .bind(row.created_at)
        .fetch_all(pool)
        .await?
        .pop()
        .ok_or(sqlx::Error::RowNotFound)
    })
}

pub(super) async fn find(db: &Db, id: &str) -> Result<Option<TaskRow>, sqlx::Error> {
    read!(db, pool => {
        sqlx::query_as("select * from fang_tasks where id = $1").bind(id).fetch_optional(pool).await
    })
}

/// All tasks that wait or run.
pub(crate) async fn unfinished(db: &Db) -> Result<Vec<TaskRow>, sqlx::Error> {
    read!(db, pool => {
        sqlx::query_as("select * from fang_tasks where state in ('new', 'in_progress', 'retried')")
            .fetch_all(pool)
            .await
    })
}

/// Sets the state, and the error message if there is one. A missing row is not an error.
pub(super) async fn set_state(
    db: &Db,
    id: &str,
    state: &str,
    error: Option<&str>,
    now: Timestamp,
) -> Result<(), sqlx::Error> {
    write!(db, pool => {
        sqlx::query(
            "update fang_tasks set state = $2, error_message = coalesce($3, error_message), updated_at = $4
             where id = $1",
        )
        .bind(id)
        .bind(state)
        .bind(error)
        .bind(now)
        .execute(pool)
        .await
        .map(drop)
    })
}

/// Makes a failed task due again at `due`. A missing row is not an error.
pub(super) async fn mark_retried(
    db: &Db,
    id: &str,
    error: &str,
    due: Timestamp,
    now: Timestamp,
) -> Result<(), sqlx::Error> {
    write!(db, pool => {
        sqlx::query(
            "update fang_tasks set state = 'retried', retries = retries + 1, error_message = $2,
             scheduled_at = $3, updated_at = $4 where id = $1",
        )
        .bind(id)
        .bind(error)
        .bind(due)
        .bind(now)
        .execute(pool)
        .await
        .map(drop)
    })
}

/// Returns the number of tasks removed: 0 or 1.
pub(super) async fn remove(db: &Db, id: &str) -> Result<u64, sqlx::Error> {
    Ok(write!(db, pool => {
        sqlx::query("delete from fang_tasks where id = $1")
            .bind(id)
            .execute(pool)
            .await?
            .rows_affected()
    }))
}

/// Records a heartbeat of the worker that runs the task.
pub(crate) async fn touch(db: &Db, id: &str, now: Timestamp) -> Result<(), sqlx::Error> {
    write!(db, pool => {
        sqlx::query("update fang_tasks set updated_at = $2 where id = $1 and state = 'in_progress'")
            .bind(id)
            .bind(now)
            .execute(pool)
            .await
            .map(drop)
    })
}

/// Makes a running task due again. Returns `false`, and changes nothing, if the task has changed
/// since it was read as `seen`.
pub(crate) async fn requeue(db: &Db, seen: &TaskRow, now: Timestamp) -> Result<bool, sqlx::Error> {
    Ok(write!(db, pool => {
        sqlx::query(
            "update fang_tasks set state = 'new', retries = retries + 1, error_message = $3, updated_at = $4
             where id = $1 and state = 'in_progress' and updated_at = $2",
        )
        .bind(&seen.id)
        .bind(seen.updated_at)
        .bind("its worker went silent")
        .bind(now)
        .execute(pool)
        .await?
        .rows_affected()
    }) == 1)
}

/// Makes a waiting task due at `due`, if it is scheduled later.
pub(crate) async fn reschedule(
    db: &Db,
    id: &str,
    due: Timestamp,
    now: Timestamp,
) -> Result<(), sqlx::Error> {
    write!(db, pool => {
        sqlx::query(
            "update fang_tasks set scheduled_at = $2, updated_at = $3
             where id = $1 and state in ('new', 'retried') and scheduled_at > $2",
        )
        .bind(id)
        .bind(due)
        .bind(now)
        .execute(pool)
        .await
        .map(drop)
    })
}
