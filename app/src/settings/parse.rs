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

/// A scheme, a host and an optional path of letters, digits, `-`, `_`, `.` and `~`.
pub fn public_url(text: &str) -> Result<Url, String> {
    let url = Url::parse(text)
        .map_err(|error| format!("{error}; write it as https://paste.example.org"))?;
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte);
    let is_segment = |segment: &str| !segment.is_empty() && segment.bytes().all(is_plain);
    let path = url.path().trim_matches('/');
    let is_address = matches!(url.scheme(), "http" | "https")
        && (path.is_empty() || path.split('/').all(is_segment))
        && url.query().is_none()
        && url.fragment().is_none();
    if is_address && url.username().is_empty() && url.password().is_none() {
        Ok(url)
    } else {
        Err("it must be http:// or https://, a host and at most a path: https://example.org/paste"
            .to_owned())
    }
}

/// An address as RFC 9116 demands it: of a mailbox, a page or a telephone.
pub fn contact(text: &str) -> Result<String, String> {
    let text = text.trim();
    match Url::parse(text) {
        Ok(url)
            if matches!(url.scheme(), "mailto" | "https" | "tel") && url.password().is_none() =>
        {
            Ok(url.to_string())
        }
        _ => Err("write it as mailto:security@example.org, https://… or tel:…".to_owned()),
    }
}

/// A number of bytes, plain or with `KiB`, `MiB` or `GiB`.
pub fn total_bytes(text: &str) -> Result<u64, String> {
    let units = [("KiB", 10), ("MiB", 20), ("GiB", 30)];
    let unit = units.iter().find_map(|(unit, shift)| Some((text.strip_suffix(unit)?, shift)));
    let (number, shift) = unit.unwrap_or((text, &0));
    let bytes = number.trim().parse::<u64>().ok().and_then(|n| n.checked_mul(1 << shift));
    bytes.filter(|bytes| *bytes > 0).ok_or_else(|| "write it as 500MiB or 20GiB".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn total_bytes_have_units() {
        assert_eq!(total_bytes("20GiB"), Ok(20 << 30));
        assert_eq!(total_bytes("500 MiB"), Ok(500 << 20));
        assert_eq!(total_bytes("7"), Ok(7));
        for bad in ["", "0", "-1", "20GB", "99999999999999999999", "20000000000GiB"] {
            assert!(total_bytes(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_public_url_is_a_host_and_a_path() {
        for good in
            ["https://x.org", "http://x.org:81/", "https://x.org/paste", "https://x.org/a/b-1/"]
        {
            assert!(public_url(good).is_ok(), "{good}");
        }
        for bad in [
            "paste.example.org",
            "ftp://x.org",
            "https://x.org/pa%20ste",
            "https://x.org/a//b",
            "https://u:p@x.org",
            "https://x.org?a",
            "https://x.org/#a",
        ] {
            assert!(public_url(bad).is_err(), "{bad}");
        }
    }
}
