//! Admits requests to the site, or refuses them before any database query.

use std::sync::Arc;

use axum::body::HttpBody as _;
use axum::extract::{Request, State};
use axum::http::Method;
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};

use crate::error::Error;
use crate::http::admission::RequestPermit;
use crate::http::body::{IsCounted, counted_body, watched};
use crate::state::App;

/// Whether the request has a body to be received before the work begins. Handlers of other methods
/// do not read a body, so such a request takes a working slot at once.
fn has_body(request: &Request) -> bool {
    let may_send = matches!(*request.method(), Method::POST | Method::PUT | Method::PATCH);
    may_send && !request.body().is_end_stream()
}

/// Reserves a slot for the request. If none is free, the request goes on with the error attached,
/// and `middleware::errors` renders it.
pub async fn admit(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let client = app.proxies.client_ip(&request).into();
    // Not released until the response is ready or the client has disconnected.
    let permit = app.admission.admit(client, has_body(&request));
    match &permit {
        Ok(permit) => {
            request.extensions_mut().insert(permit.clone());
        }
        Err(exceeded) => {
            request.extensions_mut().insert(Arc::new(Error::from(*exceeded)));
        }
    }
    next.run(request).await
}

/// The layer next to the handler counts and times the request body. If the body was aborted, the
/// reason becomes the answer, in place of the handler's error for a broken body. A large response
/// is counted until the client has it, unless its body is a text that is counted already.
pub async fn watch(request: Request, next: Next) -> Response {
    let Some(permit) = request.extensions().get::<Arc<RequestPermit>>().cloned() else {
        return next.run(request).await;
    };
    let response = next.run(request.map(|body| watched(body, &permit))).await;
    if !response.status().is_success()
        && let Some(reason) = permit.aborted()
    {
        return Error::from(reason).into_response();
    }
    let size = response.body().size_hint().exact().and_then(|size| usize::try_from(size).ok());
    let size = size.filter(|_| response.extensions().get::<IsCounted>().is_none());
    match permit.response_bytes.reserve(permit.client, size.unwrap_or_default()) {
        Ok(Some(memory)) => response.map(|body| counted_body(body, memory)),
        Ok(None) => response,
        Err(exceeded) => Error::from(exceeded).into_response(),
    }
}

#[cfg(test)]
mod tests {
    use std::net::{IpAddr, Ipv4Addr};
    use std::time::Duration;

    use axum::Router;
    use axum::body::Body;
    use axum::middleware::from_fn;
    use axum::routing::{any, get, post};
    use bytes::Bytes;
    use futures_util::{Stream, StreamExt as _, stream};
    use tokio::time::sleep;
    use tower::ServiceExt as _;

    use super::*;
    use crate::http::admission::{Admission, FREE_RESPONSE_BYTES};
    use crate::http::body::STALL;

    const CLIENT: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1));
    const FREE_BODY: usize = 64 * 1024;

    fn admission() -> Admission {
        Admission::new(1 << 20, true)
    }

    fn body(chunks: impl Stream<Item = String> + Send + 'static) -> Body {
        Body::from_stream(chunks.map(|chunk| Ok::<_, std::io::Error>(Bytes::from(chunk))))
    }

    /// An endless body: one byte after each pause.
    fn trickle(pause: Duration) -> impl Stream<Item = String> + Send {
        stream::unfold((), move |()| async move {
            sleep(pause).await;
            Some(("x".to_owned(), ()))
        })
    }

    fn site(admission: Arc<Admission>) -> Router {
        let admit = move |mut request: Request, next: Next| {
            let permit = admission.admit(CLIENT.into(), has_body(&request));
            async move {
                match permit {
                    Ok(permit) => request.extensions_mut().insert(permit),
                    Err(exceeded) => return Error::from(exceeded).into_response(),
                };
                next.run(request).await
            }
        };
        Router::new()
            .route("/", post(async |_: Bytes| "saved"))
            .route("/large", get(async || "x".repeat(FREE_RESPONSE_BYTES + 1)))
            .route("/hangs", any(std::future::pending::<()>))
            .layer(from_fn(watch))
            .layer(from_fn(admit))
    }

    fn post_of(chunks: impl Stream<Item = String> + Send + 'static) -> Request {
        Request::post("/").body(body(chunks)).unwrap()
    }

    fn error_of(response: &Response) -> String {
        format!("{:?}", response.extensions().get::<Arc<Error>>().map(AsRef::as_ref))
    }

    #[tokio::test(start_paused = true)]
    async fn the_reason_for_an_aborted_body_is_answered_whatever_the_handler_answers() {
        let slow = post_of(trickle(Duration::from_secs(1)));
        let answer = site(Arc::new(admission())).oneshot(slow).await.unwrap();
        assert_eq!(error_of(&answer), "Some(BodyTimeout)");

        let chunks = || stream::iter([FREE_BODY, 100, 100].map(|bytes| "x".repeat(bytes)));
        for (limits, reason) in
            [((150, 200), "Some(Overloaded)"), ((200, 150), "Some(ClientOverloaded)")]
        {
            let site = site(Arc::new(admission().with_limits(None, Some(limits), None)));
            let answer = site.clone().oneshot(post_of(chunks())).await.unwrap();
            assert_eq!(error_of(&answer), reason);
            let fits = post_of(chunks().take(2));
            assert_eq!(
                error_of(&site.oneshot(fits).await.unwrap()),
                "None",
                "all memory is released"
            );
        }
    }

    #[tokio::test]
    async fn a_request_takes_a_working_slot_when_its_body_ends() {
        let admission = Arc::new(admission().with_limits(Some((1, 1)), None, None));
        let site = site(admission.clone());
        let receiving = tokio::spawn(site.clone().oneshot(post_of(stream::pending())));
        let get = |path: &str| Request::get(path).body(Body::empty()).unwrap();
        tokio::task::yield_now().await;
        // A body that is being received takes no working slot.
        assert_eq!(error_of(&site.clone().oneshot(get("/large")).await.unwrap()), "None");

        let working = tokio::spawn(site.clone().oneshot(get("/hangs")));
        while admission.admit(CLIENT.into(), false).is_ok() {
            tokio::task::yield_now().await;
        }
        assert_eq!(error_of(&site.clone().oneshot(get("/")).await.unwrap()), "Some(Overloaded)");
        let complete = post_of(stream::iter(["x".to_owned()]));
        assert_eq!(error_of(&site.clone().oneshot(complete).await.unwrap()), "Some(Overloaded)");

        // A client that disconnects releases its slot.
        working.abort();
        assert!(working.await.is_err());
        let complete = post_of(stream::iter(["x".to_owned()]));
        assert_eq!(error_of(&site.oneshot(complete).await.unwrap()), "None");
        receiving.abort();
    }

    /// The clock is paused: time advances by itself when every task waits.
    #[tokio::test(start_paused = true)]
    async fn an_unread_body_does_not_avoid_the_limit_on_working_requests() {
        for method in [Method::GET, Method::DELETE, Method::HEAD] {
            let admission = Arc::new(admission().with_limits(Some((1, 1)), None, None));
            let site = site(admission);
            let announced = || {
                let body = Body::from_stream(stream::pending::<std::io::Result<Bytes>>());
                Request::builder().method(&method).uri("/hangs").body(body).unwrap()
            };
            let working = tokio::spawn(site.clone().oneshot(announced()));
            tokio::task::yield_now().await;
            let second = tokio::time::timeout(STALL, site.oneshot(announced())).await;
            let second = second.expect("refused at once").unwrap();
            assert_eq!(error_of(&second), "Some(Overloaded)");
            working.abort();
        }
    }

    #[tokio::test]
    async fn a_large_response_is_counted_until_all_of_it_is_dropped() {
        let limits = (2 * FREE_RESPONSE_BYTES, 2 * FREE_RESPONSE_BYTES);
        let site = site(Arc::new(admission().with_limits(None, None, Some(limits))));
        let large = async || {
            let request = Request::get("/large").body(Body::empty()).unwrap();
            site.clone().oneshot(request).await.unwrap()
        };
        let mut body = large().await.into_body().into_data_stream();
        let bytes = body.next().await.unwrap().unwrap();
        assert_eq!(bytes.len(), FREE_RESPONSE_BYTES + 1);
        drop(body);
        let part = bytes.slice(..1);
        drop(bytes);
        assert_eq!(error_of(&large().await), "Some(Overloaded)", "a slice keeps all bytes counted");
        drop(part);
        assert_eq!(error_of(&large().await), "None");
    }
}
