//! A paste on the command line: its id or a link to it.

use std::str::FromStr;

use url::Url;

use crate::server::Server;

/// The length of a paste id, in letters and digits.
const ID_LENGTH: usize = 12;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Target {
    pub(crate) id: String,
    /// The server of the link. `None` for a bare id, which is on the default server.
    pub(crate) server: Option<Server>,
}

#[derive(Debug, thiserror::Error)]
#[error("neither the id of a paste, 12 letters and digits, nor a link to one")]
pub(crate) struct InvalidTarget;

impl FromStr for Target {
    type Err = InvalidTarget;

    fn from_str(text: &str) -> Result<Self, InvalidTarget> {
        let text = text.trim();
        if !text.contains("://") {
            return Ok(Self { id: parse_id(text).ok_or(InvalidTarget)?.to_owned(), server: None });
        }
        let link = Url::parse(text).map_err(|_| InvalidTarget)?;
        let segments: Vec<&str> = link.path_segments().ok_or(InvalidTarget)?.collect();
        // The last segment that looks like an id: `/ID`, `/ID.rs`, `/ID/raw`, `/raw/ID`,
        // `/api/v1/pastes/ID`. What precedes it and its route is the server's own path.
        let is_id = |segment: &&str| parse_id(segment).is_some();
        let position = segments.iter().rposition(is_id).ok_or(InvalidTarget)?;
        let id = parse_id(segments[position]).ok_or(InvalidTarget)?.to_owned();
        let before = &segments[..position];
        let routes: [&[&str]; 3] = [&["api", "v1", "pastes"], &["raw"], &["documents"]];
        let path = routes.iter().find_map(|route| before.strip_suffix(*route)).unwrap_or(before);
        let server = Server::from_link(&link, &path.join("/")).map_err(|_| InvalidTarget)?;
        Ok(Self { id, server: Some(server) })
    }
}

/// The id in a path segment, without the extension, which only picks a syntax on the page.
fn parse_id(text: &str) -> Option<&str> {
    let id = text.split_once('.').map_or(text, |(id, _)| id);
    (id.len() == ID_LENGTH && id.bytes().all(|byte| byte.is_ascii_alphanumeric())).then_some(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_and_every_kind_of_link_name_the_same_paste() {
        let server: Server = "https://paste.example.org:8443".parse().unwrap();
        for (text, server) in [
            ("abcDEF123456", None),
            ("abcDEF123456.rs", None),
            (" abcDEF123456\n", None),
            ("https://paste.example.org:8443/abcDEF123456", Some(&server)),
            ("https://paste.example.org:8443/abcDEF123456.blade.php#L3", Some(&server)),
            ("https://paste.example.org:8443/abcDEF123456/raw", Some(&server)),
            ("https://paste.example.org:8443/raw/abcDEF123456", Some(&server)),
            ("https://paste.example.org:8443/api/v1/pastes/abcDEF123456/text", Some(&server)),
        ] {
            let expected = Target { id: "abcDEF123456".to_owned(), server: server.cloned() };
            assert_eq!(text.parse::<Target>().unwrap(), expected, "{text}");
        }
    }

    #[test]
    fn the_path_of_a_server_is_part_of_its_links() {
        let server: Server = "https://example.org/my/pastes12345".parse().unwrap();
        for path in [
            "abcDEF123456",
            "abcDEF123456.rs",
            "raw/abcDEF123456",
            "abcDEF123456/raw",
            "api/v1/pastes/abcDEF123456",
        ] {
            let target: Target = format!("{server}/{path}").parse().unwrap();
            assert_eq!(
                (target.id.as_str(), target.server.as_ref()),
                ("abcDEF123456", Some(&server)),
                "{path}"
            );
        }
    }

    #[test]
    fn other_text_is_rejected() {
        for text in
            ["", "short", "../../../etc", "https://paste.example.org/", "ftp://x/abcDEF123456"]
        {
            assert!(text.parse::<Target>().is_err(), "{text}");
        }
    }
}
