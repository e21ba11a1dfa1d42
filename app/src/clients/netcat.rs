//! Texts over plain TCP, as from `nc`. The answer is the link, or one line that says what is wrong.

mod places;
mod receive;

use std::io;
use std::net::IpAddr;
use std::pin::pin;
use std::time::Duration;

use server::{DRAIN_TIMEOUT, Listener, Stream};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};
use tracing::{debug, error, info, warn};

use crate::clients::netcat::places::{Place, Places, Withdrawn};
use crate::clients::netcat::receive::{NoText, receive};
use crate::error::{Error, Result};
use crate::error_pages::html::line;
use crate::http::client_ip::ClientKey;
use crate::http::log_throttle::LogThrottle;
use crate::pastes::allowance;
use crate::pastes::link::link;
use crate::pastes::save;
use crate::pastes::submission::Submission;
use crate::state::App;
use crate::ui::i18n::Lang;
use crate::ui::page::{PageContext, Theme};

/// Connections at a time. Beyond them, a client that has fewer than another gets a place of that
/// one's.
const MAX_CONNECTIONS: usize = 256;

/// Connections per client subnet. Further ones get a line with the error and are closed.
const MAX_PER_CLIENT: usize = 16;

/// How often it is logged that a client has too many connections.
const LOG_INTERVAL: Duration = Duration::from_secs(1);

const TOO_MANY: &str = "error: too many connections at once\n";

/// How long the client may take to read its answer.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(10);

/// How long a closing connection discards what the client still sends. Unread data at the close
/// makes the system reset the connection, and the client loses its answer.
const LINGER: Duration = Duration::from_secs(1);

/// Serves until `stop` resolves, then lets the texts under way finish.
pub async fn serve(mut listener: Listener, app: App, stop: impl Future<Output = ()>) {
    let places = Places::new(MAX_CONNECTIONS, MAX_PER_CLIENT);
    let mut refused = LogThrottle::new(LOG_INTERVAL);
    let (stopping, stopped) = watch::channel(false);
    let mut clients = JoinSet::new();
    let mut stop = pin!(stop);
    loop {
        tokio::select! {
            accepted = accept(&mut listener) => {
                let Some((stream, peer)) = accepted else { continue };
                let Some(place) = places.take(peer.into()) else {
                    let _ = stream.try_write(TOO_MANY.as_bytes());
                    if let Some(skipped) = refused.admit() {
                        let client = ClientKey::from(peer);
                        info!(%client, skipped, "a client has too many TCP connections");
                    }
                    continue;
                };
                let (app, stopped) = (app.clone(), stopped.clone());
                clients.spawn(async move {
                    if let Err(error) = handle(stream, peer, place, &app, stopped).await {
                        debug!(%error, "a TCP client disconnected");
                    }
                });
            }
            Some(_) = clients.join_next() => {}
            () = &mut stop => break,
        }
    }
    drop(listener);
    stopping.send_replace(true);
    let all = async { while clients.join_next().await.is_some() {} };
    if timeout(DRAIN_TIMEOUT, all).await.is_err() {
        warn!("texts were still being received over TCP after {DRAIN_TIMEOUT:?}; they are cut");
    }
}

async fn accept(listener: &mut Listener) -> Option<(Stream, IpAddr)> {
    match listener.accept().await {
        Ok(accepted) => Some(accepted),
        Err(error) => {
            // Probably out of file descriptors, which ending connections release.
            warn!(%error, "a TCP connection could not be accepted");
            sleep(Duration::from_millis(50)).await;
            None
        }
    }
}

async fn handle(
    mut stream: Stream,
    peer: IpAddr,
    (place, withdrawn): (Place, Withdrawn),
    app: &App,
    stopping: watch::Receiver<bool>,
) -> io::Result<()> {
    // Counted until the text is saved.
    let mut memory = app.admission.body_memory(peer.into());
    let received = tokio::select! {
        received = receive(&mut stream, app.max_paste_bytes, &mut memory, stopping) => received?,
        _ = withdrawn => return timeout(ANSWER_TIMEOUT, send(&mut stream, TOO_MANY)).await?,
    };
    place.keep();
    // Nothing in the text says by which name the client reached this machine, only by which address.
    let public_url = app.address.without_host(stream.local_ip());
    let answer = match received {
        Ok(text) => match save_text(app, peer, &public_url, text).await {
            Ok(link) => link,
            Err(error) => format!("error: {}", message(&public_url, &error)),
        },
        Err(NoText::Gone) => return Ok(()),
        Err(reason) => format!("error: {}", reason.message(app.max_paste_bytes)),
    };
    timeout(ANSWER_TIMEOUT, send(&mut stream, &format!("{answer}\n"))).await?
}

/// The link of the saved text.
async fn save_text(app: &App, peer: IpAddr, public_url: &str, text: Vec<u8>) -> Result<String> {
    let submission = Submission::from_text(text);
    allowance::check(app, peer.into(), &submission).await?;
    let valid = submission.validate_one(app, None)?;
    Ok(link(public_url, &save::save(app, None, valid).await?.paste.id))
}

async fn send(stream: &mut Stream, answer: &str) -> io::Result<()> {
    stream.write_all(answer.as_bytes()).await?;
    stream.shutdown().await?;
    let mut discarded = [0; 1024];
    let _ = timeout(LINGER, async {
        while stream.read(&mut discarded).await.is_ok_and(|read| read > 0) {}
    })
    .await;
    Ok(())
}

fn message(public_url: &str, error: &Error) -> String {
    match error {
        Error::Invalid { .. }
        | Error::RateLimited { .. }
        | Error::Overloaded
        | Error::Full
        | Error::Unavailable => {
            let cx = PageContext {
                lang: Lang::En,
                theme: Theme::System,
                user: None,
                path: "/",
                public_url,
                flash: None,
                wrap: None,
            };
            line(&cx, error, "")
        }
        cause => {
            error!(error = ?cause, "a text received over TCP was not saved");
            "the site could not keep the text".to_owned()
        }
    }
}
