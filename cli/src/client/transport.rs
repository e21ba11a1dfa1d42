//! One request sent, with a second and a third try where that is safe.

use std::thread::sleep;
use std::time::Duration;

use ureq::http::{Response, StatusCode};
use ureq::tls::{RootCerts, TlsConfig};
use ureq::{Agent, Body};

use crate::client::credential::Credential;
use crate::client::problem::{problem, seconds};
use crate::client::request::{Request, Retry};
use crate::error::{Error, io_message};
use crate::server::Server;
use crate::source::Unreadable;

/// Before the second try, and before the third.
const PAUSES: [Duration; 2] = [Duration::from_millis(100), Duration::from_millis(500)];

/// Longer than this nobody waits for a server that asks for it: it is said instead.
const PATIENCE: Duration = Duration::from_secs(5);

const CONNECTING: Duration = Duration::from_secs(10);

/// Without a byte in either direction.
const SILENCE: Duration = Duration::from_mins(1);

#[derive(Debug)]
pub(super) struct Transport {
    agent: Agent,
    /// For this computer, which a proxy cannot reach.
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
        .timeout_connect(Some(CONNECTING))
        .timeout_per_read(Some(SILENCE))
        .timeout_per_write(Some(SILENCE));
    if !proxied {
        config = config.proxy(None);
    }
    config.build().new_agent()
}

impl Transport {
    pub(super) fn new() -> Self {
        Self { agent: agent(true), direct: agent(false) }
    }

    pub(super) fn send(
        &self,
        server: &Server,
        credential: &Credential,
        request: &Request<'_>,
    ) -> Result<Response<Body>, Error> {
        let agent = if server.is_loopback() { &self.direct } else { &self.agent };
        let mut pauses = PAUSES.into_iter();
        loop {
            let outcome = agent.run(request.build(credential)?);
            let pause = pauses.next();
            match outcome {
                Ok(answer) if answer.status().is_success() => return Ok(answer),
                Ok(answer) => match pause.and(asked_for(&answer)) {
                    Some(pause) => sleep(pause),
                    None => return Err(problem(answer)),
                },
                Err(error) => match pause {
                    Some(pause) if may_pass(&error) && request.retry == Retry::Always => {
                        sleep(pause);
                    }
                    _ => return Err(fault(server, &error)),
                },
            }
        }
    }
}

/// How long a server that is busy wants us to wait, where that is bearable.
fn asked_for(answer: &Response<Body>) -> Option<Duration> {
    let busy = answer.status() == StatusCode::SERVICE_UNAVAILABLE;
    let pause = busy.then(|| seconds(answer.headers())).flatten().map(Duration::from_secs)?;
    (pause <= PATIENCE).then_some(pause)
}

fn may_pass(error: &ureq::Error) -> bool {
    match error {
        ureq::Error::Io(error) => !Unreadable::is(error),
        ureq::Error::ConnectionFailed | ureq::Error::Protocol(_) => true,
        _ => false,
    }
}

fn fault(server: &Server, error: &ureq::Error) -> Error {
    let reason = match error {
        ureq::Error::Io(error) => {
            if Unreadable::is(error) {
                return Error::Local(error.to_string());
            }
            io_message(error)
        }
        error => error.to_string(),
    };
    Error::NoConnection { server: server.clone(), reason }
}
