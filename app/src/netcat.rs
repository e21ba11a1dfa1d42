//! A text that comes bare over TCP, as from `nc`: it is answered with its link, or with one line
//! that says what is wrong.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, timeout, timeout_at};
use tracing::{debug, error, warn};

use crate::errors::view::{Problem, line};
use crate::i18n::Lang;
use crate::limits::budget::{Budget, Held};
use crate::limits::{Action, household};
use crate::page::{Page, Theme};
use crate::pastes::create::link;
use crate::pastes::keep;
use crate::pastes::submission::Submission;
use crate::server::DRAIN;
use crate::{App, Error, Result, words};

/// Whoever comes later waits to be let in.
const CONNECTIONS: usize = 64;

/// Of them, one household's.
const HOUSEHOLD: usize = 16;

/// From the connection to the first byte.
const FIRST: Duration = Duration::from_secs(15);

/// Most clients keep the line open after the end of their input: so much silence is the end.
const SILENCE: Duration = Duration::from_secs(5);

/// From the connection to the end of the text.
const WHOLE: Duration = Duration::from_mins(2);

/// For the client to take its answer.
const ANSWER: Duration = Duration::from_secs(10);

/// So many times the largest text is read and thrown away, so that the answer arrives.
const DRAIN_FACTOR: usize = 4;

/// Why there is no text.
#[derive(Debug, PartialEq, Eq)]
enum NoText {
    /// It is not worth a word: the client has gone, or the site stops before anything came.
    Gone,
    Silent,
    TooLong,
    TooSlow,
    /// Others send as much as there is room for.
    NoRoom,
}

/// Serves until `stop` resolves, then lets the texts under way finish.
pub async fn serve(listener: TcpListener, app: App, stop: impl Future<Output = ()>) {
    let room = Arc::new(Semaphore::new(CONNECTIONS));
    let (stopping, stopped) = watch::channel(false);
    let mut clients = JoinSet::new();
    let shares = Budget::new(CONNECTIONS, HOUSEHOLD);
    let mut stop = pin!(stop);
    loop {
        tokio::select! {
            accepted = accept(&listener, &room) => {
                let Some((stream, peer, permit)) = accepted else { continue };
                let Ok(share) = shares.take(household(peer.ip().to_canonical()), 1) else {
                    let _ = stream.try_write(b"error: too many connections at once\n");
                    continue;
                };
                let (app, stopped) = (app.clone(), stopped.clone());
                clients.spawn(async move {
                    if let Err(error) = attend(stream, peer.ip(), &app, stopped).await {
                        debug!(%error, "a client over TCP went away");
                    }
                    drop((permit, share));
                });
            }
            Some(_) = clients.join_next() => {}
            () = &mut stop => break,
        }
    }
    drop(listener);
    stopping.send_replace(true);
    let all = async { while clients.join_next().await.is_some() {} };
    if timeout(DRAIN, all).await.is_err() {
        warn!("texts were still coming over TCP after {DRAIN:?}; they are cut");
    }
}

async fn accept(
    listener: &TcpListener,
    room: &Arc<Semaphore>,
) -> Option<(TcpStream, SocketAddr, OwnedSemaphorePermit)> {
    let permit = room.clone().acquire_owned().await.ok()?;
    match listener.accept().await {
        Ok((stream, peer)) => Some((stream, peer, permit)),
        Err(error) => {
            // Out of file descriptors, most likely: connections that end give them back.
            warn!(%error, "a connection over TCP could not be accepted");
            sleep(Duration::from_millis(50)).await;
            None
        }
    }
}

async fn attend(
    mut stream: TcpStream,
    peer: IpAddr,
    app: &App,
    stopping: watch::Receiver<bool>,
) -> io::Result<()> {
    let peer = peer.to_canonical();
    // It counts until the text is kept.
    let mut room = app.intake.room(household(peer));
    let answer = match receive(&mut stream, app.max_paste_bytes, &mut room, stopping).await? {
        Ok(text) => match keep(app, peer, text).await {
            Ok(link) => link,
            Err(error) => format!("error: {}", explain(app, &error)),
        },
        Err(NoText::Gone) => return Ok(()),
        Err(nothing) => format!("error: {}", nothing.explain(app.max_paste_bytes)),
    };
    timeout(ANSWER, say(&mut stream, &answer)).await?
}

async fn receive(
    stream: &mut (impl AsyncRead + Unpin),
    max_bytes: usize,
    room: &mut Held,
    mut stopping: watch::Receiver<bool>,
) -> io::Result<Result<Vec<u8>, NoText>> {
    let end = Instant::now() + WHOLE;
    let mut chunk = vec![0; 16 * 1024];
    let mut text = Vec::new();
    let mut read = tokio::select! {
        read = timeout(FIRST, stream.read(&mut chunk)) => match read {
            Ok(read) => read?,
            Err(_) => return Ok(Err(NoText::Silent)),
        },
        _ = stopping.wait_for(|stopping| *stopping) => return Ok(Err(NoText::Gone)),
    };
    let mut total = 0;
    while read > 0 && total <= max_bytes * DRAIN_FACTOR {
        total += read;
        if total <= max_bytes {
            if room.grow(read).is_err() {
                return Ok(Err(NoText::NoRoom));
            }
            text.extend_from_slice(&chunk[..read]);
        }
        let silence = Instant::now() + SILENCE;
        read = match timeout_at(silence.min(end), stream.read(&mut chunk)).await {
            Ok(read) => read?,
            Err(_) if silence < end => 0,
            Err(_) => return Ok(Err(NoText::TooSlow)),
        };
    }
    Ok(match total {
        0 => Err(NoText::Silent),
        total if total > max_bytes => Err(NoText::TooLong),
        _ => Ok(text),
    })
}

/// A NUL at the end, as some programs send it, is refused like any other: what is kept is what was sent.
async fn keep(app: &App, peer: IpAddr, text: Vec<u8>) -> Result<String> {
    app.limits.spend(Action::Create, peer).await?;
    let judged = Submission::bare(text).judge(app, None).map_err(|refused| Error::Invalid {
        errors: refused.1,
        form: maud::PreEscaped(String::new()),
        fragment: None,
    })?;
    let mut link_to = String::new();
    for judged in judged {
        link_to = link(app, &keep::keep(app, None, judged).await?.paste.id);
    }
    Ok(link_to)
}

async fn say(stream: &mut TcpStream, answer: &str) -> io::Result<()> {
    stream.write_all(format!("{answer}\n").as_bytes()).await?;
    stream.shutdown().await?;
    // What is unread when a socket closes takes an answer that is under way with it.
    let mut rest = [0; 1024];
    let _ = timeout(Duration::from_secs(1), async {
        while stream.read(&mut rest).await.is_ok_and(|read| read > 0) {}
    })
    .await;
    Ok(())
}

impl NoText {
    fn explain(&self, max_bytes: usize) -> String {
        match self {
            Self::Gone => String::new(),
            Self::Silent => "no text came".to_owned(),
            Self::TooLong => {
                format!("the text is longer than {}", words::size(Lang::En, max_bytes as u64))
            }
            Self::NoRoom => "too much is sent at once; try again in a moment".to_owned(),
            Self::TooSlow => format!("the text took longer than {} seconds", WHOLE.as_secs()),
        }
    }
}

fn explain(app: &App, error: &Error) -> String {
    let problem = match error {
        Error::Invalid { errors, .. } => Problem::Invalid(errors),
        Error::TooMany { retry_after, .. } => Problem::TooMany { retry_after: *retry_after },
        Error::Busy => Problem::Busy,
        Error::Unavailable => Problem::Unavailable,
        cause => {
            error!(error = ?cause, "a text that came over TCP was not kept");
            return "the site could not keep the text".to_owned();
        }
    };
    let page = Page {
        lang: Lang::En,
        theme: Theme::System,
        user: None,
        path: "/",
        public_url: &app.public_url,
        flash: None,
        wrap: None,
    };
    line(&page, &problem)
}

/// Time passes by itself here whenever everybody waits.
#[cfg(test)]
mod tests {
    use tokio::io::{DuplexStream, duplex};

    use super::*;

    struct Client {
        line: DuplexStream,
        text: tokio::task::JoinHandle<io::Result<Result<Vec<u8>, NoText>>>,
        stop: watch::Sender<bool>,
        since: Instant,
    }

    fn connect() -> Client {
        let (line, mut stream) = duplex(1024);
        let (stop, stopped) = watch::channel(false);
        let mut room = Budget::new(1000, 1000).take([127, 0, 0, 1].into(), 0).unwrap();
        let text = tokio::spawn(async move { receive(&mut stream, 100, &mut room, stopped).await });
        Client { line, text, stop, since: Instant::now() }
    }

    impl Client {
        async fn says(mut self, text: &[u8]) -> Self {
            self.line.write_all(text).await.unwrap();
            self
        }

        /// What came of it, and after how long.
        async fn outcome(self) -> (Result<Vec<u8>, NoText>, Duration) {
            (self.text.await.unwrap().unwrap(), self.since.elapsed())
        }
    }

    #[tokio::test(start_paused = true)]
    async fn silence_after_a_text_is_its_end() {
        let mut client = connect().says(b"one\n").await;
        sleep(SILENCE / 2).await;
        client = client.says(b"two\n").await;
        let (text, after) = client.outcome().await;
        assert_eq!(text, Ok(b"one\ntwo\n".to_vec()));
        assert!((SILENCE..2 * SILENCE).contains(&after), "{after:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn who_ends_the_text_does_not_wait() {
        let mut client = connect().says(b"all").await;
        client.line.shutdown().await.unwrap();
        assert_eq!(client.outcome().await, (Ok(b"all".to_vec()), Duration::ZERO));
    }

    #[tokio::test(start_paused = true)]
    async fn who_says_nothing_is_not_waited_for_longer() {
        let (text, after) = connect().outcome().await;
        assert_eq!(text, Err(NoText::Silent));
        assert!((FIRST..2 * FIRST).contains(&after), "{after:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_trickle_is_cut() {
        let mut client = connect();
        while !client.text.is_finished() {
            // The other end may be gone by now.
            let _ = client.line.write_all(b"x").await;
            sleep(SILENCE * 2 / 3).await;
        }
        let (text, after) = client.outcome().await;
        assert_eq!(text, Err(NoText::TooSlow));
        assert!((WHOLE..WHOLE + SILENCE).contains(&after), "{after:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn too_much_is_read_to_its_end_but_not_for_ever() {
        let some = connect().says(&[b'x'; 101]).await;
        assert_eq!(some.outcome().await.0, Err(NoText::TooLong));
        let mut much = connect();
        while much.line.write_all(&[b'x'; 100]).await.is_ok() {}
        assert_eq!(much.outcome().await.0, Err(NoText::TooLong));
    }

    #[tokio::test(start_paused = true)]
    async fn a_stop_waits_for_a_text_that_has_begun_and_for_no_other() {
        let idle = connect();
        idle.stop.send_replace(true);
        assert_eq!(idle.outcome().await, (Err(NoText::Gone), Duration::ZERO));

        let mut busy = connect().says(b"begun, ").await;
        tokio::task::yield_now().await;
        busy.stop.send_replace(true);
        sleep(Duration::from_secs(1)).await;
        busy = busy.says(b"ended").await;
        assert_eq!(busy.outcome().await.0, Ok(b"begun, ended".to_vec()));
    }
}
