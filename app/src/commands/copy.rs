//! `pastebin copy`: the whole site to another database, its texts with it.

mod progress;

use std::sync::Arc;

use anyhow::{anyhow, bail};
use clap::{Args, ValueEnum};
use indicatif::HumanBytes;
use jobs::{Backends, DatabaseUrl};
use store::{Clock, Copied, Copier, CopyError, Db, S3Blobs, Store};

use crate::commands::copy::progress::ProgressDisplay;

/// Copy the whole site to another database, and its texts into a bucket or out of it
///
/// Users, sessions, access tokens, pastes and their texts go over, each text checked against its hash. The source
/// is only read, so its site may run on. A copy may be stopped at any moment: run again, it goes on
/// where it was, and brings what came to the source meanwhile.
///
/// To move house: copy while the old site runs; stop it; copy once more with --delete; start the
/// new one. From then on do not copy from the old one again: pastes that were deleted since would
/// come back.
///
/// The `S3_*` settings name the bucket. No other setting counts here.
#[derive(Clone, Debug, Args)]
pub struct CopySettings {
    /// Where the site is now: `sqlite:PATH` or `postgres://…`
    #[arg(long, env = "COPY_FROM", hide_env_values = true, value_name = "URL")]
    from: DatabaseUrl,

    /// Where it goes; the database is made or migrated if need be
    #[arg(long, env = "COPY_TO", hide_env_values = true, value_name = "URL")]
    to: DatabaseUrl,

    /// Where the source keeps its texts [default: found out]
    #[arg(long, value_enum, value_name = "PLACE")]
    from_texts: Option<Texts>,

    /// Where the texts go [default: where the destination has texts already; to an empty postgres:// into the bucket, if `S3_BUCKET` names one; else into the database]
    #[arg(long, value_enum, value_name = "PLACE")]
    to_texts: Option<Texts>,

    /// Read back and check every text at the destination as well, and copy again what is not whole
    #[arg(long)]
    verify: bool,

    /// Delete at the destination what the source has no more: pastes deleted, sessions ended and tokens revoked since an earlier copy. Refused where a site has run on the destination
    #[arg(long)]
    delete: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Texts {
    /// In a table of the database
    Database,
    /// In the bucket that `S3_BUCKET` names
    Bucket,
}

/// One end of a copy.
struct Side {
    name: String,
    store: Store,
    texts: Texts,
}

/// Copies, and tells `say` how it went, a line at a time.
///
/// # Errors
/// As one line without any secret; also where a paste could not be copied, which was said then.
pub async fn run(
    settings: &CopySettings,
    backends: &Backends,
    say: fn(&str),
) -> anyhow::Result<()> {
    let mut bucket = Bucket { backends, opened: None };
    let from = settings.from.open_to_read("--from").await?;
    let texts = settings.from_texts;
    let from = bucket.side("--from", &settings.from, from, texts).await?;
    let to = settings.to.open("--to").await?;
    let to = bucket.side("--to", &settings.to, to, settings.to_texts).await?;
    say(&format!("from {}", from.name));
    say(&format!("to   {}", to.name));

    let copier = Copier {
        from: from.store.clone(),
        to: to.store.clone(),
        verify: settings.verify,
        delete: settings.delete,
        clock: Clock::System,
    };
    let display = ProgressDisplay::new();
    let outcome = copier.run(&|progress| display.update(progress)).await;
    display.finish();
    let done = outcome.map_err(|error| match error {
        CopyError::Store(error) => {
            anyhow!("stopped: {error}; run it again, and it goes on where it was")
        }
        other => anyhow!(other),
    })?;
    report(&done, say);
    if from.texts == Texts::Bucket && to.texts == Texts::Bucket {
        say(
            "never run both sites now: they share their texts in the bucket, and each would remove the other's",
        );
    }
    if done.finished {
        say("what the source is given from now on comes when this is run again");
    }
    for problem in &done.problems {
        say(&problem.to_string());
    }
    from.store.db().close().await;
    to.store.db().close().await;
    match done.problems.len() {
        0 => Ok(()),
        count => bail!("pastes that could not be copied: {count}"),
    }
}

fn report(copied: &Copied, say: fn(&str)) {
    let Copied { users, sessions, tokens, pastes, .. } = copied;
    let rest = if !copied.finished {
        "; the source is being written to: stop its site, and run this again for the rest"
    } else if copied.problems.is_empty() {
        "; nothing left to do"
    } else {
        ""
    };
    if users.copied + sessions.copied + tokens.copied + pastes.copied == 0 {
        say(&format!(
            "copied: nothing, for all was there already: {} users, {} sessions, {} tokens, {} pastes{rest}",
            users.present, sessions.present, tokens.present, pastes.present
        ));
    } else {
        say(&format!(
            "copied: {} users, {} sessions, {} tokens, {} pastes, {} of text{rest}",
            users.copied,
            sessions.copied,
            tokens.copied,
            pastes.copied,
            HumanBytes(copied.bytes)
        ));
    }
    if copied.skipped > 0 {
        say(&format!("left behind: {} pastes that have expired or were deleted", copied.skipped));
    }
    if copied.deleted > 0 {
        say(&format!(
            "deleted at the destination: {} pastes, sessions and tokens that the source has no more",
            copied.deleted
        ));
    }
    if pastes.extra + sessions.extra + tokens.extra > 0 {
        say(&format!(
            "only at the destination: {} pastes, {} sessions, {} tokens; they stay. If they went from the source since an earlier copy, --delete takes them away",
            pastes.extra, sessions.extra, tokens.extra
        ));
    }
}

/// The one bucket of the settings, opened when the first side asks for it. Where both do, they
/// share it, and the texts stay in their place.
struct Bucket<'a> {
    backends: &'a Backends,
    opened: Option<Arc<S3Blobs>>,
}

impl Bucket<'_> {
    async fn side(
        &mut self,
        option: &str,
        url: &DatabaseUrl,
        db: Db,
        said: Option<Texts>,
    ) -> anyhow::Result<Side> {
        let texts = match said {
            Some(texts) => texts,
            None => self.likely(url, &db).await?,
        };
        let (store, place) = match texts {
            Texts::Database => (Store::new(db), "in the database".to_owned()),
            Texts::Bucket => {
                let (blobs, bucket) = self.open(option).await?;
                (Store::with_blobs(db, blobs), format!("in the bucket {bucket}"))
            }
        };
        Ok(Side { name: format!("{url:?}, texts {place}"), store, texts })
    }

    async fn likely(&self, url: &DatabaseUrl, db: &Db) -> anyhow::Result<Texts> {
        let elsewhere = match (db.has_texts_in_table().await?, url) {
            (Some(beside_rows), _) => !beside_rows,
            (None, DatabaseUrl::Sqlite(_)) => false,
            (None, DatabaseUrl::Postgres(_)) => self.backends.s3.bucket.is_some(),
        };
        Ok(if elsewhere { Texts::Bucket } else { Texts::Database })
    }

    async fn open(&mut self, option: &str) -> anyhow::Result<(Arc<S3Blobs>, &str)> {
        let Some(name) = &self.backends.s3.bucket else {
            bail!("S3_BUCKET: the texts of {option} are in a bucket, and this names it");
        };
        if let Some(blobs) = &self.opened {
            return Ok((blobs.clone(), name));
        }
        let Some(blobs) = self.backends.s3.open().await? else { unreachable!("it has a name") };
        let blobs = Arc::new(blobs);
        self.opened = Some(blobs.clone());
        Ok((blobs, name))
    }
}
