//! Reads a text from a connection that has no headers and often no end.

use std::io;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt as _};
use tokio::sync::watch;
use tokio::time::{Instant, timeout, timeout_at};

use crate::http::body::DRAIN_FACTOR;
use crate::http::quota::QuotaGuard;
use crate::ui::format;
use crate::ui::i18n::Lang;

/// From the connection to the first byte.
const FIRST_BYTE: Duration = Duration::from_secs(15);

/// Most clients keep the connection open after the end of their input: this much silence is the end.
const SILENCE: Duration = Duration::from_secs(5);

/// From the connection to the end of the text.
const WHOLE_TEXT: Duration = Duration::from_mins(2);

/// Why no text was received.
#[derive(Debug, PartialEq, Eq)]
pub enum NoText {
    /// No answer is needed: the client has disconnected, or the site stopped before it sent
    /// anything.
    Gone,
    Silent,
    TooLong,
    TooSlow,
    /// The memory for texts in transit is used up.
    NoMemory,
}

impl NoText {
    /// The reason in words; `max_bytes` is the size of the largest text.
    pub fn message(&self, max_bytes: usize) -> String {
        match self {
            Self::Gone => String::new(),
            Self::Silent => "no text came".to_owned(),
            Self::TooLong => {
                format!("the text is longer than {}", format::size(Lang::En, max_bytes as u64))
            }
            Self::NoMemory => "too much is sent at once; try again in a moment".to_owned(),
            Self::TooSlow => {
                format!("the text took longer than {} seconds", WHOLE_TEXT.as_secs())
            }
        }
    }
}

/// Reads a text of at most `max_bytes`. `memory` grows with it. A longer text is read on and
/// discarded, so that the client sees the answer.
pub async fn receive(
    stream: &mut (impl AsyncRead + Unpin),
    max_bytes: usize,
    memory: &mut QuotaGuard,
    mut stopping: watch::Receiver<bool>,
) -> io::Result<Result<Vec<u8>, NoText>> {
    let deadline = Instant::now() + WHOLE_TEXT;
    let mut chunk = vec![0; 16 * 1024];
    let mut text = Vec::new();
    let mut read = tokio::select! {
        read = timeout(FIRST_BYTE, stream.read(&mut chunk)) => match read {
            Ok(read) => read?,
            Err(_) => return Ok(Err(NoText::Silent)),
        },
        _ = stopping.wait_for(|stopping| *stopping) => return Ok(Err(NoText::Gone)),
    };
    let mut total = 0;
    while read > 0 && total <= max_bytes * DRAIN_FACTOR {
        total += read;
        if total <= max_bytes {
            if memory.grow(read).is_err() {
                return Ok(Err(NoText::NoMemory));
            }
            text.extend_from_slice(&chunk[..read]);
        }
        let silence = Instant::now() + SILENCE;
        read = match timeout_at(silence.min(deadline), stream.read(&mut chunk)).await {
            Ok(read) => read?,
            Err(_) if silence < deadline => 0,
            Err(_) => return Ok(Err(NoText::TooSlow)),
        };
    }
    Ok(match total {
        0 => Err(NoText::Silent),
        total if total > max_bytes => Err(NoText::TooLong),
        _ => Ok(text),
    })
}

/// The clock is paused: time advances by itself when every task waits.
#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use tokio::io::{AsyncWriteExt as _, DuplexStream, duplex};
    use tokio::time::sleep;

    use super::*;
    use crate::http::quota::Quota;

    struct Client {
        connection: DuplexStream,
        text: tokio::task::JoinHandle<io::Result<Result<Vec<u8>, NoText>>>,
        stop: watch::Sender<bool>,
        since: Instant,
    }

    fn connect() -> Client {
        let (connection, mut stream) = duplex(1024);
        let (stop, stopped) = watch::channel(false);
        let client = IpAddr::from([127, 0, 0, 1]).into();
        let mut memory = Quota::new(1000, 1000).reserve(client, 0).unwrap();
        let text =
            tokio::spawn(async move { receive(&mut stream, 100, &mut memory, stopped).await });
        Client { connection, text, stop, since: Instant::now() }
    }

    impl Client {
        async fn send(mut self, text: &[u8]) -> Self {
            self.connection.write_all(text).await.unwrap();
            self
        }

        /// The outcome, and the time until it.
        async fn outcome(self) -> (Result<Vec<u8>, NoText>, Duration) {
            (self.text.await.unwrap().unwrap(), self.since.elapsed())
        }
    }

    #[tokio::test(start_paused = true)]
    async fn silence_ends_a_text() {
        let mut client = connect().send(b"one\n").await;
        sleep(SILENCE / 2).await;
        client = client.send(b"two\n").await;
        let (text, after) = client.outcome().await;
        assert_eq!(text, Ok(b"one\ntwo\n".to_vec()));
        assert!((SILENCE..2 * SILENCE).contains(&after), "{after:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_client_that_ends_its_text_does_not_wait() {
        let mut client = connect().send(b"all").await;
        client.connection.shutdown().await.unwrap();
        assert_eq!(client.outcome().await, (Ok(b"all".to_vec()), Duration::ZERO));
    }

    #[tokio::test(start_paused = true)]
    async fn a_client_that_sends_nothing_times_out() {
        let (text, after) = connect().outcome().await;
        assert_eq!(text, Err(NoText::Silent));
        assert!((FIRST_BYTE..2 * FIRST_BYTE).contains(&after), "{after:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_trickle_is_cut() {
        let mut client = connect();
        while !client.text.is_finished() {
            // The reader may have ended by now.
            let _ = client.connection.write_all(b"x").await;
            sleep(SILENCE * 2 / 3).await;
        }
        let (text, after) = client.outcome().await;
        assert_eq!(text, Err(NoText::TooSlow));
        assert!((WHOLE_TEXT..WHOLE_TEXT + SILENCE).contains(&after), "{after:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_text_that_is_too_long_is_read_on_up_to_a_limit() {
        let longer = connect().send(&[b'x'; 101]).await;
        assert_eq!(longer.outcome().await.0, Err(NoText::TooLong));
        let mut endless = connect();
        while endless.connection.write_all(&[b'x'; 100]).await.is_ok() {}
        assert_eq!(endless.outcome().await.0, Err(NoText::TooLong));
    }

    #[tokio::test(start_paused = true)]
    async fn a_stop_waits_only_for_a_text_that_has_begun() {
        let idle = connect();
        idle.stop.send_replace(true);
        assert_eq!(idle.outcome().await, (Err(NoText::Gone), Duration::ZERO));

        let mut busy = connect().send(b"begun, ").await;
        tokio::task::yield_now().await;
        busy.stop.send_replace(true);
        sleep(Duration::from_secs(1)).await;
        busy = busy.send(b"ended").await;
        assert_eq!(busy.outcome().await.0, Ok(b"begun, ended".to_vec()));
    }
}
