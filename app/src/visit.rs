//! Who asks, and in what shape they want the answer.

use std::net::IpAddr;

use axum::extract::{FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::Response;
use axum_extra::extract::CookieJar;
use store::{PasteId, SessionToken, User, UserId};

use crate::accounts::session;
use crate::i18n::Lang;
use crate::page::{Flash, Page, Theme};
use crate::{App, Error, preferences};

/// The shape of an answer, most of all of an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wants {
    /// A browser that goes to an address.
    Page,
    /// htmx, reading: what it gets takes the place of something.
    Fragment,
    /// htmx, acting: what it gets stands beside something.
    Notice,
    /// curl, a script: one line of text.
    Line,
}

/// One request's visitor.
#[derive(Clone, Debug)]
pub struct Visit {
    pub user: Option<User>,
    pub token: Option<SessionToken>,
    pub wants: Wants,
    /// Where the request comes from.
    pub client: IpAddr,
    /// Path and query of the page that the answer is, to come back to.
    pub path: String,
    /// The paste that this visitor has just made.
    pub created: Option<PasteId>,
    lang: Lang,
    theme: Theme,
    wrap: Option<bool>,
    flash: Option<Flash>,
    public_url: String,
}

impl Visit {
    pub fn user_id(&self) -> Option<UserId> {
        self.user.as_ref().map(|user| user.id)
    }

    pub fn is_htmx(&self) -> bool {
        matches!(self.wants, Wants::Fragment | Wants::Notice)
    }

    pub fn page(&self) -> Page<'_> {
        Page {
            lang: self.lang,
            theme: self.theme,
            user: self.user.as_ref().map(|user| user.email.as_str()),
            path: &self.path,
            public_url: &self.public_url,
            flash: self.flash,
            wrap: self.wrap,
        }
    }
}

/// Finds out who asks, once, before anything else runs; afterwards says for whom the answer may
/// be kept, and takes the flash back that a page has shown.
pub async fn identify(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let jar = CookieJar::from_headers(request.headers());
    let token = session::token(&app, &jar);
    let user = match &token {
        Some(token) => app.store.session_user(token, app.clock.now()).await,
        None => Ok(None),
    };
    // A page without its user, while the database is away, still says what is wrong.
    let (user, outage) = match user {
        Ok(user) => (user, None),
        Err(error) => (None, Some(Error::from(error))),
    };
    let flashed = jar.get(FLASH).map(cookie::Cookie::value);
    let visit = Visit {
        user,
        token,
        wants: wants(&request),
        client: app.limits.client(&request),
        path: page_path(&request),
        created: flashed
            .and_then(|value| value.strip_prefix("created-"))
            .and_then(|id| id.parse().ok()),
        lang: preferences::lang(&jar, request.headers()),
        theme: preferences::theme(&jar),
        wrap: preferences::wrap(&jar),
        flash: flashed.and_then(flash_of),
        public_url: app.public_url.clone(),
    };
    let logged_in = visit.user.is_some();
    let shows_flash =
        flashed.is_some() && visit.wants == Wants::Page && request.method() == Method::GET;
    request.extensions_mut().insert(visit);
    if let Some(error) = outage {
        request.extensions_mut().insert(std::sync::Arc::new(error));
    }
    let mut response = next.run(request).await;
    if is_html(response.headers()) {
        let headers = response.headers_mut();
        let cache = if logged_in || flashed.is_some() { "no-store" } else { "private, no-cache" };
        headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static(cache));
        let vary = HeaderValue::from_static("Accept, Accept-Language, Cookie, HX-Request");
        headers.append(header::VARY, vary);
        if shows_flash {
            headers.append(header::SET_COOKIE, flash_cookie(&app, String::new(), 0));
        }
    }
    response
}

/// What the next page says, once.
pub fn flash(app: &App, flash: Flash) -> HeaderValue {
    let value = match flash {
        Flash::Created => "",
        Flash::Deleted => "deleted",
        Flash::Registered => "registered",
        Flash::LoggedOut => "logged-out",
    };
    flash_cookie(app, value.to_owned(), 60)
}

/// The paste's page shows its author the link, once.
pub fn flash_created(app: &App, id: &PasteId) -> HeaderValue {
    flash_cookie(app, format!("created-{id}"), 60)
}

const FLASH: &str = "flash";

fn flash_of(value: &str) -> Option<Flash> {
    match value {
        "deleted" => Some(Flash::Deleted),
        "registered" => Some(Flash::Registered),
        "logged-out" => Some(Flash::LoggedOut),
        _ => None,
    }
}

fn flash_cookie(app: &App, value: String, seconds: i64) -> HeaderValue {
    session::cookie(app, FLASH, value, seconds)
}

fn wants(request: &Request) -> Wants {
    const HX_REQUEST: HeaderName = HeaderName::from_static("hx-request");
    let headers = request.headers();
    if headers.contains_key(HX_REQUEST) {
        if request.method() == Method::GET { Wants::Fragment } else { Wants::Notice }
    } else if accepts_html(headers) {
        Wants::Page
    } else {
        Wants::Line
    }
}

/// A form's answer stands where the form stood; other actions have no page of their own.
fn page_path(request: &Request) -> String {
    let uri = request.uri();
    let is_page = matches!(*request.method(), Method::GET | Method::HEAD)
        || matches!(uri.path(), "/login" | "/register");
    uri.path_and_query().filter(|_| is_page).map_or_else(|| "/".to_owned(), ToString::to_string)
}

fn accepts_html(headers: &HeaderMap) -> bool {
    let mut accepted =
        headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok());
    accepted.any(|value| value.to_ascii_lowercase().contains("text/html"))
}

pub fn is_html(headers: &HeaderMap) -> bool {
    headers
        .get(header::CONTENT_TYPE)
        .is_some_and(|value| value.as_bytes().starts_with(b"text/html"))
}

impl<S: Sync> FromRequestParts<S> for Visit {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Error> {
        let visit = parts.extensions.get::<Self>().cloned();
        visit
            .ok_or_else(|| Error::Internal(anyhow::anyhow!("a route outside of `visit::identify`")))
    }
}
