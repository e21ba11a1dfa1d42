//! The website.
//!
//! A feature is a folder: its routes on top, its handlers beside them, its markup in `view.rs`.

pub mod accounts;
mod answers;
mod api;
mod assets;
mod clients;
pub mod copy;
mod errors;
mod expiry;
mod form_errors;
mod i18n;
mod ids;
mod intake;
mod lifetime;
mod limits;
pub mod netcat;
mod news;
mod page;
mod pastes;
mod patience;
mod preferences;
mod profile;
mod rooms;
mod security;
pub mod server;
pub mod settings;
mod text;
mod visit;
mod words;

/// What `benches/micro.rs` measures by itself. Nobody else reaches in here.
#[doc(hidden)]
pub mod bench {
    pub use crate::i18n::Lang;
    pub use crate::limits::{Action, Limits};
    pub use crate::page::{Page, Theme, layout};
}

use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::header::ETAG;
use axum::http::{Extensions, HeaderMap, HeaderValue, StatusCode, Version};
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::get;
use store::{Clock, Store};
use tower::ServiceBuilder;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::predicate::{DefaultPredicate, Predicate};
use tower_http::compression::{CompressionLayer, CompressionLevel};

use accounts::password::Passwords;
use answers::Answers;
use errors::Error;
use ids::Stock;
use idservice::Ids;
use intake::Intake;
use lifetime::Lifetime;
use limits::Limits;
use rooms::SharedRoom;
use settings::{Settings, Switch};
use text::paint::Paints;
use visit::Visit;

/// The body of a form that carries no text, in bytes.
const FORM_MAX: usize = 16 * 1024;

type Result<T, E = Error> = std::result::Result<T, E>;

/// What every handler reaches. Cheap to clone.
#[derive(Clone, Debug)]
pub struct App(Arc<Site>);

#[derive(Debug)]
pub struct Site {
    store: Store,
    ids: Stock,
    clock: Clock,
    passwords: Passwords,
    limits: Limits,
    intake: Intake,
    max_connections: usize,
    paints: Paints,
    answers: Answers,
    /// For words in texts.
    searches: SharedRoom,
    /// How long a shared cache may keep what is public, in seconds.
    shared_max_age: u32,
    /// What the frame in another site's page may do, and where.
    framed_policy: HeaderValue,
    /// Scheme and host, without a slash at the end.
    public_url: Arc<str>,
    /// The largest text, in bytes.
    max_paste_bytes: usize,
    default_expiry: Lifetime,
    max_expiry: Lifetime,
    /// Where `nc` pastes to, if anywhere.
    tcp_port: Option<u16>,
}

impl Deref for App {
    type Target = Site;

    fn deref(&self) -> &Site {
        &self.0
    }
}

impl App {
    /// # Errors
    /// The operating system gives no randomness, or a setting is not what it should be.
    pub fn new(
        settings: &Settings,
        store: Store,
        ids: Arc<dyn Ids>,
        clock: Clock,
    ) -> anyhow::Result<Self> {
        let cache = settings.cache_size.0 as u64;
        let patience = Duration::from_millis(settings.highlight_wait);
        Ok(Self(Arc::new(Site {
            store,
            ids: Stock::new(ids),
            limits: Limits::new(settings, clock.clone())?,
            intake: Intake::new(settings),
            max_connections: settings.max_connections,
            clock,
            passwords: Passwords::new()?,
            paints: Paints::new(patience, cache / 8),
            answers: Answers::new(cache / 8 * 3),
            searches: SharedRoom::new(settings.rate_limit == Switch::On),
            shared_max_age: settings.shared_max_age,
            framed_policy: security::framed(&settings.frame_ancestors)?,
            public_url: settings.public_url().into(),
            max_paste_bytes: settings.max_paste_bytes.0,
            default_expiry: settings.default_expiry(),
            max_expiry: settings.max_expiry,
            tcp_port: settings.tcp_listen.map(|address| address.port()),
        })))
    }

    /// Whether visitors come over https, so that cookies may insist on it.
    fn is_https(&self) -> bool {
        self.public_url.starts_with("https://")
    }

    /// All routes, with everything that holds for each of them.
    pub fn router(self) -> Router {
        let pages = Router::new()
            // What is sent here is measured while it is read.
            .merge(pastes::routes(self.clone()).layer(DefaultBodyLimit::disable()))
            .merge(api::routes(&self).layer(DefaultBodyLimit::disable()))
            .merge(clients::hastebin::routes().layer(DefaultBodyLimit::disable()))
            .merge(accounts::routes().layer(DefaultBodyLimit::max(FORM_MAX)))
            .merge(profile::routes())
            .merge(preferences::routes().layer(DefaultBodyLimit::max(FORM_MAX)))
            .fallback(async || Error::NotFound)
            .method_not_allowed_fallback(pastes::create::submit_named_as_page)
            // From the outside in, and as one: a router boxes each of its layers, and each request
            // copies every box.
            .layer(
                ServiceBuilder::new()
                    .layer(from_fn_with_state(self.clone(), intake::admit))
                    .layer(from_fn_with_state(self.clone(), visit::identify))
                    .layer(from_fn_with_state(self.clone(), api::limits::guard))
                    .layer(from_fn(clients::hastebin::in_json))
                    .layer(from_fn(errors::answer_in_kind))
                    .layer(CatchPanicLayer::custom(errors::of_panic))
                    .layer(from_fn_with_state(self.clone(), security::refuse_cross_site))
                    .layer(from_fn(intake::watch)),
            );
        pages
            .merge(assets::routes())
            .route("/healthz", get(async || "ok\n"))
            .route("/readyz", get(ready))
            .layer(
                ServiceBuilder::new()
                    .layer(from_fn_with_state(self.clone(), security::headers))
                    .map_request(answers::ask_plainly)
                    .layer(compression()),
            )
            .with_state(self)
    }
}

async fn ready(State(app): State<App>) -> Result<&'static str> {
    app.store.ping().await.map_err(|_| Error::Unavailable)?;
    Ok("ready\n")
}

/// For pages. What has a strong ETag is that very sequence of bytes, and stays it.
fn compression() -> CompressionLayer<impl Predicate> {
    let without_etag = |_: StatusCode, _: Version, headers: &HeaderMap, _: &Extensions| {
        !headers.contains_key(ETAG)
    };
    CompressionLayer::new()
        .quality(CompressionLevel::Fastest)
        .no_deflate()
        .compress_when(DefaultPredicate::new().and(without_etag))
}
