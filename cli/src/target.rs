//! A paste, as somebody names it: by its id or by its link.

use std::str::FromStr;

use url::Url;

use crate::server::Server;

/// Ids of Pastebin have this many letters and digits.
const LENGTH: usize = 12;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Target {
    pub(crate) id: String,
    /// Where the link leads; an id alone is of the server in use.
    pub(crate) server: Option<Server>,
}

#[derive(Debug, thiserror::Error)]
#[error("neither the id of a paste, 12 letters and digits, nor a link to one")]
pub(crate) struct BadTarget;

impl FromStr for Target {
    type Err = BadTarget;

    fn from_str(text: &str) -> Result<Self, BadTarget> {
        let text = text.trim();
        if !text.contains("://") {
            return Ok(Self { id: id(text).ok_or(BadTarget)?.to_owned(), server: None });
        }
        let link = Url::parse(text).map_err(|_| BadTarget)?;
        let server = Server::of(&link).map_err(|_| BadTarget)?;
        // `/ID`, `/ID.rs`, `/ID/raw`, `/raw/ID`, `/api/v1/pastes/ID`: what looks like one is it.
        let found = link.path_segments().and_then(|mut segments| segments.find_map(id));
        Ok(Self { id: found.ok_or(BadTarget)?.to_owned(), server: Some(server) })
    }
}

/// Without the extension, which picks a syntax on the page.
fn id(text: &str) -> Option<&str> {
    let id = text.split_once('.').map_or(text, |(id, _)| id);
    (id.len() == LENGTH && id.bytes().all(|byte| byte.is_ascii_alphanumeric())).then_some(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_paste_is_named_by_its_id_or_any_link_to_it() {
        let server: Server = "https://paste.example.org:8443".parse().unwrap();
        for (said, at) in [
            ("abcDEF123456", None),
            ("abcDEF123456.rs", None),
            (" abcDEF123456\n", None),
            ("https://paste.example.org:8443/abcDEF123456", Some(&server)),
            ("https://paste.example.org:8443/abcDEF123456.blade.php#L3", Some(&server)),
            ("https://paste.example.org:8443/abcDEF123456/raw", Some(&server)),
            ("https://paste.example.org:8443/raw/abcDEF123456", Some(&server)),
            ("https://paste.example.org:8443/api/v1/pastes/abcDEF123456/text", Some(&server)),
        ] {
            let expected = Target { id: "abcDEF123456".to_owned(), server: at.cloned() };
            assert_eq!(said.parse::<Target>().unwrap(), expected, "{said}");
        }
    }

    #[test]
    fn what_names_no_paste_is_refused() {
        for said in
            ["", "short", "../../../etc", "https://paste.example.org/", "ftp://x/abcDEF123456"]
        {
            assert!(said.parse::<Target>().is_err(), "{said}");
        }
    }
}
