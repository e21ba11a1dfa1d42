//! Cookies of this site: their names, and where browsers send them.

use axum::http::HeaderValue;
use axum_extra::extract::CookieJar;
use cookie::{Cookie, SameSite};

/// Where browsers send the site's cookies.
#[derive(Debug)]
pub struct CookieScope {
    /// Only over https.
    secure: bool,
    /// The path of `PUBLIC_URL`, or `/`.
    path: String,
}

impl CookieScope {
    /// `base` is the path of `PUBLIC_URL`, or empty.
    pub fn new(secure: bool, base: &str) -> Self {
        Self { secure, path: if base.is_empty() { "/".to_owned() } else { base.to_owned() } }
    }

    /// The full name of a cookie. With https it has a prefix by which browsers let no plain http set
    /// it, and, as `__Host-`, no other host. `__Host-` demands the path `/`.
    fn full_name(&self, name: &str) -> String {
        let prefix = match (self.secure, self.path.as_str()) {
            (true, "/") => "__Host-",
            (true, _) => "__Secure-",
            (false, _) => "",
        };
        format!("{prefix}{name}")
    }

    /// The value of a cookie that [`CookieScope::set`] has set.
    pub fn get<'a>(&self, cookies: &'a CookieJar, name: &str) -> Option<&'a str> {
        cookies.get(&self.full_name(name)).map(Cookie::value)
    }

    /// The value of a cookie without a prefix, if the site's own cookies have one. Any page of a
    /// sibling domain can have set it, so it must decide nothing that matters.
    pub fn get_unprefixed<'a>(&self, cookies: &'a CookieJar, name: &str) -> Option<&'a str> {
        cookies.get(name).filter(|_| self.secure).map(Cookie::value)
    }

    /// A `Set-Cookie` header for a cookie that scripts cannot read and other sites' forms do not
    /// send. It lives for `max_age_seconds`; 0 deletes it.
    pub fn set(&self, name: &str, value: String, max_age_seconds: i64) -> HeaderValue {
        self.header(self.full_name(name), value, &self.path, max_age_seconds)
    }

    /// A `Set-Cookie` header that deletes a cookie without a prefix.
    pub fn delete_unprefixed(&self, name: &str) -> HeaderValue {
        self.header(name.to_owned(), String::new(), "/", 0)
    }

    fn header(&self, name: String, value: String, path: &str, max_age_seconds: i64) -> HeaderValue {
        let cookie = Cookie::build((name, value))
            .path(path)
            .http_only(true)
            .same_site(SameSite::Lax)
            .secure(self.secure)
            .max_age(cookie::time::Duration::seconds(max_age_seconds))
            .build();
        // Names and values are ours: hex digits, ids and words, all of them valid in a header.
        HeaderValue::from_str(&cookie.to_string()).unwrap_or_else(|_| HeaderValue::from_static(""))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_prefix_and_the_path_follow_the_public_url() {
        let set = |secure, base| {
            let cookie = CookieScope::new(secure, base).set("lang", "ru".to_owned(), 60);
            cookie.to_str().unwrap().to_owned()
        };
        let root = set(true, "");
        assert!(root.starts_with("__Host-lang=ru;") && root.contains("Path=/;"), "{root}");
        assert!(root.contains("Secure") && root.contains("HttpOnly"), "{root}");
        let below = set(true, "/paste");
        assert!(
            below.starts_with("__Secure-lang=ru;") && below.contains("Path=/paste;"),
            "{below}"
        );
        let plain = set(false, "");
        assert!(plain.starts_with("lang=ru;") && !plain.contains("Secure"), "{plain}");
    }
}
