//! Where a Pastebin is.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use url::{Host, Url};

/// `https://paste.example.org`: a scheme, a host and perhaps a port.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub(crate) struct Server(Url);

#[derive(Debug, thiserror::Error)]
#[error("write the server as https://paste.example.org, without a path")]
pub(crate) struct BadServer;

impl Server {
    /// What `cargo run` starts.
    pub(crate) fn here() -> Option<Self> {
        "http://127.0.0.1:8080".parse().ok()
    }

    /// The server that a link leads to.
    pub(crate) fn of(link: &Url) -> Result<Self, BadServer> {
        let mut server = link.clone();
        server.set_path("");
        server.set_query(None);
        server.set_fragment(None);
        let usable = matches!(server.scheme(), "http" | "https") && server.has_host();
        if usable && server.username().is_empty() && server.password().is_none() {
            Ok(Self(server))
        } else {
            Err(BadServer)
        }
    }

    /// `["pastes", "ID"]`: each part is escaped.
    pub(crate) fn api(&self, path: &[&str]) -> Url {
        let mut url = self.0.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.clear().extend(["api", "v1"]).extend(path);
        }
        url
    }

    pub(crate) fn is_this_computer(&self) -> bool {
        match self.0.host() {
            Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
            Some(Host::Ipv4(address)) => address.is_loopback(),
            Some(Host::Ipv6(address)) => address.is_loopback(),
            None => false,
        }
    }

    pub(crate) fn is_encrypted(&self) -> bool {
        self.0.scheme() == "https"
    }
}

impl FromStr for Server {
    type Err = BadServer;

    fn from_str(text: &str) -> Result<Self, BadServer> {
        let url = if text.contains("://") {
            Url::parse(text)
        } else {
            // As people say it. Nobody has a certificate for their own computer.
            let secure = Url::parse(&format!("https://{text}"));
            match secure.as_ref().ok().map(Self::of) {
                Some(Ok(server)) if server.is_this_computer() => {
                    Url::parse(&format!("http://{text}"))
                }
                _ => secure,
            }
        };
        let url = url.map_err(|_| BadServer)?;
        let bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
        if bare { Self::of(&url) } else { Err(BadServer) }
    }
}

impl TryFrom<String> for Server {
    type Error = BadServer;

    fn try_from(text: String) -> Result<Self, BadServer> {
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

    fn read(text: &str) -> Option<String> {
        text.parse::<Server>().ok().map(|server| server.to_string())
    }

    #[test]
    fn a_server_is_written_as_people_say_it() {
        for (said, meant) in [
            ("https://paste.example.org", "https://paste.example.org"),
            ("https://paste.example.org/", "https://paste.example.org"),
            ("HTTPS://Paste.Example.org:443", "https://paste.example.org"),
            ("paste.example.org", "https://paste.example.org"),
            ("paste.example.org:8443", "https://paste.example.org:8443"),
            ("localhost:8080", "http://localhost:8080"),
            ("127.0.0.1:80", "http://127.0.0.1"),
            ("http://[::1]:8080", "http://[::1]:8080"),
        ] {
            assert_eq!(read(said).as_deref(), Some(meant), "{said}");
        }
    }

    #[test]
    fn what_is_no_server_is_refused() {
        for said in [
            "",
            "https://",
            "ftp://paste.example.org",
            "file:///etc/passwd",
            "https://me:secret@paste.example.org",
            "https://paste.example.org/path",
            "https://paste.example.org/?a=b",
        ] {
            assert_eq!(read(said), None, "{said}");
        }
    }

    #[test]
    fn nothing_in_a_path_leaves_its_place() {
        let server: Server = "https://paste.example.org".parse().unwrap();
        let url = server.api(&["pastes", "../user?x"]);
        assert_eq!(url.as_str(), "https://paste.example.org/api/v1/pastes/..%2Fuser%3Fx");
    }
}
