//! Links of this site: their beginning, and those that lead back to where the visitor was.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// The longest path to return to, in bytes.
const MAX_PATH_BYTES: usize = 2048;

/// The scheme and host of a URL, and its path: `("https://x.org", "/paste")`.
pub fn split_base(url: &str) -> (&str, &str) {
    let host = url.find("://").map_or(0, |scheme| scheme + 3);
    url.split_at(url[host..].find('/').map_or(url.len(), |path| host + path))
}

/// The path with `?next=`, to return to `next` afterwards. An empty `next` is left out.
pub fn with_next(path: &str, next: &str) -> String {
    /// Characters that may stand in a query as they are, and slashes for readability.
    const PLAIN: &AsciiSet =
        &NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'_').remove(b'.').remove(b'~');
    if next.is_empty() {
        return path.to_owned();
    }
    format!("{path}?next={}", utf8_percent_encode(next, PLAIN))
}

/// `next`, if it is a path of this site and browsers cannot take it for another site's address.
pub fn local_path(next: &str) -> Option<&str> {
    let is_local = next.starts_with('/') && !next.starts_with("//") && !next.starts_with("/\\");
    let is_plain = next.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    (is_local && is_plain && next.len() <= MAX_PATH_BYTES).then_some(next)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_of_this_site_are_returned_to() {
        for good in ["/", "/profile", "/profile?after=1-x", "/abc#x"] {
            assert_eq!(local_path(good), Some(good));
        }
        for bad in [
            "",
            "profile",
            "//evil.org",
            "/\\evil.org",
            "/\t/evil.org",
            "https://evil.org",
            "/\n/evil.org",
            "/a\\b",
        ] {
            assert_eq!(local_path(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn a_url_is_split_before_its_path() {
        assert_eq!(split_base("https://x.org/paste"), ("https://x.org", "/paste"));
        assert_eq!(split_base("http://[::1]:8080"), ("http://[::1]:8080", ""));
    }

    #[test]
    fn the_next_path_is_encoded_in_the_link() {
        assert_eq!(with_next("/login", ""), "/login");
        assert_eq!(
            with_next("/login", "/profile?after=1&x=я"),
            "/login?next=/profile%3Fafter%3D1%26x%3D%D1%8F"
        );
    }
}
