//! Strong entity tags: equal tags mean equal bytes, on every site of a fleet and after a restart.

use axum::http::{HeaderMap, HeaderValue, header};
use sha2::{Digest as _, Sha256};

use crate::http::content_coding::ContentCoding;

/// A hash of everything that pages are rendered from: this program's source, its messages, assets
/// and libraries. The build script computes it.
const BUILD: &str = env!("BUILD");

/// The SHA-256 of everything that a body depends on. One tag has one body per content coding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct EntityTag([u8; 32]);

impl EntityTag {
    /// The tag of bytes that are sent as they are: their own hash.
    ///
    /// # Errors
    /// `sha256` is not 32 bytes long.
    pub fn from_sha256(sha256: &[u8]) -> anyhow::Result<Self> {
        Ok(Self(sha256.try_into()?))
    }

    /// The tag of a generated body. `inputs` is everything that its bytes depend on, except
    /// this program.
    pub fn of(inputs: &[&[u8]]) -> Self {
        let mut hash = Sha256::new();
        hash.update(BUILD);
        for input in inputs {
            // The length makes sure that two different lists never hash the same bytes.
            hash.update((input.len() as u64).to_le_bytes());
            hash.update(input);
        }
        Self(hash.finalize().into())
    }

    pub fn header(&self, coding: ContentCoding) -> HeaderValue {
        let etag = format!("\"{}{}\"", hex::encode(self.0), suffix(coding));
        // Hex digits and quotes are valid in a header.
        HeaderValue::from_str(&etag).unwrap_or_else(|_| HeaderValue::from_static("\"\""))
    }

    /// The coding in which the client already has the body, of those that it accepts now. `*`
    /// matches any existing representation; callers have looked up that the paste exists.
    pub fn matching(
        &self,
        headers: &HeaderMap,
        accepted: &[ContentCoding],
    ) -> Option<ContentCoding> {
        let mut lines = headers.get_all(header::IF_NONE_MATCH).iter().peekable();
        lines.peek()?;
        let hash = hex::encode(self.0);
        // Our tags contain no comma, so splitting at commas breaks none of them.
        let tags = lines.filter_map(|line| line.to_str().ok()).flat_map(|line| line.split(','));
        let mut any = false;
        let suffixes = tags.filter_map(|tag| {
            let tag = tag.trim();
            any |= tag == "*";
            let tag = tag.strip_prefix("W/").unwrap_or(tag);
            tag.strip_prefix('"')?.strip_suffix('"')?.strip_prefix(hash.as_str())
        });
        let known: Vec<&str> = suffixes.collect();
        accepted.iter().copied().find(|coding| any || known.contains(&suffix(*coding).as_str()))
    }
}

/// Distinguishes the bodies of one tag. Another build may compress to other bytes, so the suffix of
/// what is compressed here names the build; zstd of a text is the frame that the store keeps.
fn suffix(coding: ContentCoding) -> String {
    match coding {
        ContentCoding::Identity => String::new(),
        ContentCoding::Zstd => "-zstd".to_owned(),
        ContentCoding::Br => format!("-br-{}", &BUILD[..8]),
        ContentCoding::Gzip => format!("-gzip-{}", &BUILD[..8]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_compressed_by_another_build_does_not_match() {
        let tag = EntityTag([7; 32]);
        let hash = hex::encode(tag.0);
        let codings =
            [ContentCoding::Br, ContentCoding::Gzip, ContentCoding::Zstd, ContentCoding::Identity];
        for (known, coding) in [
            (format!("\"{hash}-br\""), None),
            (format!("\"{hash}-br-00000000\""), None),
            (format!("\"{hash}-gzip-00000000\""), None),
            (format!("\"{hash}-br-{}\"", &BUILD[..8]), Some(ContentCoding::Br)),
            (format!("\"{hash}-gzip-{}\"", &BUILD[..8]), Some(ContentCoding::Gzip)),
            (format!("\"{hash}-zstd\""), Some(ContentCoding::Zstd)),
            (format!("\"{hash}\""), Some(ContentCoding::Identity)),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::IF_NONE_MATCH, known.parse().unwrap());
            assert_eq!(tag.matching(&headers, &codings), coding, "{known}");
            if let Some(coding) = coding {
                assert_eq!(tag.header(coding), known);
            }
        }
    }
}
