//! Addresses of pastes as they arrive from chats and mails: with the full stop of the sentence, the
//! bracket around them, or characters that nobody sees.

use axum::extract::Request;
use axum::http::uri::PathAndQuery;
use axum::http::{Method, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use percent_encoding::percent_decode_str;

use crate::pastes::name::Name;

/// Redirects to the tidy address of a paste, if the requested one only has more characters.
pub async fn redirect(request: Request, next: Next) -> Response {
    let is_read = matches!(*request.method(), Method::GET | Method::HEAD);
    match tidy(request.uri()).filter(|_| is_read) {
        Some(address) => Redirect::permanent(&address).into_response(),
        None => next.run(request).await,
    }
}

/// The tidy path, with the query; `None` if the path is tidy already or names no paste.
fn tidy(uri: &Uri) -> Option<String> {
    let path = uri.path();
    if is_tidy(path) {
        return None;
    }
    let decoded = percent_decode_str(path).decode_utf8().ok()?;
    let segments = decoded.split('/').map(tidy_segment).filter(|segment| !segment.is_empty());
    let segments: Vec<String> = segments.collect();
    let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
    let (before, name, after) = match segments[..] {
        [folder @ ("raw" | "documents"), name] => (Some(folder), name, None),
        [name] => (None, name, None),
        [name, view] => (None, name, Some(view)),
        _ => return None,
    };
    let name: Name = name.parse().ok()?;
    let mut address = before.map(|folder| format!("/{folder}")).unwrap_or_default();
    address += &name.path();
    if let Some(view) = after {
        // Views are words; anything else is no address of this site.
        address += "/";
        address += Some(view).filter(|view| view.bytes().all(|byte| byte.is_ascii_lowercase()))?;
    }
    if let Some(query) = uri.query() {
        address += "?";
        address += query;
    }
    Some(address)
        .filter(|address| Some(address.as_str()) != uri.path_and_query().map(PathAndQuery::as_str))
}

fn is_tidy(path: &str) -> bool {
    path.split('/').skip(1).all(|segment| {
        segment.starts_with(is_part) && segment.ends_with(is_part) && !segment.contains('%')
    })
}

/// Whether a segment may begin or end with the character: extensions such as `c++` and `c#` do.
fn is_part(c: char) -> bool {
    c.is_alphanumeric() || c == '+' || c == '#'
}

/// The segment without invisible characters, and without punctuation around it. A page's source adds
/// entities such as `&quot;`.
fn tidy_segment(segment: &str) -> String {
    let visible: String = segment.chars().filter(|c| !is_invisible(*c)).collect();
    let visible = visible.split('&').next().unwrap_or_default();
    visible.trim_matches(|c| !is_part(c)).to_owned()
}

/// White space, controls, and the format characters that arrive with copied text: soft hyphen,
/// zero-width characters, marks of direction, the byte-order mark.
fn is_invisible(c: char) -> bool {
    c.is_whitespace()
        || c.is_control()
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "8zjgpsJtJG3w";

    fn tidied(path: &str) -> Option<String> {
        tidy(&path.replace("ID", ID).parse().unwrap()).map(|address| address.replace(ID, "ID"))
    }

    #[test]
    fn punctuation_and_invisible_characters_around_an_address_are_dropped() {
        for end in [
            "/",
            "//",
            ".",
            ",",
            ")",
            "%29",
            "%3E",
            "%22",
            "'",
            ";",
            ":",
            "!",
            "%3F",
            "&quot;",
            "&gt;",
            "%5D",
            "...",
            ").",
            "*",
            "_",
            "%C2%BB",
            "%E2%80%9D",
            "%E2%80%9C",
            "%E2%80%99",
            "%E2%80%A6",
            "%EF%BC%89",
            "%E3%80%82",
            "%E2%80%8B",
            "%EF%BB%BF",
            "%C2%AD",
            "%C2%A0",
            "%20",
            "%0A",
            "%0D%0A",
            "%E2%80%8E",
            "%E2%80%AE",
            "%E2%81%A9",
            "%EF%B8%8F",
            "%20%E2%80%8B.%29/",
        ] {
            for (path, expected) in [
                ("/ID", "/ID"),
                ("/raw/ID", "/raw/ID"),
                ("/ID/raw", "/ID/raw"),
                ("/ID.rs", "/ID.rs"),
                ("/documents/ID", "/documents/ID"),
                ("/ID/table", "/ID/table"),
            ] {
                assert_eq!(
                    tidied(&format!("{path}{end}")).as_deref(),
                    Some(expected),
                    "{path}{end}"
                );
            }
        }
        for path in [
            "/%E2%80%8BID",
            "/%22ID%22",
            "/(ID)",
            "/ID%20",
            "//ID",
            "/%3CID%3E",
            "/8zjgps%C2%ADJtJG3w",
        ] {
            assert_eq!(tidied(path).as_deref(), Some("/ID"), "{path}");
        }
        assert_eq!(tidied("/ID/?lines=3-9").as_deref(), Some("/ID?lines=3-9"));
        assert_eq!(tidied("/ID%20/raw").as_deref(), Some("/ID/raw"));
        assert_eq!(tidied("/ID.c%2B%2B.").as_deref(), Some("/ID.c%2B%2B"));
    }

    #[test]
    fn tidy_addresses_and_other_addresses_stay() {
        for path in [
            "/",
            "/ID",
            "/ID.rs",
            "/ID.c++",
            "/ID.c%2B%2B",
            "/ID.blade.php",
            "/ID/raw",
            "/raw/ID",
            "/login/",
            "/recent.",
            "/short.",
            "/8zjgpsJtJG30.",
            "/ID.rs/raw",
            "/api/v1/pastes/ID.",
            "/ID/raw/x.",
            "/ID/ra%2Fw.",
            "/.",
            "/%FF",
            "/assets/site.css",
        ] {
            assert_eq!(tidied(path), None, "{path}");
        }
    }
}
