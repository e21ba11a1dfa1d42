//! The address of a Pastebin server.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use url::{Host, Url};

/// A scheme, a host, an optional port and an optional path: `https://paste.example.org`,
/// `https://example.org/paste`. It has no credentials.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub(crate) struct Server(Url);

#[derive(Debug, thiserror::Error)]
#[error("write the server as https://paste.example.org, with a path only if the site has one")]
pub(crate) struct InvalidServer;

impl Server {
    /// The address where `cargo run` serves the site.
    pub(crate) fn local_default() -> Option<Self> {
        "http://127.0.0.1:8080".parse().ok()
    }

    /// The server of a link whose path begins with the server's own `path`. The rest of the link is
    /// dropped.
    pub(crate) fn from_link(link: &Url, path: &str) -> Result<Self, InvalidServer> {
        let mut server = link.clone();
        server.set_path(path.trim_end_matches('/'));
        server.set_query(None);
        server.set_fragment(None);
        let is_http = matches!(server.scheme(), "http" | "https") && server.has_host();
        if is_http && server.username().is_empty() && server.password().is_none() {
            Ok(Self(server))
        } else {
            Err(InvalidServer)
        }
    }

    /// The URL of an API resource. `["pastes", "ID"]` gives `/api/v1/pastes/ID` after the server's
    /// path; each segment is escaped.
    pub(crate) fn api_url(&self, segments: &[&str]) -> Url {
        let mut url = self.0.clone();
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().extend(["api", "v1"]).extend(segments);
        }
        url
    }

    /// Whether the server runs on this computer, by its host name or address.
    pub(crate) fn is_loopback(&self) -> bool {
        match self.0.host() {
            Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
            Some(Host::Ipv4(address)) => address.is_loopback(),
            Some(Host::Ipv6(address)) => address.is_loopback(),
            None => false,
        }
    }

    pub(crate) fn is_https(&self) -> bool {
        self.0.scheme() == "https"
    }
}

impl FromStr for Server {
    type Err = InvalidServer;

    fn from_str(text: &str) -> Result<Self, InvalidServer> {
        let url = if text.contains("://") {
            Url::parse(text)
        } else {
            // Without a scheme: https, but http for this computer, which has no certificate.
            let secure = Url::parse(&format!("https://{text}"));
            match secure.as_ref().ok().map(|url| Self::from_link(url, "")) {
                Some(Ok(server)) if server.is_loopback() => Url::parse(&format!("http://{text}")),
                _ => secure,
            }
        };
        let url = url.map_err(|_| InvalidServer)?;
        let is_whole = url.query().is_none() && url.fragment().is_none();
        if is_whole { Self::from_link(&url, url.path()) } else { Err(InvalidServer) }
    }
}

impl TryFrom<String> for Server {
    type Error = InvalidServer;

    fn try_from(text: String) -> Result<Self, InvalidServer> {
        text.parse()
    }
}

impl From<Server> for String {
    fn from(server: Server) -> Self {
        server.to_string()
    }
}

impl fmt::Display for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.as_str().trim_end_matches('/'))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Option<String> {
        text.parse::<Server>().ok().map(|server| server.to_string())
    }

    #[test]
    fn the_scheme_and_the_default_port_are_optional() {
        for (text, expected) in [
            ("https://paste.example.org", "https://paste.example.org"),
            ("https://paste.example.org/", "https://paste.example.org"),
            ("HTTPS://Paste.Example.org:443", "https://paste.example.org"),
            ("paste.example.org", "https://paste.example.org"),
            ("paste.example.org:8443", "https://paste.example.org:8443"),
            ("localhost:8080", "http://localhost:8080"),
            ("127.0.0.1:80", "http://127.0.0.1"),
            ("http://[::1]:8080", "http://[::1]:8080"),
            ("https://example.org/paste/", "https://example.org/paste"),
            ("example.org/a/b", "https://example.org/a/b"),
            ("localhost:8080/paste", "http://localhost:8080/paste"),
        ] {
            assert_eq!(parsed(text).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn an_invalid_server_address_is_rejected() {
        for text in [
            "",
            "https://",
            "ftp://paste.example.org",
            "file:///etc/passwd",
            "https://me:secret@paste.example.org",
            "https://paste.example.org/?a=b",
        ] {
            assert_eq!(parsed(text), None, "{text}");
        }
    }

    #[test]
    fn each_segment_of_an_api_url_is_escaped() {
        let server: Server = "https://paste.example.org".parse().unwrap();
        let url = server.api_url(&["pastes", "../user?x"]);
        assert_eq!(url.as_str(), "https://paste.example.org/api/v1/pastes/..%2Fuser%3Fx");
        let server: Server = "https://example.org/paste/".parse().unwrap();
        let url = server.api_url(&["user"]);
        assert_eq!(url.as_str(), "https://example.org/paste/api/v1/user");
    }
}
