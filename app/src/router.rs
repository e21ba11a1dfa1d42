//! Every route, and the middleware around them in order.

use axum::Router;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::header::ETAG;
use axum::http::{Extensions, HeaderMap, StatusCode, Version};
use axum::middleware::{from_fn, from_fn_with_state, map_response};
use axum::routing::{delete, get, post};
use tower::ServiceBuilder;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::predicate::{DefaultPredicate, Predicate};
use tower_http::compression::{CompressionLayer, CompressionLevel};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::clients::hastebin;
use crate::error::{Error, Result};
use crate::http::body::FORM_MAX;
use crate::http::response_cache;
use crate::middleware::{
    address, admission, cors, errors, identify, rate_limit_headers, request_coding, security,
};
use crate::pastes::{create, embed, tidy};
use crate::state::App;
use crate::{accounts, api, assets, clients, pastes, preferences, profile, well_known};

/// The site as one service. Requests reach it with the path of `PUBLIC_URL`, or, from a proxy that
/// removes it, without.
pub fn router(app: App) -> Router {
    let base = app.address.base();
    let site = site(app);
    if base.is_empty() {
        return site;
    }
    // Around the routes and not within them: the path decides the route.
    let strip = move |request| address::strip_base(request, &base);
    Router::new().fallback_service(ServiceBuilder::new().map_request(strip).service(site))
}

fn site(app: App) -> Router {
    // A text is measured while it is read, so axum's own limit does not apply to it.
    let texts = || DefaultBodyLimit::disable();
    let forms = || DefaultBodyLimit::max(FORM_MAX);
    let pages = Router::new()
        .merge(paste_routes().layer(texts()))
        .merge(paste_aside_routes(&app).layer(texts()))
        .merge(api_routes().layer(texts()))
        .merge(hastebin_routes().layer(texts()))
        .merge(account_routes().layer(forms()))
        .merge(profile_routes())
        .merge(well_known_routes())
        .route("/preferences", post(preferences::remember).layer(forms()))
        .fallback(async || Error::NotFound)
        .method_not_allowed_fallback(create::submit_named_as_page)
        // From the outside in, and as one layer: a router boxes each of its layers, and each
        // request clones every box.
        .layer(
            ServiceBuilder::new()
                .layer(from_fn_with_state(app.clone(), cors::allow_api))
                .layer(from_fn_with_state(app.clone(), admission::admit))
                .layer(from_fn_with_state(app.clone(), address::resolve))
                .layer(from_fn_with_state(app.clone(), identify::identify))
                .layer(from_fn_with_state(app.clone(), rate_limit_headers::limit_api))
                .layer(from_fn(hastebin::errors_as_json))
                .layer(from_fn(errors::render_errors))
                .layer(CatchPanicLayer::custom(errors::from_panic))
                .layer(security::refuse_cross_site(app.address.public_url()))
                .layer(from_fn(tidy::redirect))
                .layer(from_fn(admission::watch))
                .layer(from_fn_with_state(app.clone(), request_coding::decode)),
        );
    let others = Router::new()
        .route("/assets/{file}", get(assets::serve))
        .route("/healthz", get(async || "ok\n"))
        .route("/readyz", get(ready))
        .layer(from_fn(address::require_host));
    pages
        .merge(others)
        .layer(
            ServiceBuilder::new()
                .layer(from_fn_with_state(app.clone(), security::headers))
                .map_request(response_cache::normalize)
                .layer(compression()),
        )
        .with_state(app)
}

fn paste_routes() -> Router<App> {
    use clients::null_pointer;
    use pastes::{create, delete, list, raw, show};
    let paste = get(show::page).put(create::submit_named).delete(delete::in_place);
    Router::new()
        .route("/", get(create::form).post(create::submit).put(create::submit))
        .route("/recent", get(list::recent))
        .route("/recent/pastes", get(list::recent_rows))
        .route("/{name}", paste.post(null_pointer::manage))
        .route("/{name}/{view}", get(show::in_view_mode))
        .route("/{name}/raw", get(raw::inline))
        .route("/raw/{name}", get(raw::inline))
        .route("/{name}/download", get(raw::attachment))
        .route("/{name}/delete", post(delete::by_form))
}

/// Routes that a paste's page links to or loads. Search engines do not index them.
fn paste_aside_routes(app: &App) -> Router<App> {
    use pastes::{derived, headers, qr, search, show, syntax};
    let embed_headers = from_fn_with_state(app.clone(), embed::headers);
    Router::new()
        .route("/{name}/expiry", get(show::expiry))
        .route("/{name}/qr", get(qr::code))
        .route("/{name}/{view}/lines", get(show::more_lines))
        .route("/{name}/{view}/made", get(derived::more_lines))
        .route("/{name}/{view}/rows", get(derived::more_rows))
        .route("/{name}/find", get(search::page))
        .route("/{name}/found", get(search::in_place))
        .route("/{name}/syntax", get(syntax::page))
        .route("/{name}/syntaxes", get(syntax::list))
        .route("/{name}/embed", get(embed::frame).layer(embed_headers))
        .route("/oembed", get(embed::describe))
        .layer(map_response(headers::hide_from_robots))
}

/// The API and its description. Both come from one list of handlers.
fn api_routes() -> Router<App> {
    use crate::pastes::headers;
    use api::{pastes, user};
    let v1 = OpenApiRouter::new()
        .routes(routes!(pastes::create::create, pastes::list::list))
        .routes(routes!(pastes::read::read, pastes::change::change, pastes::delete::delete))
        .routes(routes!(pastes::read::text))
        .routes(routes!(user::user));
    let (v1, description) =
        OpenApiRouter::with_openapi(api::description()).nest("/api/v1", v1).split_for_parts();
    let document = api::page::Document::new(description);
    Router::new()
        .merge(v1.layer(map_response(headers::hide_from_robots)))
        .route("/api", get(api::page::readable).with_state(document.clone()))
        .route("/api/openapi.json", get(api::page::json).with_state(document))
}

fn hastebin_routes() -> Router<App> {
    use clients::hastebin;
    Router::new()
        .route("/documents", post(hastebin::save))
        .route("/documents/{name}", get(hastebin::read))
}

fn account_routes() -> Router<App> {
    use accounts::{log_in, register, tokens};
    Router::new()
        .route("/register", get(register::form).post(register::submit))
        .route("/register/strength", post(register::strength))
        .route("/login", get(log_in::form).post(log_in::submit))
        .route("/logout", post(log_in::log_out))
        .route("/logout/everywhere", post(log_in::log_out_everywhere))
        .route("/settings", get(tokens::page))
        .route("/settings/tokens", post(tokens::create))
        .route("/settings/tokens/{id}", delete(tokens::revoke_in_place))
        .route("/settings/tokens/{id}/revoke", post(tokens::revoke_by_form))
}

fn profile_routes() -> Router<App> {
    Router::new().route("/profile", get(profile::page)).route("/profile/pastes", get(profile::rows))
}

fn well_known_routes() -> Router<App> {
    Router::new()
        .route("/robots.txt", get(well_known::robots))
        .route("/favicon.ico", get(well_known::favicon))
        .route("/.well-known/security.txt", get(well_known::security))
}

async fn ready(State(app): State<App>) -> Result<&'static str> {
    app.store.ping().await.map_err(|_| Error::Unavailable)?;
    Ok("ready\n")
}

/// Compresses pages. A response with a strong `ETag` keeps its bytes.
fn compression() -> CompressionLayer<impl Predicate> {
    let without_etag = |_: StatusCode, _: Version, headers: &HeaderMap, _: &Extensions| {
        !headers.contains_key(ETAG)
    };
    CompressionLayer::new()
        .quality(CompressionLevel::Fastest)
        .no_deflate()
        .compress_when(DefaultPredicate::new().and(without_etag))
}
