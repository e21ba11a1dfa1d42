//! `pastebin copy`: copies a whole site, with its texts, to another database.

mod endpoint;
mod progress;
mod report;

use anyhow::{anyhow, bail};
use clap::Args;
use jobs::{Backends, DatabaseUrl};
use store::{Clock, Copier, CopyError};

use crate::commands::copy::endpoint::{SharedBucket, TextStorage};
use crate::commands::copy::progress::ProgressDisplay;
use crate::commands::copy::report::print_report;

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
    from_texts: Option<TextStorage>,

    /// Where the texts go [default: where the destination has texts already; to an empty postgres:// into the bucket, if `S3_BUCKET` names one; else into the database]
    #[arg(long, value_enum, value_name = "PLACE")]
    to_texts: Option<TextStorage>,

    /// Read back and check every text at the destination as well, and copy again what is not whole
    #[arg(long)]
    verify: bool,

    /// Delete at the destination what the source has no more: pastes deleted, sessions ended and tokens revoked since an earlier copy. Refused where a site has run on the destination
    #[arg(long)]
    delete: bool,
}

/// Copies the site. Each line of the report is passed to `print`.
///
/// # Errors
/// An endpoint cannot be opened, the copy was stopped, or a paste could not be copied; each such
/// paste has a line of its own in the report. No error contains a password or a key.
pub async fn run(
    settings: &CopySettings,
    backends: &Backends,
    print: fn(&str),
) -> anyhow::Result<()> {
    let mut bucket = SharedBucket::new(backends);
    let from = settings.from.open_to_read("--from").await?;
    let from = bucket.endpoint("--from", &settings.from, from, settings.from_texts).await?;
    let to = settings.to.open("--to").await?;
    let to = bucket.endpoint("--to", &settings.to, to, settings.to_texts).await?;
    print(&format!("from {}", from.name));
    print(&format!("to   {}", to.name));

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
    let summary = outcome.map_err(|error| match error {
        CopyError::Store(error) => {
            anyhow!("stopped: {error}; run it again, and it goes on where it was")
        }
        other => anyhow!(other),
    })?;
    let share_bucket = from.texts == TextStorage::Bucket && to.texts == TextStorage::Bucket;
    print_report(&summary, share_bucket, print);
    from.store.db().close().await;
    to.store.db().close().await;
    match summary.problems.len() {
        0 => Ok(()),
        count => bail!("pastes that could not be copied: {count}"),
    }
}
