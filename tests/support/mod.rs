//! What every end-to-end test uses: a site of its own, and visitors whose methods are verbs.

#![allow(dead_code, unused_imports, reason = "each test program uses its own part")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod engines;
mod visitor;

use std::any::Any;
use std::net::SocketAddr;
use std::time::Duration;

use app::commands::Cli;
use app::commands::serve::connection_limits;
use app::http::server;
use app::router::router;
use app::settings::Settings;
use app::state::App;
use clap::Parser as _;
use store::{Clock, Store, Timestamp};
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use engines::Engines;

pub use visitor::{PASSWORD, Response, Visitor, text_content, token_in};

/// 2030-01-01T12:00:00Z: where every moved clock starts.
pub const START: Timestamp = Timestamp(1_893_499_200_000);

/// The whole site on a port of its own, with engines of its own and a clock that is moved.
pub struct Site {
    pub url: String,
    pub clock: Clock,
    pub store: Store,
    stop: Option<oneshot::Sender<()>>,
    _kept: Box<dyn Any + Send + Sync>,
}

impl Site {
    pub async fn start() -> Self {
        Self::start_with(&[]).await
    }

    /// With settings as on the command line: `&["--max-paste-bytes=100"]`.
    pub async fn start_with(arguments: &[&str]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let Engines { store, ids, limits, kept } =
            Engines::start(arguments.contains(&"--rate-limit=on")).await;
        let clock = Clock::manual(START);
        let shared = limits.as_ref().map(|redis| format!("--redis-url={}", redis.url()));
        let arguments: Vec<&str> = arguments.iter().copied().chain(shared.as_deref()).collect();
        let settings = settings(address, &arguments);
        let app = App::new(&settings, store.clone(), ids, clock.clone()).unwrap();
        let connections = connection_limits(&settings, &app);
        let (stop, stopped) = oneshot::channel::<()>();
        tokio::spawn(async move {
            let stopped = async { stopped.await.unwrap_or_default() };
            server::serve(listener, router(app), connections, stopped).await;
        });
        Self {
            url: format!("http://{address}"),
            clock,
            store,
            stop: Some(stop),
            _kept: Box::new((kept, limits)),
        }
    }

    pub fn advance(&self, by: Duration) {
        self.clock.advance(by);
    }

    /// Somebody with a browser, not logged in.
    pub fn visitor(&self) -> Visitor {
        Visitor::new(&self.url)
    }

    /// Somebody with a browser and an account.
    pub async fn user(&self, name: &str) -> Visitor {
        let visitor = self.visitor();
        visitor.register(&format!("{name}@example.org")).await;
        visitor
    }

    /// Somebody with curl.
    pub fn curl(&self) -> Visitor {
        Visitor::new(&self.url).without_html()
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
    }
}

fn settings(address: SocketAddr, arguments: &[&str]) -> Settings {
    let listen = format!("--listen={address}");
    let mut line = vec!["pastebin", &listen];
    for default in [
        // Tests do in a second what a visitor does in a day; those of the limits turn them on.
        "--rate-limit=off",
        // A busy machine is no reason for a plain page.
        "--highlight-wait=60000",
    ] {
        let name = default.split('=').next().unwrap();
        if !arguments.iter().any(|argument| argument.starts_with(name)) {
            line.push(default);
        }
    }
    line.extend(arguments);
    Cli::parse_from(line).settings
}
