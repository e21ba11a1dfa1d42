//! The cookie with a message that the next page shows once.

use axum::http::HeaderValue;
use axum_extra::extract::CookieJar;
use store::PasteId;

use crate::http::charset;
use crate::http::charset::Source;
use crate::http::cookie::CookieScope;
use crate::ui::page::Flash;

const NAME: &str = "flash";

/// The lifetime of the cookie, in seconds. The next page is usually requested at once.
const MAX_AGE: i64 = 60;

const CREATED: &str = "created-";

/// After the name of an encoding: some of the text was replaced.
const LOSSY: &str = "+lossy";

pub fn set(scope: &CookieScope, flash: Flash) -> HeaderValue {
    let value = match flash {
        Flash::Created => "",
        Flash::Deleted => "deleted",
        Flash::Registered => "registered",
        Flash::LoggedOut => "logged-out",
        Flash::LoggedOutHere => "logged-out-here",
        Flash::Revoked => "revoked",
    };
    scope.set(NAME, value.to_owned(), MAX_AGE)
}

/// The paste that the visitor has just created.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Created {
    pub id: PasteId,
    /// The encoding from which its text was decoded; `None` if it came as UTF-8.
    pub source: Option<Source>,
}

/// A cookie with the id of a new paste, whose page then shows its author the link.
pub fn set_created(scope: &CookieScope, id: &PasteId, source: Option<Source>) -> HeaderValue {
    let source = source.map(|Source { encoding, is_lossy }| {
        format!(":{}{}", encoding.name(), if is_lossy { LOSSY } else { "" })
    });
    scope.set(NAME, format!("{CREATED}{id}{}", source.unwrap_or_default()), MAX_AGE)
}

/// Deletes the cookie, once a page has shown it.
pub fn clear(scope: &CookieScope) -> HeaderValue {
    scope.set(NAME, String::new(), 0)
}

pub fn get(scope: &CookieScope, cookies: &CookieJar) -> Option<Flash> {
    match scope.get(cookies, NAME)? {
        "deleted" => Some(Flash::Deleted),
        "registered" => Some(Flash::Registered),
        "logged-out" => Some(Flash::LoggedOut),
        "logged-out-here" => Some(Flash::LoggedOutHere),
        "revoked" => Some(Flash::Revoked),
        _ => None,
    }
}

/// The paste that the visitor has just created.
pub fn created(scope: &CookieScope, cookies: &CookieJar) -> Option<Created> {
    let value = scope.get(cookies, NAME)?.strip_prefix(CREATED)?;
    let (id, source) = value.split_once(':').unwrap_or((value, ""));
    let (label, is_lossy) =
        source.strip_suffix(LOSSY).map_or((source, false), |label| (label, true));
    let source = charset::by_label(label).map(|encoding| Source { encoding, is_lossy });
    Some(Created { id: id.parse().ok()?, source })
}
