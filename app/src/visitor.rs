//! The visitor who sends a request, and the format of the answer.

pub mod flash;
pub mod format;
pub mod preferences;
pub mod programs;
pub mod session;
pub mod tokens;

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::FromRequestParts;
use axum::http::HeaderValue;
use axum::http::request::Parts;
use store::{AccessToken, Paste, Scope, Timestamp, Token, User, UserId, Visibility};

use crate::error::Error;
use crate::http::client_ip::ClientKey;
use crate::state::App;
use crate::ui::i18n::Lang;
use crate::ui::page::{Flash, PageContext, Theme};
use crate::visitor::flash::Created;
use crate::visitor::format::ResponseFormat;

/// Caches count whole seconds: nginx may serve an answer up to a second longer than `s-maxage`.
const CACHE_CLOCK_STEP: Duration = Duration::from_secs(1);

/// The visitor of one request. `middleware::identify` makes it.
#[derive(Clone, Debug)]
pub struct Visitor {
    /// Identifies the request in the log, and on the page of an error that is logged.
    pub request_id: Arc<str>,
    /// The account that is logged in with this browser.
    pub user: Option<User>,
    /// The session's token.
    pub session: Option<Token>,
    /// The account behind a program's access token, and the token.
    pub bearer: Option<(User, AccessToken)>,
    pub format: ResponseFormat,
    /// The request is a HEAD, so the answer's body is not sent.
    pub is_head: bool,
    pub client: IpAddr,
    /// The path and query of the requested page, to return to.
    pub path: Arc<str>,
    /// The paste that this visitor has just created.
    pub created: Option<Created>,
    pub lang: Lang,
    pub theme: Theme,
    /// Whether long lines wrap, if the visitor has chosen.
    pub wrap: Option<bool>,
    pub flash: Option<Flash>,
    /// The address of the site as this visitor reaches it, without a slash at the end.
    pub public_url: Arc<str>,
}

impl Visitor {
    /// The account that is logged in, or whose token may read.
    pub fn user_id(&self) -> Option<UserId> {
        self.authorize(Scope::Read).unwrap_or_default()
    }

    /// The account in whose name the request acts; `None` for an anonymous request.
    ///
    /// # Errors
    /// [`Error::Forbidden`] if the request's token lacks the scope.
    pub fn authorize(&self, scope: Scope) -> Result<Option<UserId>, Error> {
        match &self.bearer {
            Some((user, token)) if token.scopes.contains(scope) => Ok(Some(user.id)),
            Some(_) => Err(Error::Forbidden(scope)),
            None => Ok(self.user.as_ref().map(|user| user.id)),
        }
    }

    /// The client subnet that limits count.
    pub fn client_key(&self) -> ClientKey {
        self.client.into()
    }

    pub fn is_htmx(&self) -> bool {
        matches!(self.format, ResponseFormat::Fragment | ResponseFormat::Notice)
    }

    /// Whether the page has nothing personal, so that other anonymous visitors get the same one.
    pub fn is_anonymous(&self) -> bool {
        self.user.is_none() && self.bearer.is_none() && !self.has_flash()
    }

    /// Whether the page shows a message that is shown only once.
    pub fn has_flash(&self) -> bool {
        self.flash.is_some() || self.created.is_some()
    }

    /// `Cache-Control` of an answer about a paste that stays the same until `until`, or until the
    /// paste ends. A browser revalidates every time, so a delete or an expiry holds at once. A
    /// shared cache revalidates before the paste expires or the page changes; after a delete it may
    /// serve the answer until `s-maxage` has passed. Answers to a logged-in visitor are not stored:
    /// the next person at the same browser must not find them.
    pub fn cache_control(&self, app: &App, paste: &Paste, until: Option<Timestamp>) -> HeaderValue {
        if self.user_id().is_some() {
            return HeaderValue::from_static("no-store");
        }
        let now = app.clock.now();
        let ends = [paste.expires_at, until].into_iter().flatten().min();
        let left =
            ends.map_or(u64::MAX, |end| now.until(end).saturating_sub(CACHE_CLOCK_STEP).as_secs());
        let seconds = left.min(app.shared_max_age.into());
        // An answer of the API carries its client's rate limit.
        let is_shared = self.is_anonymous() && self.format != ResponseFormat::ProblemJson;
        if !is_shared || paste.visibility != Visibility::Public || seconds == 0 {
            return HeaderValue::from_static("private, no-cache");
        }
        let value = format!("public, max-age=0, s-maxage={seconds}, must-revalidate");
        HeaderValue::from_str(&value).unwrap_or(HeaderValue::from_static("private, no-cache"))
    }

    pub fn page_context(&self) -> PageContext<'_> {
        PageContext {
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

impl<S: Sync> FromRequestParts<S> for Visitor {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Error> {
        let visitor = parts.extensions.get::<Self>().cloned();
        visitor.ok_or_else(|| {
            Error::Internal(anyhow::anyhow!("a route outside of `middleware::identify`"))
        })
    }
}
