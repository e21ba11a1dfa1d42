//! The cookie with a message that the next page shows once.

use axum::http::HeaderValue;
use axum_extra::extract::CookieJar;
use store::PasteId;

use crate::http::charset;
use crate::http::charset::Source;
use crate::http::cookie::set_cookie;
use crate::ui::page::Flash;

const NAME: &str = "flash";

/// The lifetime of the cookie, in seconds. The next page is usually requested at once.
const MAX_AGE: i64 = 60;

const CREATED: &str = "created-";

/// After the name of an encoding: some of the text was replaced.
const LOSSY: &str = "+lossy";

/// `secure` restricts the cookie to https.
pub fn set(secure: bool, flash: Flash) -> HeaderValue {
    let value = match flash {
        Flash::Created => "",
        Flash::Deleted => "deleted",
        Flash::Registered => "registered",
        Flash::LoggedOut => "logged-out",
        Flash::Revoked => "revoked",
    };
    set_cookie(secure, NAME, value.to_owned(), MAX_AGE)
}

/// The paste that the visitor has just created.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Created {
    pub id: PasteId,
    /// The encoding from which its text was decoded; `None` if it came as UTF-8.
    pub source: Option<Source>,
}

/// A cookie with the id of a new paste, whose page then shows its author the link.
pub fn set_created(secure: bool, id: &PasteId, source: Option<Source>) -> HeaderValue {
    let source = source.map(|Source { encoding, is_lossy }| {
        format!(":{}{}", encoding.name(), if is_lossy { LOSSY } else { "" })
    });
    set_cookie(secure, NAME, format!("{CREATED}{id}{}", source.unwrap_or_default()), MAX_AGE)
}

/// Deletes the cookie, once a page has shown it.
pub fn clear(secure: bool) -> HeaderValue {
    set_cookie(secure, NAME, String::new(), 0)
}

pub fn get(cookies: &CookieJar) -> Option<Flash> {
    match cookies.get(NAME)?.value() {
        "deleted" => Some(Flash::Deleted),
        "registered" => Some(Flash::Registered),
        "logged-out" => Some(Flash::LoggedOut),
        "revoked" => Some(Flash::Revoked),
        _ => None,
    }
}

/// The paste that the visitor has just created.
pub fn created(cookies: &CookieJar) -> Option<Created> {
    let value = cookies.get(NAME)?.value().strip_prefix(CREATED)?;
    let (id, source) = value.split_once(':').unwrap_or((value, ""));
    let (label, is_lossy) =
        source.strip_suffix(LOSSY).map_or((source, false), |label| (label, true));
    let source = charset::by_label(label).map(|encoding| Source { encoding, is_lossy });
    Some(Created { id: id.parse().ok()?, source })
}
