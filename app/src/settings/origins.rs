//! The origins of pages that may use the API from a browser.

use std::str::FromStr;

use axum::http::HeaderValue;
use url::Url;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origins {
    Any,
    Listed(Vec<HeaderValue>),
}

#[derive(Debug, thiserror::Error)]
#[error(
    "write *, none, or origins with commas between them: https://a.example.org,http://localhost:3000"
)]
pub struct InvalidOrigins;

impl Origins {
    pub fn contains(&self, origin: &HeaderValue) -> bool {
        match self {
            Self::Any => true,
            Self::Listed(listed) => listed.contains(origin),
        }
    }
}

impl FromStr for Origins {
    type Err = InvalidOrigins;

    fn from_str(text: &str) -> Result<Self, InvalidOrigins> {
        match text.trim() {
            "*" => Ok(Self::Any),
            "none" => Ok(Self::Listed(Vec::new())),
            list => {
                let listed = list.split(',').map(|text| origin(text.trim()));
                listed.collect::<Result<_, _>>().map(Self::Listed)
            }
        }
    }
}

/// An origin as browsers write it in `Origin`.
fn origin(text: &str) -> Result<HeaderValue, InvalidOrigins> {
    let url = Url::parse(text).map_err(|_| InvalidOrigins)?;
    let is_origin = matches!(url.scheme(), "http" | "https")
        && url.path() == "/"
        && !text.contains(['?', '#', '@', '*']);
    if !is_origin {
        return Err(InvalidOrigins);
    }
    url.origin().ascii_serialization().parse().map_err(|_| InvalidOrigins)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_are_all_none_or_listed() {
        let origins = |text: &str| text.parse::<Origins>().ok();
        assert_eq!(origins("*"), Some(Origins::Any));
        assert_eq!(origins("none"), Some(Origins::Listed(Vec::new())));
        let listed = origins("https://A.example.org:443/, http://localhost:3000").unwrap();
        assert!(listed.contains(&HeaderValue::from_static("https://a.example.org")));
        assert!(listed.contains(&HeaderValue::from_static("http://localhost:3000")));
        assert!(!listed.contains(&HeaderValue::from_static("http://a.example.org")));
        assert!(!listed.contains(&HeaderValue::from_static("null")));
        for bad in [
            "a.example.org",
            "https://x.org/path",
            "*,https://x.org",
            "https://u:p@x.org",
            "null",
            "https://*.x.org",
            "https://x.org,",
        ] {
            assert_eq!(origins(bad), None, "{bad}");
        }
    }
}
