//! Every statement that the store runs finds its rows by an index, however many there are. The
//! statements are those that sqlx reports as it runs them, so none can be forgotten here.

#![expect(clippy::unwrap_used, reason = "a test ends where it cannot go on")]

use std::collections::BTreeSet;
use std::fmt;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use sqlx::{Connection, Row as _, SqliteConnection};
use store::{
    BlobKey, Change, Db, If, NewPaste, NewToken, NewUser, Paste, Scopes, Secret, Span, Store,
    Timestamp, Visibility,
};
use tempfile::TempDir;
use tracing_subscriber::Layer;
use tracing_subscriber::layer::{Context, SubscriberExt as _};

const NOW: Timestamp = Timestamp(1_893_499_200_000);

/// The text of every statement, once.
#[derive(Clone, Default)]
struct Statements(Arc<Mutex<BTreeSet<String>>>);

impl<S: tracing::Subscriber> Layer<S> for Statements {
    fn on_event(&self, event: &tracing::Event<'_>, _: Context<'_, S>) {
        if event.metadata().target() == "sqlx::query" {
            let mut statement = Statement::default();
            event.record(&mut statement);
            let sql = if statement.whole.is_empty() { statement.summary } else { statement.whole };
            self.0.lock().unwrap().insert(sql.trim().to_owned());
        }
    }
}

#[derive(Default)]
struct Statement {
    /// All of a short one, the beginning of a long one.
    summary: String,
    whole: String,
}

impl tracing::field::Visit for Statement {
    fn record_str(&mut self, field: &tracing::field::Field, value: &str) {
        match field.name() {
            "summary" => value.clone_into(&mut self.summary),
            "db.statement" => value.clone_into(&mut self.whole),
            _ => {}
        }
    }

    fn record_debug(&mut self, _: &tracing::field::Field, _: &dyn fmt::Debug) {}
}

/// Everything that a site does, once.
async fn use_all(store: &Store) {
    let user = store
        .create_user(NewUser { email: "anna@example.org", password_hash: "$" }, NOW)
        .await
        .unwrap()
        .id;
    store.credentials("anna@example.org").await.unwrap();
    let token = Secret::random().unwrap();
    store.start_session(&token, user, NOW, NOW).await.unwrap();
    store.session_user(&token, NOW).await.unwrap();
    store.end_session(&token).await.unwrap();
    let new = NewPaste {
        id: "aaaaaaaaaaaa".parse().unwrap(),
        owner: Some(user),
        title: String::new(),
        syntax: "text".to_owned(),
        syntax_guessed: false,
        visibility: Visibility::Public,
        expires_at: None,
        delete_token_hash: None,
        text: Bytes::from("hello"),
    };
    let paste = store.create(new, NOW).await.unwrap();
    store.visible_paste(&paste.id, Some(user), NOW).await.unwrap();
    store.pastes_of(user, &Span { limit: 50, ..Span::default() }, NOW).await.unwrap();
    store.public_pastes(&Span { limit: 50, ..Span::default() }, NOW).await.unwrap();
    store.totals_of(user, NOW).await.unwrap();
    store.trusted_time(NOW).await.unwrap();
    store.sweep(2, NOW).await.unwrap();
    store.change(&paste, &Change::default(), If::AsSeen, NOW).await.unwrap().unwrap();
    store
        .delete_seen(&Paste { title: "another".to_owned(), ..paste.clone() }, If::AsSeen, NOW)
        .await
        .unwrap();
    store.delete(&paste.id, user, NOW).await.unwrap();
    let scopes = Scopes { read: true, write: false, delete: false };
    let new = NewToken { user, name: "laptop", scopes, expires_at: None };
    store.create_token(&token, new, NOW).await.unwrap();
    let id = store.tokens_of(user).await.unwrap()[0].id;
    store.bearer(&token, NOW).await.unwrap().unwrap();
    store.revoke_token(id, user).await.unwrap();
    store.made_under(&[], NOW).await.unwrap();
    store.purge(NOW).await.unwrap();
    store.text(&paste).await.unwrap_err();
    store.blobs().list(&BlobKey::FIRST, 10).await.unwrap();
}

/// Some thousand rows: expired, deleted, public, owned and none of it.
async fn crowd(connection: &mut SqliteConnection) {
    for sql in [
        "with recursive n (i) as (select 1 union all select i + 1 from n where i < 200)
         insert into users select i, 'user' || i, '$', 0 from n",
        "insert into sessions select cast(email as blob), id, 0, id from users",
        "with recursive n (i) as (select 1 union all select i + 1 from n where i < 5000)
         insert into pastes select 'paste' || i, case when i % 3 = 0 then 1 + i % 200 end, '', 'text',
           case when i % 4 = 0 then 'public' else 'unlisted' end, 5, 1, x'00', 'key' || i, i / 10,
           case when i % 2 = 0 then i end, case when i % 5 = 0 then i / 1000 end, false, null from n",
        "insert into access_tokens select cast(email as blob), id, id, '', true, true, true, 0, id, null from users",
        "insert into idempotency_keys select cast(id as blob), x'00', id, x'00', created_at from pastes",
        "insert into blobs select blob_key, x'00', created_at from pastes",
    ] {
        sqlx::query(sql).execute(&mut *connection).await.unwrap();
    }
}

async fn plan(connection: &mut SqliteConnection, sql: &str) -> Vec<String> {
    let rows =
        sqlx::query(&format!("explain query plan {sql}")).fetch_all(connection).await.unwrap();
    rows.iter().map(|row| row.get("detail")).collect()
}

#[tokio::test]
async fn every_statement_finds_its_rows_by_an_index() {
    let statements = Statements::default();
    tracing::subscriber::set_global_default(
        tracing_subscriber::registry().with(statements.clone()),
    )
    .unwrap();
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("pastebin.db");
    let store = Store::new(Db::sqlite(&file).await.unwrap());
    statements.0.lock().unwrap().clear();
    use_all(&store).await;
    store.db().close().await;
    let statements = statements.0.lock().unwrap().clone();
    let ours = ["select", "update", "delete"];
    let ours: Vec<_> =
        statements.iter().filter(|sql| ours.iter().any(|verb| sql.starts_with(verb))).collect();
    assert!(ours.len() >= 15, "{} statements were seen: {ours:#?}", ours.len());

    let mut connection =
        SqliteConnection::connect(&format!("sqlite://{}", file.display())).await.unwrap();
    crowd(&mut connection).await;
    // With what SQLite learned of a young site as it was closed, with nothing, and with all of it.
    let forget = "analyze; delete from sqlite_stat1; analyze sqlite_schema";
    for known in ["", forget, "analyze"] {
        sqlx::raw_sql(known).execute(&mut connection).await.unwrap();
        for sql in &ours {
            for step in plan(&mut connection, sql).await {
                assert!(
                    !step.starts_with("SCAN"),
                    "walks a table (after {known:?}): {step}\n{sql}"
                );
                assert!(!step.contains("TEMP B-TREE"), "sorts (after {known:?}): {step}\n{sql}");
            }
        }
    }
}
