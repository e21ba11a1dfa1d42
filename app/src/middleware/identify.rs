//! Identifies the visitor of a request, and sets the response headers that depend on the visitor.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::Response;
use axum_extra::extract::CookieJar;
use tracing::{Instrument as _, info_span};

use crate::error::{Error, Result};
use crate::middleware::address;
use crate::state::App;
use crate::ui::links::local_path;
use crate::visitor::format::{ResponseFormat, VARY, is_html};
use crate::visitor::{Visitor, flash, preferences, session, tokens};

/// Carries the id of a request whose answer is an error. An answer that is none may be stored by a
/// shared cache and served to others.
const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Attaches the [`Visitor`] to the request. Afterwards sets the cache headers that depend on the
/// visitor, and deletes a flash that a page has shown.
pub async fn identify(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let format = ResponseFormat::of(&request);
    let cookies = cookies(&request, format);
    let mut visitor = visitor(&app, &request, format, &cookies);
    let id = visitor.request_id.clone();
    // Every line that is logged during the request has its id.
    let span = info_span!("request", id = &*id);
    let is_page = visitor.format == ResponseFormat::Page && request.method() == Method::GET;
    let is_api_change =
        visitor.format == ResponseFormat::ProblemJson && !request.method().is_safe();
    // A request that was not admitted causes no query. A log-out forgets the session in any case.
    let is_log_out = request.uri().path() == "/logout";
    if request.extensions().get::<Arc<Error>>().is_none()
        && let Err(error) = authenticate(&app, &mut visitor, &cookies, request.headers())
            .instrument(span.clone())
            .await
        && !is_log_out
    {
        request.extensions_mut().insert(Arc::new(error));
    }
    let caching = Caching {
        migrated: preferences::migrated(&app.cookies, &cookies),
        is_personal: visitor.user.is_some() || visitor.bearer.is_some() || visitor.has_flash(),
        carries_token: visitor.bearer.is_some() || is_api_change,
        shows_flash: visitor.has_flash() && is_page,
    };
    request.extensions_mut().insert(visitor);
    let mut response = next.run(request).instrument(span).await;
    if (response.status().is_client_error() || response.status().is_server_error())
        && let Ok(id) = HeaderValue::from_str(&id)
    {
        response.headers_mut().insert(X_REQUEST_ID, id);
    }
    caching.set_headers(&app, &mut response);
    response
}

/// Eight hex digits. A client cannot choose the id, which would let it disguise its requests.
fn request_id() -> Arc<str> {
    format!("{:08x}", getrandom::u32().unwrap_or_default()).into()
}

/// The API ignores cookies: another site's page could make a browser send them, but no token.
fn cookies(request: &Request, format: ResponseFormat) -> CookieJar {
    if format == ResponseFormat::ProblemJson {
        CookieJar::new()
    } else {
        CookieJar::from_headers(request.headers())
    }
}

/// The visitor as the request describes them, not yet authenticated.
fn visitor(app: &App, request: &Request, format: ResponseFormat, cookies: &CookieJar) -> Visitor {
    let public_url = address::site_url(app, request);
    Visitor {
        request_id: request_id(),
        user: None,
        session: None,
        bearer: None,
        format,
        is_head: request.method() == Method::HEAD,
        client: app.proxies.client_ip(request),
        path: page_path(request, &public_url).into(),
        created: flash::created(&app.cookies, cookies),
        lang: preferences::lang(&app.cookies, cookies, request.headers()),
        theme: preferences::theme(&app.cookies, cookies),
        wrap: preferences::wrap(&app.cookies, cookies),
        flash: flash::get(&app.cookies, cookies),
        public_url,
    }
}

/// Looks up the session and the access token.
///
/// # Errors
/// The token is not accepted, or the database fails. The visitor is anonymous then, so that a page
/// can say so.
async fn authenticate(
    app: &App,
    visitor: &mut Visitor,
    cookies: &CookieJar,
    headers: &HeaderMap,
) -> Result<()> {
    visitor.session = session::token(app, cookies);
    let user = match &visitor.session {
        Some(token) => app.store.session_user(token, app.clock.now()).await,
        None => Ok(None),
    };
    let is_api = visitor.format == ResponseFormat::ProblemJson;
    let bearer = tokens::bearer(app, headers, visitor.client_key(), is_api).await;
    (visitor.user, visitor.bearer) = (user?, bearer?);
    Ok(())
}

/// The path of the page to return to. That of a request by a form or a script is the page that sent
/// it, unless it is a form that answers on its own address.
fn page_path(request: &Request, public_url: &str) -> String {
    let uri = request.uri();
    let is_page = matches!(*request.method(), Method::GET | Method::HEAD)
        || matches!(uri.path(), "/login" | "/register");
    let own = uri.path_and_query().filter(|_| is_page).map(ToString::to_string);
    own.or_else(|| referring_page(request, public_url)).unwrap_or_else(|| "/".to_owned())
}

/// The path of the page of this site that sent the request.
fn referring_page(request: &Request, public_url: &str) -> Option<String> {
    let referer = request.headers().get(header::REFERER)?.to_str().ok()?;
    let path = referer.strip_prefix(public_url)?;
    local_path(path).map(ToOwned::to_owned)
}

/// The properties of a request that decide who may cache its answer.
struct Caching {
    /// Cookies that replace preferences under their old names.
    migrated: Vec<HeaderValue>,
    is_personal: bool,
    carries_token: bool,
    shows_flash: bool,
}

impl Caching {
    fn set_headers(self, app: &App, response: &mut Response) {
        if self.carries_token || response.headers().contains_key(tokens::DELETE_TOKEN) {
            let no_store = HeaderValue::from_static("no-store");
            response.headers_mut().insert(header::CACHE_CONTROL, no_store);
        }
        if is_html(response.headers()) {
            let cache = if self.is_personal { "no-store" } else { "private, no-cache" };
            let headers = response.headers_mut();
            headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static(cache));
            headers.append(header::VARY, VARY);
            // A cookie must not get into a shared cache.
            let is_shared = headers[header::CACHE_CONTROL].as_bytes().starts_with(b"public");
            for cookie in self.migrated.into_iter().filter(|_| !is_shared) {
                headers.append(header::SET_COOKIE, cookie);
            }
            if self.shows_flash {
                headers.append(header::SET_COOKIE, flash::clear(&app.cookies));
            }
        }
    }
}
