//! `pastebin`: the site, and the upkeep of its store by hand.

use std::io::{ErrorKind, Write as _};
use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{anyhow, bail};
use app::settings::{Cli, Command, Jobs, LogFormat, Settings};
use app::{App, copy, netcat, server};
use clap::Parser as _;
use idservice::{HttpIds, Ids};
use jobs::{DatabaseUrl, Worker};
use mimalloc::MiMalloc;
use store::Clock;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::oneshot;
use tracing::info;
use tracing_subscriber::EnvFilter;

/// A request is some dozens of small allocations, which the system's allocator takes a quarter of the
/// time for, and a page's text a few large ones, after which it keeps the room. Without huge pages
/// (`no_thp`), which made the process a third larger and no read faster.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

/// What is said without `RUST_LOG`: the site's own news, and warnings of what it is built on.
const LOG: &str = "warn,pastebin=info,app=info,jobs=info,store=info,idservice=info";

/// Threads for what would hold up the others: packing large texts, passwords, colours. So many a
/// core, and no fewer than these: seven are for all rooms at once, so that none waits for another's.
/// tokio's own bound is 512, each with its text.
const BLOCKING_A_CORE: usize = 8;
const BLOCKING: usize = 16;

fn main() -> ExitCode {
    let cli = Cli::parse();
    log_to_stderr(cli.settings.log_format);
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .max_blocking_threads(BLOCKING.max(BLOCKING_A_CORE * cores))
        .build();
    match runtime {
        Ok(runtime) => runtime.block_on(run(cli)),
        Err(error) => {
            complain(&error.into());
            ExitCode::FAILURE
        }
    }
}

async fn run(cli: Cli) -> ExitCode {
    let outcome = match cli.command.unwrap_or(Command::Serve) {
        Command::Serve => serve(&cli.settings).await,
        Command::Purge => purge(&cli.settings).await,
        Command::Sweep => sweep(&cli.settings).await,
        Command::Healthcheck => healthcheck(&cli.settings).await,
        Command::Copy(what) => copy::run(&what, &cli.settings.backends, say).await,
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            complain(&error);
            ExitCode::FAILURE
        }
    }
}

async fn serve(settings: &Settings) -> anyhow::Result<()> {
    let listener = listen("LISTEN", settings.listen).await?;
    let netcat = match settings.tcp_listen {
        Some(address) => Some(listen("TCP_LISTEN", address).await?),
        None => None,
    };
    // The ports that were given, where the settings left it to the system.
    let settings = &Settings {
        listen: listener.local_addr()?,
        tcp_listen: netcat.as_ref().map(TcpListener::local_addr).transpose()?,
        max_connections: server::room_for(settings.max_connections),
        ..settings.clone()
    };
    let clock = Clock::System;
    let context =
        settings.backends.open_for_site(clock.clone(), settings.cache_size.0 as u64 / 2).await?;
    let ids: Arc<dyn Ids> = if let Some(url) = &settings.id_service_url {
        Arc::new(HttpIds::new(url).map_err(|error| anyhow!("ID_SERVICE_URL: {error}"))?)
    } else {
        // The first visitor does not wait for the worker's first round.
        idservice::refill(&*context.ids).await?;
        context.ids.clone()
    };
    let store = context.store.clone();
    let worker = match settings.jobs {
        Jobs::Inline => Some(Worker::start(context, jobs::Config::default())),
        Jobs::Off => None,
    };
    let site = App::new(settings, store.clone(), ids, clock)?;

    greet(settings);
    let stop = stop_signal()?;
    let (stopping, stopped) = oneshot::channel::<()>();
    let netcat = netcat.map(|listener| {
        let stopped = async { stopped.await.unwrap_or_default() };
        tokio::spawn(netcat::serve(listener, site.clone(), stopped))
    });
    let stop = async {
        stop.await;
        drop(stopping);
    };
    server::serve(listener, site, stop).await;
    if let Some(netcat) = netcat {
        netcat.await?;
    }
    info!("the last request is answered");
    if let Some(worker) = worker {
        worker.stop(server::DRAIN).await;
    }
    store.db().close().await;
    Ok(())
}

async fn listen(setting: &str, address: SocketAddr) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address).await.map_err(|error| match error.kind() {
        ErrorKind::AddrInUse => {
            anyhow!("{setting}: {address} is in use; stop what listens there, or set {setting} to another port")
        }
        ErrorKind::PermissionDenied => {
            anyhow!("{setting}: this user may not listen on {address}; use a port from 1024")
        }
        _ => anyhow!("{setting}: cannot listen on {address}: {error}"),
    })
}

/// Resolves at the first Ctrl-C or SIGTERM. A second one ends the program at once.
fn stop_signal() -> anyhow::Result<impl Future<Output = ()>> {
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! { _ = interrupt.recv() => {}, _ = terminate.recv() => {} }
        info!("stopping: requests under way are finished first");
        tokio::spawn(async move {
            tokio::select! { _ = interrupt.recv() => {}, _ = terminate.recv() => {} }
            std::process::exit(130);
        });
    })
}

async fn purge(settings: &Settings) -> anyhow::Result<()> {
    let context = by_hand(settings).await?;
    let purged = jobs::purge(&context).await?;
    say(&format!(
        "purged: {} expired and {} deleted pastes removed, {} old sessions ended",
        purged.expired,
        purged.deleted.saturating_sub(purged.expired),
        purged.sessions
    ));
    context.store.db().close().await;
    Ok(())
}

async fn sweep(settings: &Settings) -> anyhow::Result<()> {
    let context = by_hand(settings).await?;
    // A text that is being saved has no row yet, and a wrong clock would take it for an old one.
    let now = context.store.trusted_time(context.clock.now()).await?;
    let swept = context.store.sweep_all(now).await?;
    say(&format!(
        "swept: {} texts checked, {} orphans removed",
        swept.texts_checked, swept.orphans_removed
    ));
    for id in &swept.texts_missing {
        say(&format!("the text of paste {id} is missing"));
    }
    context.store.db().close().await;
    if swept.texts_missing.is_empty() {
        Ok(())
    } else {
        bail!("pastes without a text: {}", swept.texts_missing.len())
    }
}

async fn healthcheck(settings: &Settings) -> anyhow::Result<()> {
    Ok(idservice::health::check(settings.listen, "/readyz").await?)
}

async fn by_hand(settings: &Settings) -> anyhow::Result<jobs::Context> {
    if let DatabaseUrl::Sqlite(path) = settings.backends.database()
        && !path.exists()
    {
        bail!("DATABASE_URL: there is no database at {}", path.display());
    }
    settings.backends.open(Clock::System).await
}

fn log_to_stderr(format: LogFormat) {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(LOG));
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    match format {
        LogFormat::Text => {
            log.with_ansi(std::io::IsTerminal::is_terminal(&std::io::stderr())).init();
        }
        LogFormat::Json => log.json().init(),
    }
}

fn greet(settings: &Settings) {
    let place = match settings.backends.database() {
        DatabaseUrl::Sqlite(path) => {
            std::path::absolute(&path).unwrap_or(path).display().to_string()
        }
        DatabaseUrl::Postgres(_) => "PostgreSQL, as DATABASE_URL says".to_owned(),
    };
    say(&format!("Pastebin {} is at {}", env!("CARGO_PKG_VERSION"), settings.public_url()));
    say(&format!("  data   {place}"));
    if let Some(address) = settings.tcp_listen {
        say(&format!("  tcp    {address} takes a text as it is, from nc for one"));
    }
    if settings.public_url.is_none() && settings.listen.ip().is_unspecified() {
        say("  note   links say this address; set PUBLIC_URL to where visitors reach the site");
    }
    say("  stop   Ctrl-C (requests under way are finished first)");
}

/// To standard output, unless nobody listens there any more.
fn say(line: &str) {
    let _ = writeln!(std::io::stdout(), "{line}");
}

#[expect(
    clippy::print_stderr,
    reason = "why the program ends goes to standard error, in any log format"
)]
fn complain(error: &anyhow::Error) {
    eprintln!("pastebin: {error:#}");
}
