//! Parsers of settings that have no type of their own. Each error says how to write the value.

use std::net::IpAddr;

use ipnet::IpNet;
use url::Url;

/// An address or a network.
pub fn network(text: &str) -> Result<IpNet, String> {
    let address = text.parse::<IpAddr>().map(IpNet::from);
    address.or_else(|_| text.parse()).map_err(|_| "write it as 192.0.2.1 or 10.0.0.0/8".to_owned())
}

/// The sources of a `frame-ancestors` directive (CSP): keywords, schemes and hosts.
pub fn frame_ancestors(text: &str) -> Result<String, String> {
    let is_source = |source: &str| {
        matches!(source, "*" | "'none'" | "'self'" | "https:" | "http:")
            || Url::parse(&source.replace("*.", ""))
                .is_ok_and(|url| matches!(url.scheme(), "http" | "https"))
    };
    // A comma or a semicolon would end the directive; an `@` may follow a password.
    let is_one_directive =
        text.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic() && !b";,@".contains(&byte));
    if is_one_directive && !text.trim().is_empty() && text.split_whitespace().all(is_source) {
        Ok(text.trim().to_owned())
    } else {
        Err("write sources with spaces between them: *, 'none', 'self', https://blog.example.org, https://*.example.org".to_owned())
    }
}

/// An origin. A path cannot be part of it: the site's links begin at the root.
pub fn public_url(text: &str) -> Result<Url, String> {
    let url = Url::parse(text)
        .map_err(|error| format!("{error}; write it as https://paste.example.org"))?;
    let is_root =
        matches!(url.scheme(), "http" | "https") && url.path() == "/" && url.query().is_none();
    if is_root && url.username().is_empty() && url.password().is_none() {
        Ok(url)
    } else {
        Err("it must be http:// or https:// and a host, without a path: https://paste.example.org"
            .to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_public_url_has_no_path_and_no_password() {
        assert!(public_url("https://paste.example.org").is_ok());
        for bad in [
            "paste.example.org",
            "ftp://x.org",
            "https://x.org/paste",
            "https://u:p@x.org",
            "https://x.org?a",
        ] {
            assert!(public_url(bad).is_err(), "{bad}");
        }
    }
}
