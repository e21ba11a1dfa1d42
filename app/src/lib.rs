//! The website.
//!
//! A feature is a folder: its routes on top, its handlers beside them, its markup in `view.rs`.

pub mod accounts;
mod api;
mod assets;
mod clients;
pub mod copy;
mod detect;
mod errors;
mod expiry;
mod form_errors;
mod i18n;
mod ids;
mod lifetime;
mod limits;
pub mod netcat;
mod page;
mod pastes;
mod preferences;
mod profile;
mod security;
pub mod server;
pub mod settings;
mod syntaxes;
mod text;
mod visit;
mod words;

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
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::predicate::{DefaultPredicate, Predicate};
use tower_http::compression::{CompressionLayer, CompressionLevel};
use tower_http::timeout::RequestBodyTimeoutLayer;

use accounts::password::Passwords;
use errors::Error;
use ids::Stock;
use idservice::Ids;
use lifetime::Lifetime;
use limits::Limits;
use settings::Settings;
use text::paint::Paints;
use visit::Visit;

/// Between two parts of a request's body. A client that is slower sends nothing at all.
const BODY_IDLE: Duration = Duration::from_secs(30);

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
    paints: Paints,
    /// What the frame in another site's page may do, and where.
    framed_policy: HeaderValue,
    /// Scheme and host, without a slash at the end.
    public_url: String,
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
    /// The operating system gives no randomness.
    pub fn new(
        settings: &Settings,
        store: Store,
        ids: Arc<dyn Ids>,
        clock: Clock,
    ) -> anyhow::Result<Self> {
        Ok(Self(Arc::new(Site {
            store,
            ids: Stock::new(ids),
            limits: Limits::new(settings, clock.clone()),
            clock,
            passwords: Passwords::new()?,
            paints: Paints::new(Duration::from_millis(settings.highlight_wait)),
            framed_policy: security::framed(&settings.frame_ancestors)?,
            public_url: settings.public_url(),
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
            // From the inside out.
            .layer(RequestBodyTimeoutLayer::new(BODY_IDLE))
            .layer(from_fn_with_state(self.clone(), security::refuse_cross_site))
            .layer(CatchPanicLayer::custom(errors::of_panic))
            .layer(from_fn(errors::answer_in_kind))
            .layer(from_fn(clients::hastebin::in_json))
            .layer(from_fn_with_state(self.clone(), api::limits::guard))
            .layer(from_fn_with_state(self.clone(), visit::identify));
        pages
            .merge(assets::routes())
            .route("/healthz", get(async || "ok\n"))
            .route("/readyz", get(ready))
            .layer(compression())
            .layer(from_fn_with_state(self.clone(), security::headers))
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
