//! The address of the site: which one a request names, and the path of `PUBLIC_URL` in redirects.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use server::has_valid_host;

use crate::error::Error;
use crate::http::site_address::BadHost;
use crate::state::App;

/// The headers of a redirect, for browsers and for htmx.
const REDIRECTS: [HeaderName; 2] = [header::LOCATION, HeaderName::from_static("hx-redirect")];

/// The address of the site as a request names it.
#[derive(Clone)]
struct SiteUrl(Arc<str>);

/// Determines the address of the site for this request, or refuses the request if it names a host
/// at which the site does not answer. Completes redirects with the path of `PUBLIC_URL`.
pub async fn resolve(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let proxy = app.proxies.sender(&request);
    match app.address.resolve(&mut request, proxy) {
        Ok(url) => {
            request.extensions_mut().insert(SiteUrl(url));
        }
        // An error of an outer layer comes first.
        Err(_) if request.extensions().get::<Arc<Error>>().is_some() => {}
        Err(BadHost::Malformed) => {
            request.extensions_mut().insert(Arc::new(Error::BadRequest));
        }
        Err(BadHost::Unknown) => {
            request.extensions_mut().insert(Arc::new(Error::Misdirected));
        }
    }
    let mut response = next.run(request).await;
    add_base(response.headers_mut(), &app.address.base());
    response
}

/// The address of the site as [`resolve`] has determined it.
pub fn site_url(app: &App, request: &Request) -> Arc<str> {
    let url = request.extensions().get::<SiteUrl>();
    url.map_or_else(|| app.address.without_host(None), |SiteUrl(url)| url.clone())
}

/// For routes that answer at any host: refuses a request that names none or two.
pub async fn require_host(request: Request, next: Next) -> Response {
    if has_valid_host(request.version(), request.headers()) {
        next.run(request).await
    } else {
        (StatusCode::BAD_REQUEST, "The request must have one Host header.\n").into_response()
    }
}

/// Removes the path of `PUBLIC_URL` from the address of a request: `/paste/ID` becomes `/ID`.
pub fn strip_base(mut request: Request, base: &str) -> Request {
    let rest = request.uri().path_and_query().and_then(|whole| whole.as_str().strip_prefix(base));
    let rest = match rest {
        Some("") => "/".to_owned(),
        Some(rest) if rest.starts_with('/') => rest.to_owned(),
        Some(rest) if rest.starts_with('?') => format!("/{rest}"),
        // Another path that begins with the same letters, or one whose base a proxy has removed.
        _ => return request,
    };
    let mut parts = request.uri().clone().into_parts();
    parts.path_and_query = rest.parse().ok();
    if let Ok(uri) = Uri::from_parts(parts) {
        *request.uri_mut() = uri;
    }
    request
}

/// Handlers redirect to paths of the site, such as `/login`; the browser needs `/paste/login`.
fn add_base(headers: &mut HeaderMap, base: &str) {
    if base.is_empty() {
        return;
    }
    for name in REDIRECTS {
        let path = headers.get(&name).and_then(|path| path.to_str().ok());
        let path = path.filter(|path| path.starts_with('/')).map(|path| format!("{base}{path}"));
        if let Some(Ok(path)) = path.as_deref().map(HeaderValue::from_str) {
            headers.insert(name, path);
        }
    }
}
