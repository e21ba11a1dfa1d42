//! The source and the destination of a copy, for each test.

use std::collections::BTreeMap;
use std::panic::resume_unwind;
use std::path::PathBuf;
use std::sync::Arc;

use bytes::Bytes;
use sqlx::Executor as _;
use store::{
    Clock, Copied, Copier, CopyError, Db, NewPaste, NewToken, NewUser, Paste, S3Blobs, Scopes,
    Store, Token, UserId, Visibility, read, write,
};
use tempfile::TempDir;
use testbed::{Database, S3Server};

pub(crate) use crate::support::{DAY, START, draft, noise};

#[derive(Clone, Copy, Debug)]
pub(crate) enum Kind {
    File,
    FileAndBucket,
    Postgres,
    PostgresAndBucket,
}

/// A site with its own database, and with a bucket or without one.
pub(crate) struct Site {
    pub(crate) store: Store,
    place: Place,
    pub(crate) bucket: Option<S3Server>,
    _folder: TempDir,
}

pub(crate) enum Place {
    File(PathBuf),
    Server(Box<Database>),
}

/// The source and the destination of a copy.
pub(crate) struct SitePair {
    pub(crate) old: Site,
    pub(crate) new: Site,
    pub(crate) clock: Clock,
}

/// Makes one test of each function for each pair of engines.
macro_rules! on_every_pair {
    ($(async fn $name:ident($pair:ident: $SitePair:ty) $test:block)*) => {
        $(async fn $name($pair: std::sync::Arc<$SitePair>) $test)*

        crate::sites::pair!(file_to_file, File, File, $($name)*);
        crate::sites::pair!(ignored file_to_postgres_and_bucket, File, PostgresAndBucket, $($name)*);
        crate::sites::pair!(ignored postgres_and_bucket_to_file, PostgresAndBucket, File, $($name)*);
        crate::sites::pair!(ignored postgres_to_postgres, Postgres, Postgres, $($name)*);
    };
}
pub(crate) use on_every_pair;

macro_rules! pair {
    (ignored $pair_name:ident, $old:ident, $new:ident, $($name:ident)*) => {
        mod $pair_name {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                #[ignore = "needs TEST_DATABASE_URL"]
                async fn $name() {
                    use crate::sites::{Kind, run};
                    run(Kind::$old, Kind::$new, super::$name).await;
                }
            )*
        }
    };
    ($pair_name:ident, $old:ident, $new:ident, $($name:ident)*) => {
        mod $pair_name {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $name() {
                    use crate::sites::{Kind, run};
                    run(Kind::$old, Kind::$new, super::$name).await;
                }
            )*
        }
    };
}
pub(crate) use pair;

pub(crate) async fn run<F: Future<Output = ()> + Send + 'static>(
    old: Kind,
    new: Kind,
    test: impl FnOnce(Arc<SitePair>) -> F,
) {
    let (old, new) = (Site::build(old).await, Site::build(new).await);
    let sites = Arc::new(SitePair { old, new, clock: Clock::manual(START) });
    let outcome = tokio::spawn(test(sites.clone())).await;
    if let Some(SitePair { old, new, .. }) = Arc::into_inner(sites) {
        old.close().await;
        new.close().await;
    }
    outcome.unwrap_or_else(|error| resume_unwind(error.into_panic()));
}

impl Site {
    pub(crate) async fn build(kind: Kind) -> Self {
        let folder = TempDir::new().unwrap();
        let place = match kind {
            Kind::File | Kind::FileAndBucket => Place::File(folder.path().join("pastebin.db")),
            Kind::Postgres | Kind::PostgresAndBucket => {
                Place::Server(Box::new(Database::create().await))
            }
        };
        let db = match &place {
            Place::File(path) => Db::sqlite(path).await.unwrap(),
            Place::Server(database) => Db::postgres(&database.url).await.unwrap(),
        };
        let bucket = match kind {
            Kind::FileAndBucket | Kind::PostgresAndBucket => Some(S3Server::start().await),
            Kind::File | Kind::Postgres => None,
        };
        let store = open_store(db, bucket.as_ref());
        Self { store, place, bucket, _folder: folder }
    }

    pub(crate) async fn close(self) {
        self.store.db().close().await;
        if let Place::Server(database) = self.place {
            database.remove().await;
        }
    }

    /// This site opened as the source of a copy.
    pub(crate) async fn to_read(&self) -> Store {
        let db = match &self.place {
            Place::File(path) => Db::sqlite_to_read(path).await,
            Place::Server(database) => Db::postgres_to_read(&database.url).await,
        };
        open_store(db.unwrap(), self.bucket.as_ref())
    }

    pub(crate) fn db(&self) -> &Db {
        self.store.db()
    }

    pub(crate) async fn user(&self, email: &str) -> UserId {
        let new = NewUser { email, password_hash: &format!("$argon2id$of {email}") };
        self.store.create_user(new, START).await.unwrap().id
    }

    pub(crate) async fn log_in(&self, user: UserId) -> Token {
        let token = Token::random().unwrap();
        self.store.start_session(&token, user, START, START.plus(30 * DAY)).await.unwrap();
        token
    }

    pub(crate) async fn token(&self, user: UserId, name: &str) {
        let scopes = Scopes { read: true, write: name == "laptop", delete: false };
        let new = NewToken { user, name, scopes, expires_at: Some(START.plus(30 * DAY)) };
        self.store.create_token(&Token::random().unwrap(), new, START).await.unwrap();
    }

    pub(crate) async fn create(&self, new: NewPaste) -> Paste {
        self.store.create(new, START).await.unwrap()
    }

    pub(crate) async fn paste(&self, text: &str) -> Paste {
        self.create(draft(text)).await
    }

    pub(crate) async fn paste_of(&self, owner: UserId, text: &str) -> Paste {
        self.create(NewPaste { owner: Some(owner), ..draft(text) }).await
    }

    /// Creates `count` small pastes.
    pub(crate) async fn fill(&self, count: usize) {
        for n in 0..count {
            self.paste(&format!("text {n} of many")).await;
        }
    }

    /// Creates two users, their sessions and tokens, and a paste of every kind.
    pub(crate) async fn create_samples(&self) -> Vec<Paste> {
        let (anna, boris) =
            (self.user("anna@example.org").await, self.user("борис@example.org").await);
        self.log_in(anna).await;
        self.log_in(boris).await;
        self.token(anna, "laptop").await;
        self.token(anna, "phone").await;
        let texts: [&[u8]; 7] = [
            b"",
            b"\n",
            b"with\r\nboth\nline ends\r",
            "\u{feff}\u{202e}odd \u{10ffff} 🦀 \u{1} \u{7f}".as_bytes(),
            &b"again and again; ".repeat(100_000),
            &noise(3_000_000),
            b"'; drop table pastes; --",
        ];
        let mut samples = Vec::new();
        for (n, text) in texts.into_iter().enumerate() {
            for visibility in [Visibility::Unlisted, Visibility::Public, Visibility::Private] {
                let new = NewPaste {
                    owner: [None, Some(anna), Some(boris)][n % 3],
                    title: "Ünï 'quoted' \u{202e}title🦀 ".repeat(n),
                    syntax: "rust".to_owned(),
                    syntax_guessed: true,
                    visibility,
                    delete_token_hash: (n % 3 == 0).then(|| vec![7; 32]),
                    expires_at: (n % 2 == 0).then(|| START.plus(DAY)),
                    ..draft(text)
                };
                samples.push(self.create(new).await);
            }
        }
        samples
    }

    pub(crate) async fn find(&self, paste: &Paste) -> Option<Paste> {
        self.store
            .visible_paste(&paste.id, paste.owner, &Clock::manual(START))
            .await
            .unwrap()
            .map(std::sync::Arc::unwrap_or_clone)
    }

    pub(crate) async fn text(&self, paste: &Paste) -> store::Result<Bytes> {
        open_store(self.db().clone(), self.bucket.as_ref()).text(paste).await
    }

    pub(crate) async fn run_sql(&self, sql: &str) {
        write!(self.db(), pool => pool.execute(sql).await.map(drop)).unwrap();
    }

    pub(crate) async fn number(&self, sql: &str) -> i64 {
        read!(self.db(), pool => sqlx::query_scalar(sql).fetch_one(pool).await).unwrap()
    }

    /// Makes the site look as if a worker had run on it.
    pub(crate) async fn mark_in_use(&self) {
        self.run_sql("insert into job_leases (name, holder, expires_at) values ('purge', '', 0)")
            .await;
    }

    /// From now on the database refuses more than `most` rows in `table`.
    pub(crate) async fn refuse(&self, table: &str, most: usize) {
        self.run_sql(&match self.db() {
            Db::Sqlite(_) => format!(
                "create trigger refuse before insert on {table} when (select count(*) from {table}) >= {most}
                 begin select raise(abort, 'refused'); end"
            ),
            Db::Postgres(_) => format!(
                "create or replace function refuse() returns trigger language plpgsql as $$ begin
                   if (select count(*) from {table}) >= {most} then raise exception 'refused'; end if;
                   return new; end $$;
                 create trigger refuse before insert on {table} for each row execute function refuse()"
            ),
        })
        .await;
    }

    pub(crate) async fn allow(&self, table: &str) {
        self.run_sql(&match self.db() {
            Db::Sqlite(_) => "drop trigger refuse".to_owned(),
            Db::Postgres(_) => format!("drop trigger refuse on {table}"),
        })
        .await;
    }

    pub(crate) async fn contents(&self) -> Contents {
        let pastes: Vec<PasteRow> = read!(self.db(), pool => {
            sqlx::query_as(
                "select id, owner_id, title, syntax, visibility, bytes, lines, sha256, blob_key,
                   created_at, expires_at, deleted_at from pastes order by id",
            )
            .fetch_all(pool)
            .await
        })
        .unwrap();
        let users = read!(self.db(), pool => {
            sqlx::query_as("select id, email, password_hash, created_at from users order by id").fetch_all(pool).await
        });
        let sessions = read!(self.db(), pool => {
            sqlx::query_as("select token_hash, user_id, created_at, expires_at from sessions order by token_hash")
                .fetch_all(pool)
                .await
        });
        let tokens = read!(self.db(), pool => {
            sqlx::query_as(
                "select token_hash, id, user_id, name, may_read, may_write, may_delete, created_at, expires_at, last_used_at
                 from access_tokens order by token_hash",
            )
            .fetch_all(pool)
            .await
        });
        let more = read!(self.db(), pool => {
            sqlx::query_as("select id, syntax_guessed, delete_token_hash from pastes order by id").fetch_all(pool).await
        });
        let mut texts = BTreeMap::new();
        for paste in &pastes {
            let body = self.store.blobs().get(&paste.8.clone().into(), usize::MAX).await.unwrap();
            texts.insert(paste.0.clone(), body);
        }
        Contents {
            users: users.unwrap(),
            sessions: sessions.unwrap(),
            tokens: tokens.unwrap(),
            pastes,
            more: more.unwrap(),
            texts,
        }
    }
}

/// All data of a site.
#[derive(Debug, PartialEq)]
pub(crate) struct Contents {
    users: Vec<(i64, String, String, i64)>,
    sessions: Vec<(Vec<u8>, i64, i64, i64)>,
    tokens: Vec<TokenRow>,
    pastes: Vec<PasteRow>,
    more: Vec<(String, bool, Option<Vec<u8>>)>,
    texts: BTreeMap<String, Option<Bytes>>,
}

type TokenRow = (Vec<u8>, i64, i64, String, bool, bool, bool, i64, Option<i64>, Option<i64>);

type PasteRow = (
    String,
    Option<i64>,
    String,
    String,
    String,
    i64,
    i64,
    Vec<u8>,
    String,
    i64,
    Option<i64>,
    Option<i64>,
);

impl Contents {
    /// Whether each row has a text.
    pub(crate) fn is_consistent(&self) -> bool {
        self.texts.values().all(Option::is_some)
    }
}

impl SitePair {
    pub(crate) async fn copier(&self) -> Copier {
        Copier {
            from: self.old.to_read().await,
            to: self.new.store.clone(),
            verify: false,
            delete: false,
            clock: self.clock.clone(),
        }
    }

    pub(crate) async fn try_copy(&self) -> Result<Copied, CopyError> {
        self.copier().await.run(&|_| ()).await
    }

    /// Copies, and checks that the copy finished without problems.
    pub(crate) async fn copy(&self) -> Copied {
        let copied = self.try_copy().await.unwrap();
        assert_eq!(copied.problems, []);
        assert!(copied.finished);
        copied
    }

    pub(crate) async fn copy_and_delete(&self) -> Result<Copied, CopyError> {
        Copier { delete: true, ..self.copier().await }.run(&|_| ()).await
    }

    pub(crate) async fn copy_and_verify(&self) -> Copied {
        Copier { verify: true, ..self.copier().await }.run(&|_| ()).await.unwrap()
    }

    /// Checks that both sites have the same data, and that no text is missing.
    pub(crate) async fn assert_same(&self) {
        let (old, new) = (self.old.contents().await, self.new.contents().await);
        assert!(new.is_consistent());
        assert!(old == new, "the sites differ");
    }
}

fn open_store(db: Db, bucket: Option<&S3Server>) -> Store {
    match bucket {
        None => Store::new(db),
        Some(server) => Store::with_blobs(db, Arc::new(bucket_of(server))),
    }
}

pub(crate) fn bucket_of(server: &S3Server) -> S3Blobs {
    S3Blobs::new(&server.settings())
}
