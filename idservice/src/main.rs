//! The `idservice` program: serves ids from the Redis list that the refill job keeps filled.

use std::process::ExitCode;
use std::sync::Arc;

use anyhow::anyhow;
use clap::{Parser, Subcommand};
use idservice::{RedisPool, Secret, service};
use secrecy::{ExposeSecret as _, SecretString};
use server::client_ip::TrustedProxies;
use server::{
    ActivatedSockets, ConnectionLimits, ListenAddress, Listener, LogFormat, Program, health,
    notify_ready, stop_signal,
};
use tracing::info;

/// Connections at a time. A site keeps a few.
const MAX_CONNECTIONS: usize = 2048;

/// Threads for blocking work, which is to look up host names.
const BLOCKING_THREADS: usize = 4;

/// The id service: ids for pastes, made ahead of time, from a Redis list.
#[derive(Debug, Parser)]
#[command(version)]
struct Cli {
    /// Where to listen: `127.0.0.1:8081`, `:8081` for all addresses, `localhost:8081`, `unix:/run/idservice.sock`; sockets of systemd go before it
    #[arg(long, env, default_value = "127.0.0.1:8081")]
    listen: ListenAddress,

    /// The Redis that keeps the list: `redis://host:6379`
    #[arg(long, env, hide_env_values = true)]
    redis_url: String,

    /// How log lines look
    #[arg(long, env, value_enum, default_value_t = LogFormat::Text)]
    log_format: LogFormat,

    /// The secret that a site must send to get ids; the sites need the same one [default: none]
    #[arg(long, env, hide_env_values = true)]
    id_service_secret: Option<SecretString>,

    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Clone, Copy, Debug, Subcommand)]
enum Command {
    /// Hand out ids (what happens without a command)
    Serve,
    /// Ask the id service at LISTEN whether it and its Redis answer, and exit with 0 if they do
    Healthcheck,
}

fn main() -> ExitCode {
    let cli: Cli = startup::command_line::parse();
    let program = Program {
        name: "idservice",
        log_format: cli.log_format,
        log_filter: "warn,idservice=info,server=info",
        blocking_threads: BLOCKING_THREADS,
    };
    program.run(async {
        match cli.command.unwrap_or(Command::Serve) {
            Command::Serve => serve(&cli).await,
            Command::Healthcheck => healthcheck(&cli).await,
        }?;
        Ok(ExitCode::SUCCESS)
    })
}

async fn healthcheck(cli: &Cli) -> anyhow::Result<()> {
    health::check(&cli.listen, "/ids/level").await
}

async fn serve(cli: &Cli) -> anyhow::Result<()> {
    let pool =
        RedisPool::connect(&cli.redis_url).await.map_err(|error| anyhow!("REDIS_URL: {error}"))?;
    let secret = cli.id_service_secret.as_ref().map(|secret| Secret::new(secret.expose_secret()));
    let secret = secret.transpose().map_err(|error| anyhow!("ID_SERVICE_SECRET: {error}"))?;
    let listener = match ActivatedSockets::take()?.rest()? {
        Some(listener) => listener,
        None => Listener::bind("LISTEN", &cli.listen).await?,
    };
    let stop = stop_signal()?;
    info!(listen = %listener.address(), "the id service is ready");
    notify_ready();
    let connections = server::available_connections(MAX_CONNECTIONS);
    let limits = ConnectionLimits::new(connections, true, Arc::new(TrustedProxies::default()));
    server::serve(listener, service::router(Arc::new(pool), secret), limits, stop).await;
    Ok(())
}
