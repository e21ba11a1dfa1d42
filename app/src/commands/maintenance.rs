//! `pastebin purge`, `sweep`, `migrate` and `healthcheck`.

use anyhow::bail;
use jobs::DatabaseUrl;
use server::print_line;
use store::Clock;

use crate::settings::Settings;

/// Removes expired and deleted pastes and old sessions now.
///
/// # Errors
/// The database or the bucket fails, or there is no database.
pub async fn purge(settings: &Settings) -> anyhow::Result<()> {
    let context = open_existing(settings).await?;
    let purged = jobs::purge(&context).await?;
    print_line(&format!(
        "purged: {} expired and {} deleted pastes removed, {} old sessions ended",
        purged.expired,
        purged.deleted.saturating_sub(purged.expired),
        purged.sessions
    ));
    context.store.db().close().await;
    Ok(())
}

/// Checks every text and row now.
///
/// # Errors
/// The database or the bucket fails, there is no database, or a paste has no text.
pub async fn sweep(settings: &Settings) -> anyhow::Result<()> {
    let context = open_existing(settings).await?;
    // A text that is being saved has no row yet. With a wrong clock it would look like an old one.
    let now = context.store.trusted_time(context.clock.now()).await?;
    let swept = context.store.sweep_all(now).await?;
    print_line(&format!(
        "swept: {} texts checked, {} orphans removed",
        swept.texts_checked, swept.orphans_removed
    ));
    for id in &swept.texts_missing {
        print_line(&format!("the text of paste {id} is missing"));
    }
    context.store.db().close().await;
    if swept.texts_missing.is_empty() {
        Ok(())
    } else {
        bail!("pastes without a text: {}", swept.texts_missing.len())
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
    Ok(idservice::health::check(settings.listen, "/readyz").await?)
}

async fn open_existing(settings: &Settings) -> anyhow::Result<jobs::Context> {
    if let DatabaseUrl::Sqlite(path) = settings.backends.database()
        && !path.exists()
    {
        bail!("DATABASE_URL: there is no database at {}", path.display());
    }
    settings.backends.open(Clock::System).await
}
