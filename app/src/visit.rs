//! Who asks, and in what shape they want the answer.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::Response;
use axum_extra::extract::CookieJar;
use store::{AccessToken, Paste, PasteId, Secret, Timestamp, User, UserId, Visibility};

use crate::accounts::session;
use crate::accounts::tokens::{self, Scope};
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
    /// A program that speaks our API: problem details.
    Problem,
}

/// One request's visitor.
#[derive(Clone, Debug)]
pub struct Visit {
    /// Who is logged in with this browser.
    pub user: Option<User>,
    /// Of the session.
    pub token: Option<Secret>,
    /// Whose program this is, and what it may do.
    pub bearer: Option<(User, AccessToken)>,
    pub wants: Wants,
    /// Without the body: HEAD.
    pub head: bool,
    /// Where the request comes from.
    pub client: IpAddr,
    /// Path and query of the page that the answer is, to come back to.
    pub path: Arc<str>,
    /// The paste that this visitor has just made.
    pub created: Option<PasteId>,
    lang: Lang,
    theme: Theme,
    wrap: Option<bool>,
    flash: Option<Flash>,
    public_url: Arc<str>,
}

impl Visit {
    /// Whose pastes are read: whoever is logged in, or sent a token that may.
    pub fn user_id(&self) -> Option<UserId> {
        self.acting(Scope::Read).unwrap_or_default()
    }

    /// In whose name something is done; nobody's where nobody says who they are.
    ///
    /// # Errors
    /// [`Error::Forbidden`] where the token that was sent may not.
    pub fn acting(&self, scope: Scope) -> Result<Option<UserId>, Error> {
        match &self.bearer {
            Some((user, token)) if scope.is_of(token) => Ok(Some(user.id)),
            Some(_) => Err(Error::Forbidden(scope)),
            None => Ok(self.user.as_ref().map(|user| user.id)),
        }
    }

    pub fn is_htmx(&self) -> bool {
        matches!(self.wants, Wants::Fragment | Wants::Notice)
    }

    /// Whether this is nobody in particular, so that another such visitor sees the same.
    pub fn is_anonymous(&self) -> bool {
        self.user.is_none() && self.bearer.is_none() && !self.is_flashed()
    }

    /// Whether something is to be said once.
    fn is_flashed(&self) -> bool {
        self.flash.is_some() || self.created.is_some()
    }

    /// Who may keep an answer about a paste that is the same until `until`, or until the paste ends.
    /// A browser asks every time, so a delete or an expiry holds at once. A shared cache asks before
    /// the answer is wrong by itself; of a delete it learns when its time is over. What somebody sees
    /// who is logged in is not kept at all: the next one at the same browser shall not find it.
    pub fn cache_control(&self, app: &App, paste: &Paste, until: Option<Timestamp>) -> HeaderValue {
        if self.user_id().is_some() {
            return HeaderValue::from_static("no-store");
        }
        let now = app.clock.now();
        let ends = [paste.expires_at, until].into_iter().flatten().min();
        let left = ends.map_or(u64::MAX, |end| now.until(end).saturating_sub(ROUNDED).as_secs());
        let seconds = left.min(app.shared_max_age.into());
        // An answer of the API says how much its client may still ask for.
        let shared = self.is_anonymous() && self.wants != Wants::Problem;
        if !shared || paste.visibility != Visibility::Public || seconds == 0 {
            return HeaderValue::from_static("private, no-cache");
        }
        let words = format!("public, max-age=0, s-maxage={seconds}, must-revalidate");
        HeaderValue::from_str(&words).unwrap_or(HeaderValue::from_static("private, no-cache"))
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

/// Caches count whole seconds: nginx keeps an answer until the second after its last is over.
const ROUNDED: Duration = Duration::from_secs(1);

/// What a page depends on, beside its address.
pub const VARY: HeaderValue =
    HeaderValue::from_static("Accept, Accept-Language, Authorization, Cookie, HX-Request");

/// Finds out who asks, once, before anything else runs; afterwards says for whom the answer may
/// be kept, and takes the flash back that a page has shown.
pub async fn identify(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let wants = wants(&request);
    let client = app.limits.client(&request);
    // Another site's page may make a browser send its cookies; a token it cannot.
    let jar = if wants == Wants::Problem {
        CookieJar::new()
    } else {
        CookieJar::from_headers(request.headers())
    };
    // Who is turned away at the door is not looked up.
    let turned_away = request.extensions().get::<Arc<Error>>().is_some();
    let token = session::token(&app, &jar).filter(|_| !turned_away);
    let user = match &token {
        Some(token) => app.store.session_user(token, app.clock.now()).await.map_err(Error::from),
        None => Ok(None),
    };
    let bearer = if turned_away {
        Ok(None)
    } else {
        tokens::bearer(&app, request.headers(), client, wants == Wants::Problem).await
    };
    // A page without its user, while the database is away, still says what is wrong.
    let (user, bearer, refused) = match (user, bearer) {
        (Ok(user), Ok(bearer)) => (user, bearer, None),
        (Err(error), _) | (_, Err(error)) => (None, None, Some(error)),
    };
    let flashed = jar.get(FLASH).map(cookie::Cookie::value);
    let visit = Visit {
        user,
        token,
        bearer,
        wants,
        head: request.method() == Method::HEAD,
        client,
        path: page_path(&request).into(),
        created: flashed
            .and_then(|value| value.strip_prefix("created-"))
            .and_then(|id| id.parse().ok()),
        lang: preferences::lang(&jar, request.headers()),
        theme: preferences::theme(&jar),
        wrap: preferences::wrap(&jar),
        flash: flashed.and_then(flash_of),
        public_url: app.public_url.clone(),
    };
    let logged_in = visit.user.is_some() || visit.bearer.is_some();
    let carries_token =
        visit.bearer.is_some() || wants == Wants::Problem && !request.method().is_safe();
    let is_flashed = visit.is_flashed();
    let shows_flash = is_flashed && visit.wants == Wants::Page && request.method() == Method::GET;
    request.extensions_mut().insert(visit);
    if let Some(error) = refused {
        request.extensions_mut().insert(Arc::new(error));
    }
    let mut response = next.run(request).await;
    if carries_token || response.headers().contains_key(tokens::DELETE_TOKEN) {
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    if is_html(response.headers()) {
        let headers = response.headers_mut();
        let cache = if logged_in || is_flashed { "no-store" } else { "private, no-cache" };
        headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static(cache));
        headers.append(header::VARY, VARY);
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
        Flash::Revoked => "revoked",
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
        "revoked" => Some(Flash::Revoked),
        _ => None,
    }
}

fn flash_cookie(app: &App, value: String, seconds: i64) -> HeaderValue {
    session::cookie(app, FLASH, value, seconds)
}

fn wants(request: &Request) -> Wants {
    const HX_REQUEST: HeaderName = HeaderName::from_static("hx-request");
    let headers = request.headers();
    if request.uri().path().starts_with("/api/") {
        Wants::Problem
    } else if headers.contains_key(HX_REQUEST) {
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
    accepted.any(|value| value.to_ascii_lowercase().split(',').any(takes_html))
}

/// `text/html`, unless its weight is nought.
fn takes_html(range: &str) -> bool {
    let mut parts = range.split(';').map(str::trim);
    let is_nought =
        |part: &str| part.strip_prefix("q=").is_some_and(|weight| weight.parse() == Ok(0.0_f32));
    parts.next() == Some("text/html") && !parts.any(is_nought)
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
