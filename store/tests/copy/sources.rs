//! Which databases may be the source of a copy.

use store::{CopyError, Db, write};
use tempfile::TempDir;
use testbed::Database;

use crate::sites::{Kind, Site, draft};

#[tokio::test]
async fn a_missing_source_is_not_created() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("typo.db");
    Db::sqlite_to_read(&path).await.unwrap_err();
    assert!(!path.exists());
    std::fs::write(&path, "").unwrap();
    assert!(matches!(Db::sqlite_to_read(&path).await, Err(CopyError::NoPastebin)));
    assert_eq!(std::fs::metadata(&path).unwrap().len(), 0);
}

#[tokio::test]
#[ignore = "needs TEST_DATABASE_URL"]
async fn an_empty_database_is_no_source() {
    let database = Database::create().await;
    let outcome = Db::postgres_to_read(&database.url).await;
    database.remove().await;
    assert!(matches!(outcome, Err(CopyError::NoPastebin)));
}

#[tokio::test]
async fn a_source_of_another_version_is_refused() {
    let site = Site::build(Kind::File).await;
    let Db::Sqlite(sqlite) = site.db() else { unreachable!() };
    let path = sqlite.read.connect_options().get_filename().to_owned();
    site.run_sql("create table kept as select * from _sqlx_migrations").await;
    site.run_sql("delete from _sqlx_migrations where version = 2").await;
    assert!(matches!(Db::sqlite_to_read(&path).await, Err(CopyError::OlderDatabase)));
    site.run_sql("insert into _sqlx_migrations select * from kept where version = 2").await;
    site.run_sql("update kept set version = 9999").await;
    site.run_sql("insert into _sqlx_migrations select * from kept limit 1").await;
    let outcome = Db::sqlite_to_read(&path).await;
    let newer = CopyError::Store(store::Error::NewerDatabase(9999));
    assert_eq!(outcome.unwrap_err().to_string(), newer.to_string());
}

#[tokio::test]
async fn a_source_cannot_be_written() {
    let site = Site::build(Kind::File).await;
    let paste = site.paste("as it is").await;
    let source = site.to_read().await;
    source.create(draft("no"), paste.created_at).await.unwrap_err();
    let refused = write!(source.db(), pool => sqlx::query("delete from pastes").execute(pool).await.map(drop));
    refused.unwrap_err();
    assert_eq!(source.text(&paste).await.unwrap(), "as it is");
}

#[tokio::test]
async fn the_place_of_the_texts_is_detected() {
    for (kind, with_rows) in [(Kind::File, true), (Kind::FileAndBucket, false)] {
        let site = Site::build(kind).await;
        assert_eq!(site.db().has_texts_in_table().await.unwrap(), None);
        site.paste("").await;
        assert_eq!(site.db().has_texts_in_table().await.unwrap(), Some(with_rows));
    }
}
