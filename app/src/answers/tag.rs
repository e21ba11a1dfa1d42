//! Strong validators: who has the same tag has the same bytes, whichever site made them, and when.

use axum::http::{HeaderMap, HeaderValue, header};
use sha2::{Digest as _, Sha256};
use store::Paste;

use super::Coding;

/// Of everything that pages are made with: this program's source, its words, assets and libraries.
const BUILD: &str = env!("BUILD");

/// What a body is made of, as SHA-256.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Tag([u8; 32]);

impl Tag {
    /// A text is its own.
    ///
    /// # Errors
    /// The row's checksum is none.
    pub fn of_text(paste: &Paste) -> anyhow::Result<Self> {
        Ok(Self(paste.sha256.as_slice().try_into()?))
    }

    /// `parts` is all that the bytes depend on, beside this program.
    pub fn of(parts: &[&[u8]]) -> Self {
        let mut hash = Sha256::new();
        hash.update(BUILD);
        for part in parts {
            // With its length, so that no two lists of parts run together into the same bytes.
            hash.update((part.len() as u64).to_le_bytes());
            hash.update(part);
        }
        Self(hash.finalize().into())
    }

    pub fn etag(&self, coding: Coding) -> HeaderValue {
        let etag = self.text(coding);
        // Hex digits and quotes are fit for a header.
        HeaderValue::from_str(&etag).unwrap_or_else(|_| HeaderValue::from_static("\"\""))
    }

    fn text(&self, coding: Coding) -> String {
        format!("\"{}{}\"", hex::encode(self.0), suffix(coding))
    }

    /// The coding in which the client has it already, of those that it takes now. `*` is any that
    /// there is: whoever comes here has asked the row, so there is one.
    pub fn known(&self, asked: &HeaderMap, codings: &[Coding]) -> Option<Coding> {
        let mut lines = asked.get_all(header::IF_NONE_MATCH).iter().peekable();
        lines.peek()?;
        let hash = hex::encode(self.0);
        // No quoted tag of ours has a comma, so one that has cannot be taken for it.
        let tags = lines.filter_map(|line| line.to_str().ok()).flat_map(|line| line.split(','));
        let mut any = false;
        let suffixes = tags.filter_map(|tag| {
            let tag = tag.trim();
            any |= tag == "*";
            let tag = tag.strip_prefix("W/").unwrap_or(tag);
            tag.strip_prefix('"')?.strip_suffix('"')?.strip_prefix(hash.as_str())
        });
        let known: Vec<&str> = suffixes.collect();
        codings.iter().copied().find(|coding| any || known.contains(&suffix(*coding).as_str()))
    }
}

/// What tells the bodies of one tag apart. Those that are packed here may be others in the next
/// build; a text's zstd is the frame that the store keeps.
fn suffix(coding: Coding) -> String {
    match coding {
        Coding::Identity => String::new(),
        Coding::Zstd => "-zstd".to_owned(),
        Coding::Br => format!("-br-{}", &BUILD[..8]),
        Coding::Gzip => format!("-gzip-{}", &BUILD[..8]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_another_build_packed_is_not_known() {
        let tag = Tag([7; 32]);
        let hash = hex::encode(tag.0);
        let codings = [Coding::Br, Coding::Gzip, Coding::Zstd, Coding::Identity];
        for (known, coding) in [
            (format!("\"{hash}-br\""), None),
            (format!("\"{hash}-br-00000000\""), None),
            (format!("\"{hash}-gzip-00000000\""), None),
            (format!("\"{hash}-br-{}\"", &BUILD[..8]), Some(Coding::Br)),
            (format!("\"{hash}-gzip-{}\"", &BUILD[..8]), Some(Coding::Gzip)),
            (format!("\"{hash}-zstd\""), Some(Coding::Zstd)),
            (format!("\"{hash}\""), Some(Coding::Identity)),
        ] {
            let mut asked = HeaderMap::new();
            asked.insert(header::IF_NONE_MATCH, known.parse().unwrap());
            assert_eq!(tag.known(&asked, &codings), coding, "{known}");
            if let Some(coding) = coding {
                assert_eq!(tag.etag(coding), known);
            }
        }
    }
}
