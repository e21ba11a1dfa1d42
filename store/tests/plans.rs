//! Every statement of the store finds its rows by an index, on both engines, with a million pastes.
//! The statements are those that sqlx logs when it runs them, so that the test cannot miss one.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeSet;
use std::fmt;
use std::sync::{LazyLock, Mutex};

use bytes::Bytes;
use sqlx::{Connection, PgConnection, Row as _, SqliteConnection};
use store::{
    BlobKey, Change, Clock, Db, NewPaste, NewToken, NewUser, Paste, Precondition, Scopes, Span,
    Store, Timestamp, Token, Visibility,
};
use tempfile::TempDir;
use testbed::Database;
use tokio::sync::Mutex as Turn;
use tracing_subscriber::Layer;
use tracing_subscriber::layer::{Context, SubscriberExt as _};

const NOW: Timestamp = Timestamp(1_893_499_200_000);

/// The distinct statements. A static, because sqlx runs SQLite on threads of its own.
static STATEMENTS: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());

/// Held by a test while it collects, so that the engines take turns.
static TURN: LazyLock<Turn<()>> = LazyLock::new(|| {
    tracing::subscriber::set_global_default(tracing_subscriber::registry().with(Statements))
        .unwrap();
    Turn::new(())
});

struct Statements;

impl<S: tracing::Subscriber> Layer<S> for Statements {
    fn on_event(&self, event: &tracing::Event<'_>, _: Context<'_, S>) {
        if event.metadata().target() == "sqlx::query" {
            let mut statement = Statement::default();
            event.record(&mut statement);
            let sql = if statement.whole.is_empty() { statement.summary } else { statement.whole };
            STATEMENTS.lock().unwrap().insert(sql.trim().to_owned());
        }
    }
}

#[derive(Default)]
struct Statement {
    /// A short statement, or the beginning of a long one.
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

/// Calls every function of the store once.
async fn use_all(store: &Store) {
    let user = store
        .create_user(NewUser { email: "anna@example.org", password_hash: "$" }, NOW)
        .await
        .unwrap()
        .id;
    store.credentials("anna@example.org").await.unwrap();
    let token = Token::random().unwrap();
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
    store.visible_paste(&paste.id, Some(user), &Clock::manual(NOW)).await.unwrap();
    store.pastes_of(user, &Span { limit: 50, ..Span::default() }, NOW).await.unwrap();
    store.public_pastes(&Span { limit: 50, ..Span::default() }, NOW).await.unwrap();
    store.totals_of(user, NOW).await.unwrap();
    store.trusted_time(NOW).await.unwrap();
    store.sweep(2, NOW).await.unwrap();
    store.change(&paste, &Change::default(), Precondition::Unchanged, NOW).await.unwrap().unwrap();
    store
        .delete_seen(
            &Paste { title: "another".to_owned(), ..paste.clone() },
            Precondition::Unchanged,
            NOW,
        )
        .await
        .unwrap();
    store.delete(&paste.id, user, NOW).await.unwrap();
    let scopes = Scopes { read: true, write: false, delete: false };
    let new = NewToken { user, name: "laptop", scopes, expires_at: None };
    store.create_token(&token, new, NOW).await.unwrap();
    let id = store.tokens_of(user).await.unwrap()[0].id;
    store.bearer(&token, NOW).await.unwrap().unwrap();
    store.revoke_token(id, user).await.unwrap();
    store.recorded_create(&[], NOW).await.unwrap();
    store.purge(NOW).await.unwrap();
    store.text(&paste).await.unwrap_err();
    store.blobs().list(&BlobKey::FIRST, 10).await.unwrap();
}

/// The statements that the store runs on this database, without inserts of single rows.
async fn statements(db: Db) -> Vec<String> {
    let store = Store::new(db);
    STATEMENTS.lock().unwrap().clear();
    use_all(&store).await;
    store.db().close().await;
    let all = STATEMENTS.lock().unwrap().clone();
    let verbs = ["select", "update", "delete", "with"];
    let found = |sql: &String| verbs.iter().any(|verb| sql.starts_with(verb));
    let ours: Vec<String> = all.into_iter().filter(found).collect();
    assert!(ours.len() >= 15, "{} statements were seen: {ours:#?}", ours.len());
    ours
}

/// Statements that insert a million pastes: some expired, deleted, public or owned. Both engines
/// understand them; only byte strings differ, which `bytes` writes.
fn rows(bytes: fn(&str) -> String) -> Vec<String> {
    let numbers = |most: u32| {
        format!(
            "with recursive n (i) as (select cast(1 as bigint) union all select i + 1 from n where i < {most})"
        )
    };
    let (email, id) = (bytes("email"), bytes("cast(id as text)"));
    vec![
        format!("{} insert into users (id, email, password_hash, created_at) select i + 10, 'user' || i, '$', 0 from n", numbers(20_000)),
        format!(
            "{} insert into pastes (id, owner_id, title, syntax, visibility, bytes, lines, sha256, blob_key,
               created_at, expires_at, deleted_at)
             select 'paste' || i, case when i % 3 = 0 then 11 + i % 20000 end, '', 'text',
               case when i % 4 = 0 then 'public' else 'unlisted' end, 5, 1, {}, 'key' || i, i / 10,
               case when i % 2 = 0 then i end, case when i % 5 = 0 then i / 1000 end from n",
            numbers(1_000_000),
            bytes("'x'"),
        ),
        format!(
            "insert into access_tokens select {email}, id, id, '', true, true, true, 0, id, null from users"
        ),
        format!(
            "insert into idempotency_keys select {id}, {id}, id, {id}, created_at from pastes"
        ),
        format!("insert into sessions select {id}, 11 + created_at % 20000, 0, created_at from pastes"),
        format!("insert into blobs select blob_key, {}, created_at from pastes", bytes("'x'")),
    ]
}

#[tokio::test]
async fn every_statement_finds_its_rows_by_an_index_on_sqlite() {
    let _turn = TURN.lock().await;
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("pastebin.db");
    let ours = statements(Db::sqlite(&file).await.unwrap()).await;

    let mut connection =
        SqliteConnection::connect(&format!("sqlite://{}", file.display())).await.unwrap();
    // The file need not survive a power cut.
    sqlx::raw_sql("pragma synchronous = off").execute(&mut connection).await.unwrap();
    for sql in rows(|text| format!("cast({text} as blob)")) {
        sqlx::query(&sql).execute(&mut connection).await.unwrap();
    }
    // With the statistics of a new site, with none, and with those of a million pastes.
    let forget = "analyze; delete from sqlite_stat1; analyze sqlite_schema";
    for known in ["", forget, "analyze"] {
        sqlx::raw_sql(known).execute(&mut connection).await.unwrap();
        for sql in &ours {
            let explain = format!("explain query plan {sql}");
            for step in sqlx::query(&explain).fetch_all(&mut connection).await.unwrap() {
                let step: String = step.get("detail");
                assert!(
                    !step.starts_with("SCAN"),
                    "scans a table (after {known:?}): {step}\n{sql}"
                );
                assert!(!step.contains("TEMP B-TREE"), "sorts (after {known:?}): {step}\n{sql}");
            }
        }
    }
}

#[tokio::test]
#[ignore = "needs TEST_DATABASE_URL"]
async fn every_statement_finds_its_rows_by_an_index_on_postgres() {
    let _turn = TURN.lock().await;
    let database = Database::create().await;
    let ours = statements(Db::postgres(&database.url).await.unwrap()).await;

    let mut connection = PgConnection::connect(&database.url).await.unwrap();
    for sql in rows(|text| format!("convert_to({text}, 'UTF8')")) {
        sqlx::query(&sql).execute(&mut connection).await.unwrap();
    }
    // A generic plan, which a prepared statement gets after some runs.
    let prepare = "analyze; set plan_cache_mode = force_generic_plan";
    sqlx::raw_sql(prepare).execute(&mut connection).await.unwrap();
    let large = ["users", "sessions", "pastes", "blobs", "access_tokens", "idempotency_keys"];
    for sql in &ours {
        let plan = plan_of(&mut connection, sql).await;
        for table in large {
            let scans = plan.iter().any(|step| step.contains(&format!("Seq Scan on {table}")));
            assert!(!scans, "scans {table}:\n{}\n{sql}", plan.join("\n"));
        }
        let sorts = sql.contains("order by") && sql.contains("limit");
        let sorts = sorts && plan.iter().any(|step| step.contains("Sort Key"));
        assert!(!sorts, "sorts its rows:\n{}\n{sql}", plan.join("\n"));
    }
    connection.close().await.unwrap();
    database.remove().await;
}

async fn plan_of(connection: &mut PgConnection, sql: &str) -> Vec<String> {
    let prepared = format!("prepare plan as {sql}");
    sqlx::raw_sql(&prepared).execute(&mut *connection).await.unwrap();
    let parameters = (1..100).take_while(|n| sql.contains(&format!("${n}"))).count();
    let parameters = vec!["null"; parameters].join(", ");
    let parameters = if parameters.is_empty() { parameters } else { format!("({parameters})") };
    let rows = sqlx::raw_sql(&format!("explain execute plan{parameters}"))
        .fetch_all(&mut *connection)
        .await
        .unwrap();
    sqlx::raw_sql("deallocate plan").execute(&mut *connection).await.unwrap();
    rows.iter().map(|row| row.get(0)).collect()
}
