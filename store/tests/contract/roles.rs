//! A user of PostgreSQL who may read and write rows, and may not change tables.

use sqlx::{Connection as _, Executor as _, PgConnection};
use store::{Db, Error, Store, Timestamp};
use testbed::Database;

use crate::harness::{draft, new_id};

/// Whoever may use the schema, may read and write rows, and only read the table of migrations.
fn grants(role: &str) -> String {
    format!(
        "grant usage on schema public to {role};
         grant select, insert, update, delete on all tables in schema public to {role};
         revoke insert, update, delete on _sqlx_migrations from {role}"
    )
}

#[tokio::test]
#[ignore = "needs TEST_DATABASE_URL"]
async fn a_user_without_rights_on_the_schema_serves_a_migrated_database() {
    let database = Database::create().await;
    let role = format!("pastebin_test_{}", new_id().as_str().to_lowercase());
    let mut owner = PgConnection::connect(&database.url).await.unwrap();
    owner
        .execute(&*format!("create role {role} login; revoke create on schema public from public"))
        .await
        .unwrap();
    let url = database.url.replace(&format!("//{}", database.user()), &format!("//{role}"));

    let refused = Db::postgres(&url).await.unwrap_err();
    assert!(matches!(refused, Error::MayNotMigrate(_)), "{refused}");
    assert!(refused.to_string().contains("pastebin migrate"), "{refused}");

    Db::postgres(&database.url).await.unwrap().close().await;
    owner.execute(&*grants(&role)).await.unwrap();
    let db = Db::postgres(&url).await.unwrap();
    let store = Store::new(db.clone());
    let paste = store.create(draft("hello"), Timestamp(0)).await.unwrap();
    assert_eq!(store.text(&paste).await.unwrap(), "hello");
    store.purge(Timestamp(1)).await.unwrap();
    store.sweep_all(Timestamp(1)).await.unwrap();
    store.trusted_time(Timestamp(1)).await.unwrap();
    db.close().await;

    let last =
        "delete from _sqlx_migrations where version = (select max(version) from _sqlx_migrations)";
    owner.execute(last).await.unwrap();
    let refused = Db::postgres(&url).await.unwrap_err();
    assert!(matches!(refused, Error::MayNotMigrate(_)), "{refused}");

    owner.execute(&*format!("drop owned by {role}; drop role {role}")).await.unwrap();
    owner.close().await.unwrap();
    database.remove().await;
}
