//! The harness of the end-to-end tests: a site for each test, and HTTP clients that act as its visitors.

#![allow(dead_code, unused_imports, reason = "each test program uses its own part")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod backends;
mod visitor;

use std::any::Any;
use std::sync::Arc;
use std::time::Duration;

use app::commands::Cli;
use app::commands::serve::connection_limits;
use app::router::router;
use app::settings::Settings;
use app::state::App;
use clap::Parser as _;
use idservice::MemoryPool;
use server::Listener;
use store::{Clock, Store, Timestamp};
use tokio::sync::oneshot;

use backends::Backends;

pub use visitor::{PASSWORD, Response, Visitor, text_content, token_in};

/// The time at which the clock of every site starts: 2030-01-01T12:00:00Z.
pub const START: Timestamp = Timestamp(1_893_499_200_000);

/// The whole site in this process, on a port and backends of its own, with a clock that the test
/// moves. It stops when it is dropped.
pub struct Site {
    pub url: String,
    pub clock: Clock,
    pub store: Store,
    pub app: App,
    stop: Option<oneshot::Sender<()>>,
    _resources: Box<dyn Any + Send + Sync>,
}

impl Site {
    pub async fn start() -> Self {
        Self::start_with(&[]).await
    }

    /// Starts a site with settings as on the command line: `&["--max-paste-bytes=100"]`. `ADDRESS` in
    /// a setting stands for the address of the site.
    pub async fn start_with(arguments: &[&str]) -> Self {
        let (listener, address) = listen().await;
        let Backends { store, ids, rate_limit_redis, resources } =
            Backends::start(arguments.contains(&"--rate-limit=on")).await;
        let clock = Clock::manual(START);
        let redis = rate_limit_redis.as_ref().map(|redis| format!("--redis-url={}", redis.url()));
        let arguments = arguments.iter().copied().chain(redis.as_deref());
        let arguments: Vec<String> =
            arguments.map(|argument| argument.replace("ADDRESS", &address)).collect();
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let settings = settings(&address, &arguments);
        let app = App::new(&settings, store.clone(), ids, clock.clone()).unwrap();
        let connections = connection_limits(&settings, &app);
        let (stop, stopped) = oneshot::channel::<()>();
        let served = app.clone();
        tokio::spawn(async move {
            let stopped = async { stopped.await.unwrap_or_default() };
            server::serve(listener, router(served), connections, stopped).await;
        });
        Self {
            app,
            url: format!("http://{address}"),
            clock,
            store,
            stop: Some(stop),
            _resources: Box::new((resources, rate_limit_redis)),
        }
    }

    /// A visitor of another site of the same fleet: one that shares this site's store and clock,
    /// and has caches of its own.
    pub async fn visitor_of_second_site(&self, public_url: &str) -> Visitor {
        let (listener, address) = listen().await;
        let settings = settings(&address, &[&format!("--public-url={public_url}")]);
        let ids = Arc::new(MemoryPool::default());
        let app = App::new(&settings, self.store.clone(), ids, self.clock.clone()).unwrap();
        let connections = connection_limits(&settings, &app);
        tokio::spawn(server::serve(listener, router(app), connections, std::future::pending()));
        Visitor::new(&format!("http://{address}"))
    }

    pub fn advance(&self, by: Duration) {
        self.clock.advance(by);
    }

    /// A visitor with a browser, not logged in.
    pub fn visitor(&self) -> Visitor {
        Visitor::new(&self.url)
    }

    /// A visitor with a browser and the account `{name}@example.org`, logged in.
    pub async fn user(&self, name: &str) -> Visitor {
        let visitor = self.visitor();
        visitor.register(&format!("{name}@example.org")).await;
        visitor
    }

    /// A visitor with curl, who accepts anything and prefers nothing.
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

/// A listener on a free port of the loopback interface.
async fn listen() -> (Listener, String) {
    let free = "127.0.0.1:0".parse().unwrap();
    let listener = Listener::bind("LISTEN", &free).await.unwrap();
    let address = listener.address().to_string();
    (listener, address)
}

/// The settings of a command line, with defaults that suit tests where it does not name them.
fn settings(address: &str, arguments: &[&str]) -> Settings {
    let listen = format!("--listen={address}");
    let mut command_line = vec!["pastebin"];
    for default in [
        &*listen,
        // A test sends in a second what a visitor sends in a day. The tests of the limits turn them on.
        "--rate-limit=off",
        // A page waits for its highlighting, also on a busy machine.
        "--highlight-wait=60000",
    ] {
        let name = default.split('=').next().unwrap();
        if !arguments.iter().any(|argument| argument.starts_with(name)) {
            command_line.push(default);
        }
    }
    command_line.extend(arguments);
    Cli::parse_from(command_line).settings
}
