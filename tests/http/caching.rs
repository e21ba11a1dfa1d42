//! What the site, browsers and shared caches store: each visitor gets their own page, and never an
//! outdated one.

mod codings;
mod nginx;
mod personal;
mod shared;
mod validation;

use reqwest::StatusCode;

use crate::support::{Response, Visitor};

/// The path suffixes of all addresses that show a text: `""` is the page itself.
const SUFFIXES: [&str; 6] = ["", "/source", "/raw", "/download", "/embed", "?lines=1"];

impl Visitor {
    /// Requests a page again, as a browser that has stored it with this `ETag`.
    async fn revalidate(&self, path: &str, etag: &str) -> Response {
        self.get_with(path, &[("if-none-match", etag)]).await
    }

    /// The `ETag` of a page, which must be a strong one.
    async fn etag(&self, path: &str) -> String {
        let response = self.get(path).await;
        assert_eq!(response.status, StatusCode::OK, "{path}");
        let etag = response.header("etag").to_owned();
        assert!(etag.starts_with('"') && etag.len() > 2, "strong: {etag:?} of {path}");
        assert!(!etag.contains(','));
        etag
    }
}

impl Response {
    /// The header names in all `vary` headers, in lower case and sorted.
    fn vary(&self) -> Vec<String> {
        let lines = self.headers.get_all("vary").iter();
        let mut names: Vec<_> = lines
            .flat_map(|line| line.to_str().unwrap().split(", "))
            .map(str::to_lowercase)
            .collect();
        names.sort();
        names
    }
}
