//! Decides which addresses may become links, and finds bare addresses in a text.

use url::Url;

/// Browsers and nearly all servers reject longer addresses. Attributes must be short, because the
/// sanitiser's serialiser needs quadratic time for a long one.
pub const MAX_ATTRIBUTE_BYTES: usize = 8 << 10;

/// The address, if a paste may link to it: it must be absolute, and its scheme `http`, `https` or
/// `mailto`. A relative address would lead to our own site, which the author did not mean.
pub fn allowed(address: &str) -> Option<&str> {
    let url = (address.len() <= MAX_ATTRIBUTE_BYTES).then(|| Url::parse(address).ok())??;
    matches!(url.scheme(), "http" | "https" | "mailto").then_some(address)
}

/// As [`allowed`], for an address that a browser would load, such as that of an image: no `mailto`.
pub fn allowed_on_web(address: &str) -> Option<&str> {
    allowed(address).filter(|address| !address.trim_start().starts_with(['m', 'M']))
}

const PREFIXES: [&str; 3] = ["https://", "http://", "www."];

/// The longest name in the DNS. The limit also keeps the search linear.
const MAX_HOST_BYTES: usize = 253;

/// The byte range of the first bare address in a text, by the rules of GFM's autolinks:
/// <https://github.github.com/gfm/#autolinks-extension->.
pub fn find_bare(text: &str) -> Option<(usize, usize)> {
    let mut last = None;
    for (at, c) in text.char_indices() {
        let may_begin = last.is_none_or(|c: char| c.is_whitespace() || "*_~(".contains(c));
        last = Some(c);
        let rest = &text[at..];
        if may_begin && matches!(c, 'h' | 'w') && has_host(rest) {
            return Some((at, at + address_length(rest)));
        }
    }
    None
}

fn has_host(text: &str) -> bool {
    let Some(rest) = PREFIXES.iter().find_map(|prefix| text.strip_prefix(prefix)) else {
        return false;
    };
    let in_host = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.');
    let end: usize =
        rest.chars().take_while(|c| in_host(*c)).take(MAX_HOST_BYTES + 1).map(char::len_utf8).sum();
    let host = rest[..end].trim_end_matches(['.', '_']);
    end <= MAX_HOST_BYTES && host.split('.').all(|part| !part.is_empty())
}

/// An address ends at a space or `<`. Punctuation at its end belongs to the sentence around it.
fn address_length(text: &str) -> usize {
    let end = text.find(|c: char| c.is_whitespace() || c == '<').unwrap_or(text.len());
    let mut address = &text[..end];
    let count = |parenthesis| address.matches(parenthesis).count();
    let mut unmatched_closing = count(')').saturating_sub(count('('));
    loop {
        let shorter = if let Some(rest) = address.strip_suffix(')') {
            if unmatched_closing == 0 {
                return address.len();
            }
            unmatched_closing -= 1;
            rest
        } else {
            address.trim_end_matches(['?', '!', '.', ',', ':', '*', '_', '~', '\'', '"', ';'])
        };
        if shorter.len() == address.len() {
            return address.len();
        }
        address = shorter;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first(text: &str) -> Option<&str> {
        find_bare(text).map(|(from, to)| &text[from..to])
    }

    #[test]
    fn a_bare_address_does_not_contain_the_punctuation_after_it() {
        for (text, address) in [
            ("see https://a.example/x_y.", "https://a.example/x_y"),
            ("(www.a.example/b(c))", "www.a.example/b(c)"),
            ("http://a.example/b?c=d&e#f, and", "http://a.example/b?c=d&e#f"),
            ("xhttp://no.example *https://яндекс.рф*", "https://яндекс.рф"),
            ("https://a.example<b>", "https://a.example"),
            ("https://a.example:8080/))))", "https://a.example:8080/"),
        ] {
            assert_eq!(first(text), Some(address), "{text}");
        }
        for text in [
            "",
            "www.",
            "https://",
            "ahttps://a.example",
            "javascript://x",
            "https://?",
            "https://a..b",
        ] {
            assert!(first(text).is_none(), "{text}");
        }
    }

    #[test]
    fn only_web_and_mail_addresses_become_links() {
        for address in ["https://a.example", "HTTP://a.example", "mailto:a@b.example"] {
            assert_eq!(allowed(address), Some(address));
        }
        for address in [
            "javascript:x",
            " java\nscript:x",
            "//a.example",
            "/a",
            "a",
            "#a",
            "data:,",
            "vbscript:x",
            "",
            "blob:https://a",
        ] {
            assert_eq!(allowed(address), None, "{address:?}");
        }
        assert_eq!(allowed_on_web("mailto:a@b.example"), None);
    }
}
