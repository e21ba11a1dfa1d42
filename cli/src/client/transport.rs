//! Sends a request, up to three times where a retry is safe.

use std::thread::sleep;
use std::time::Duration;

use ureq::http::{Response, StatusCode};
use ureq::tls::{RootCerts, TlsConfig};
use ureq::{Agent, Body};

use crate::client::credential::Credential;
use crate::client::problem::{error_from, retry_after_seconds};
use crate::client::request::{Request, Retry};
use crate::error::{Error, io_message};
use crate::server::Server;
use crate::source::UnreadableSource;

/// The delays before the second and the third attempt.
const RETRY_DELAYS: [Duration; 2] = [Duration::from_millis(100), Duration::from_millis(500)];

/// A longer `Retry-After` is reported to the user instead of waited for.
const MAX_RETRY_AFTER: Duration = Duration::from_secs(5);

const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// The longest time without a byte in either direction.
const IDLE_TIMEOUT: Duration = Duration::from_mins(1);

#[derive(Debug)]
pub(super) struct Transport {
    /// Uses the proxy of the environment, if there is one.
    proxied: Agent,
    /// For servers on this computer, which a proxy cannot reach.
    direct: Agent,
}

fn agent(proxied: bool) -> Agent {
    let tls = TlsConfig::builder().root_certs(RootCerts::PlatformVerifier).build();
    let mut config = Agent::config_builder()
        .user_agent(concat!("pb/", env!("CARGO_PKG_VERSION")))
        .tls_config(tls)
        .http_status_as_error(false)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .timeout_connect(Some(CONNECT_TIMEOUT))
        .timeout_per_read(Some(IDLE_TIMEOUT))
        .timeout_per_write(Some(IDLE_TIMEOUT));
    if !proxied {
        config = config.proxy(None);
    }
    config.build().new_agent()
}

impl Transport {
    pub(super) fn new() -> Self {
        Self { proxied: agent(true), direct: agent(false) }
    }

    pub(super) fn send(
        &self,
        server: &Server,
        credential: &Credential,
        request: &Request<'_>,
    ) -> Result<Response<Body>, Error> {
        let agent = if server.is_loopback() { &self.direct } else { &self.proxied };
        let mut delays = RETRY_DELAYS.into_iter();
        loop {
            let outcome = agent.run(request.build(credential)?);
            let delay = delays.next();
            match outcome {
                Ok(response) if response.status().is_success() => return Ok(response),
                Ok(response) => match delay.and(requested_delay(&response)) {
                    Some(delay) => sleep(delay),
                    None => return Err(error_from(response)),
                },
                Err(error) => match delay {
                    Some(delay) if is_transient(&error) && request.retry == Retry::Always => {
                        sleep(delay);
                    }
                    _ => return Err(transport_error(server, &error)),
                },
            }
        }
    }
}

/// The `Retry-After` of a 503, if it is at most [`MAX_RETRY_AFTER`].
fn requested_delay(response: &Response<Body>) -> Option<Duration> {
    let busy = response.status() == StatusCode::SERVICE_UNAVAILABLE;
    let delay =
        busy.then(|| retry_after_seconds(response.headers())).flatten().map(Duration::from_secs)?;
    (delay <= MAX_RETRY_AFTER).then_some(delay)
}

fn is_transient(error: &ureq::Error) -> bool {
    match error {
        ureq::Error::Io(error) => !UnreadableSource::is_cause_of(error),
        ureq::Error::ConnectionFailed | ureq::Error::Protocol(_) => true,
        _ => false,
    }
}

fn transport_error(server: &Server, error: &ureq::Error) -> Error {
    let reason = match error {
        ureq::Error::Io(error) => {
            if UnreadableSource::is_cause_of(error) {
                return Error::Local(error.to_string());
            }
            io_message(error)
        }
        error => error.to_string(),
    };
    Error::NoConnection { server: server.clone(), reason }
}
