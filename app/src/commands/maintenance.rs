//! `pastebin purge`, `sweep`, `migrate` and `healthcheck`.

use anyhow::bail;
use jobs::DatabaseUrl;
use server::print_line;
use store::Clock;

use crate::settings::Settings;

/// Removes expired and deleted pastes and old sessions now. Unless `trust_clock`, what expired by a
/// jump of the clock stays for a day.
///
/// # Errors
/// The database or the bucket fails, or there is no database.
pub async fn purge(settings: &Settings, trust_clock: bool) -> anyhow::Result<()> {
    let context = open_existing(settings).await?;
    let (purged, put_off_since) = if trust_clock {
        (jobs::purge(&context).await?, None)
    } else {
        jobs::purge_by_trusted_time(&context).await?
    };
    print_line(&format!(
        "purged: {} expired and {} deleted pastes removed, {} old sessions ended",
        purged.expired,
        purged.deleted.saturating_sub(purged.expired),
        purged.sessions
    ));
    if let Some(since) = put_off_since {
        print_line(&format!(
            "what expired after {} is put off: the clock jumped, or no site ran; --trust-clock removes it now",
            since.rfc3339()
        ));
    }
    context.store.db().close().await;
    Ok(())
}

/// Compares every text and row now. With `verify` every text is read as well.
///
/// # Errors
/// The database or the bucket fails, there is no database, or a paste has no text or a damaged one.
pub async fn sweep(settings: &Settings, verify: bool) -> anyhow::Result<()> {
    let context = open_existing(settings).await?;
    // A text that is being saved has no row yet. With a wrong clock it would look like an old one.
    let now = context.store.trusted_time(context.clock.now()).await?;
    let swept = context.store.sweep_all(now).await?;
    print_line(&format!(
        "swept: {} texts found, {} orphans removed",
        swept.texts_found, swept.orphans_removed
    ));
    let mut missing = swept.texts_missing;
    let mut damaged = Vec::new();
    if verify {
        let verified = context.store.verify_texts().await?;
        print_line(&format!(
            "verified: {} texts are as they were saved ({} bytes), {} are damaged",
            verified.sound,
            verified.bytes,
            verified.damaged.len()
        ));
        missing.extend(verified.missing);
        missing.sort_unstable_by(|one, other| one.as_str().cmp(other.as_str()));
        missing.dedup();
        damaged = verified.damaged;
    }
    for id in &missing {
        print_line(&format!("the text of paste {id} is missing"));
    }
    for id in &damaged {
        print_line(&format!("the text of paste {id} is damaged"));
    }
    context.store.db().close().await;
    match (missing.len(), damaged.len()) {
        (0, 0) => Ok(()),
        (missing, 0) => bail!("pastes without a text: {missing}"),
        (missing, damaged) => {
            bail!("pastes without a text: {missing}, with a damaged text: {damaged}")
        }
    }
}

/// Brings the tables of the site and of the jobs up to date.
///
/// # Errors
/// The database cannot be opened, or a migration fails.
pub async fn migrate(settings: &Settings) -> anyhow::Result<()> {
    let database = settings.backends.database();
    let ran = database.migrate("DATABASE_URL").await?;
    if ran.is_empty() {
        print_line(&format!("{database:?} is up to date"));
    }
    for migration in &ran {
        print_line(&format!("{database:?}: ran migration {migration}"));
    }
    Ok(())
}

/// Asks the site at `LISTEN` whether it is ready.
///
/// # Errors
/// The site is not ready, or does not answer.
pub async fn healthcheck(settings: &Settings) -> anyhow::Result<()> {
    server::health::check(&settings.listen, "/readyz").await
}

async fn open_existing(settings: &Settings) -> anyhow::Result<jobs::Context> {
    if let DatabaseUrl::Sqlite(path) = settings.backends.database()
        && !path.exists()
    {
        bail!("DATABASE_URL: there is no database at {}", path.display());
    }
    settings.backends.open(Clock::System).await
}
