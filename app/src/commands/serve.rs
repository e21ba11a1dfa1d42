//! `pastebin serve`: runs the site until a signal stops it.

use std::io::{self, Write as _};
use std::sync::Arc;
use std::time::Duration;

use anyhow::anyhow;
use idservice::{HttpIds, Ids, Secret};
use jobs::{DatabaseUrl, Worker};
use server::{
    ActivatedSockets, BackgroundWriter, ConnectionLimits, DRAIN_TIMEOUT, Listener, notify_ready,
    stop_signal,
};
use store::{Clock, ExposeSecret as _};
use tokio::sync::oneshot;
use tracing::{info, warn};

use crate::clients::netcat;
use crate::http::site_address::SiteAddress;
use crate::router::router;
use crate::settings::{Jobs, Settings};
use crate::state::App;

/// How long statements that no request waits for may go on at the end.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(10);

/// # Errors
/// A port, the database, the bucket or another setting cannot be used.
pub async fn serve(settings: &Settings) -> anyhow::Result<()> {
    let (listener, tcp) = listen(settings).await?;
    // Port 0 lets the system choose; from here on the settings name the chosen ports.
    let settings = &Settings {
        listen: listener.address().clone(),
        tcp_listen: tcp.as_ref().map(|tcp| tcp.address().clone()),
        max_connections: server::available_connections(settings.max_connections),
        ..settings.clone()
    };
    let clock = Clock::System;
    let context =
        settings.backends.open_for_site(clock.clone(), settings.cache_size.0 as u64 / 2).await?;
    let ids = id_source(settings, &context).await?;
    let store = context.store.clone();
    if let Err(error) = store.complete_email_keys().await {
        warn!(%error, "emails beyond ASCII could not be compared; the next start tries again");
    }
    let worker = match settings.jobs {
        Jobs::Inline => Some(Worker::start(context, jobs::Config::default())),
        Jobs::Off => None,
    };
    let app = App::new(settings, store.clone(), ids, clock)?;

    // A signal right after the greeting must find its handler.
    let stop = stop_signal()?;
    let engine = store.db().engine().await?;
    let mut output = BackgroundWriter::start(io::stdout(), |_| ())?;
    output.write_all(greeting(settings, &engine).as_bytes())?;
    notify_ready();
    serve_until(listener, tcp, app, settings, stop).await?;
    info!("the last request is answered");
    if let Some(worker) = worker {
        worker.stop(DRAIN_TIMEOUT).await;
    }
    if tokio::time::timeout(CLOSE_TIMEOUT, store.db().close()).await.is_err() {
        warn!("the database was still in use after {CLOSE_TIMEOUT:?}; its statements are cut");
    }
    Ok(())
}

/// The sockets for HTTP and for texts over TCP. Those of systemd go before the settings; the one for
/// texts has the name `tcp`.
async fn listen(settings: &Settings) -> anyhow::Result<(Listener, Option<Listener>)> {
    let mut activated = ActivatedSockets::take()?;
    let tcp = activated.named("tcp")?;
    let listener = match activated.rest()? {
        Some(listener) => listener,
        None => Listener::bind("LISTEN", &settings.listen).await?,
    };
    let tcp = match (tcp, &settings.tcp_listen) {
        (None, Some(address)) => Some(Listener::bind("TCP_LISTEN", address).await?),
        (tcp, _) => tcp,
    };
    Ok((listener, tcp))
}

/// Serves HTTP, and texts over TCP if `tcp` is given, until `stop` resolves.
async fn serve_until(
    listener: Listener,
    tcp: Option<Listener>,
    app: App,
    settings: &Settings,
    stop: impl Future<Output = ()>,
) -> anyhow::Result<()> {
    let (stopping, stopped) = oneshot::channel::<()>();
    let tcp = tcp.map(|listener| {
        let stopped = async { stopped.await.unwrap_or_default() };
        tokio::spawn(netcat::serve(listener, app.clone(), stopped))
    });
    let stop = async {
        stop.await;
        drop(stopping);
    };
    let limits = connection_limits(settings, &app);
    server::serve(listener, router(app), limits, stop).await;
    if let Some(tcp) = tcp {
        tcp.await?;
    }
    Ok(())
}

pub fn connection_limits(settings: &Settings, app: &App) -> ConnectionLimits {
    ConnectionLimits::new(settings.max_connections, app.limits.are_on(), app.proxies.clone())
}

async fn id_source(settings: &Settings, context: &jobs::Context) -> anyhow::Result<Arc<dyn Ids>> {
    if let Some(url) = &settings.id_service_url {
        let secret = settings.id_service_secret.as_ref();
        let secret = secret.map(|secret| Secret::new(secret.expose_secret())).transpose();
        let secret = secret.map_err(|error| anyhow!("ID_SERVICE_SECRET: {error}"))?;
        let service = HttpIds::new(url, secret.as_ref());
        let service = service.map_err(|error| anyhow!("ID_SERVICE_URL: {error}"))?;
        return Ok(Arc::new(service));
    }
    // The first create does not wait for the worker's first refill.
    idservice::refill(&*context.ids).await?;
    Ok(context.ids.clone())
}

/// What the site prints when it is ready. Its reader may never read it, so nothing waits for that.
fn greeting(settings: &Settings, engine: &str) -> String {
    let data = match settings.backends.database() {
        DatabaseUrl::Sqlite(path) => {
            format!("{} ({engine})", std::path::absolute(&path).unwrap_or(path).display())
        }
        DatabaseUrl::Postgres(_) => format!("{engine}, as DATABASE_URL says"),
    };
    let address = SiteAddress::new(settings.public_url.as_ref(), settings.listen.clone());
    let (version, url) = (env!("CARGO_PKG_VERSION"), address.without_host(None));
    let mut lines = vec![format!("Pastebin {version} is at {url}"), format!("  data   {data}")];
    if let Some(tcp) = &settings.tcp_listen {
        lines.push(format!("  tcp    {tcp} takes a text as it is, from nc for one"));
    }
    if address.public_url().is_none() && settings.listen.is_unspecified() {
        lines.push(
            "  note   links name the host that each visitor asks for; PUBLIC_URL fixes one".into(),
        );
    }
    lines.push("  stop   Ctrl-C (requests under way are finished first)\n".to_owned());
    lines.join("\n")
}
