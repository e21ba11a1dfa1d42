//! Content codings: which of them a client accepts, and how a body is compressed.

use std::io::{self, Write as _};

use axum::http::{HeaderMap, HeaderValue, header};
use flate2::Compression;
use flate2::write::GzEncoder;

/// The default of zstd, as for the texts in the store.
const ZSTD_LEVEL: i32 = 3;

/// Between the fast levels (up to 4) and those for assets compressed ahead of time (from 9 on).
const BROTLI_QUALITY: i32 = 5;

/// A coding that this site sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ContentCoding {
    Zstd,
    Br,
    Gzip,
    Identity,
}

impl ContentCoding {
    /// In the order of preference: least processor time for the bytes saved comes first.
    const ALL: [Self; 4] = [Self::Zstd, Self::Br, Self::Gzip, Self::Identity];

    /// The name in `Content-Encoding`; `None` for identity.
    pub const fn name(self) -> Option<&'static str> {
        match self {
            Self::Zstd => Some("zstd"),
            Self::Br => Some("br"),
            Self::Gzip => Some("gzip"),
            Self::Identity => None,
        }
    }

    /// The codings that a client accepts, best first by its weights (RFC 9110, 12.5.3). Never empty.
    pub fn accepted(headers: &HeaderMap) -> Vec<Self> {
        let lines = headers.get_all(header::ACCEPT_ENCODING).iter();
        let ranges: Vec<(&str, f32)> = lines
            .filter_map(|line| line.to_str().ok())
            .flat_map(|l| l.split(','))
            .map(parse_range)
            .collect();
        let weight = |coding: Self| {
            let of = |name: &str| {
                ranges.iter().find(|(range, _)| range.eq_ignore_ascii_case(name)).map(|(_, q)| *q)
            };
            match coding.name() {
                Some(name) => of(name).or_else(|| of("*")).unwrap_or(0.0),
                // Identity is accepted without being named, with the lowest weight (12.5.3).
                None => of("identity")
                    .or_else(|| of("*").map(|q| q.min(f32::EPSILON)))
                    .unwrap_or(f32::EPSILON),
            }
        };
        let mut accepted: Vec<(Self, f32)> = Self::ALL
            .map(|coding| (coding, weight(coding)))
            .into_iter()
            .filter(|(_, q)| *q > 0.0)
            .collect();
        // The sort is stable: equal weights keep the order of `ALL`.
        accepted.sort_by(|(_, one), (_, other)| other.total_cmp(one));
        if accepted.is_empty() {
            return vec![Self::Identity];
        }
        accepted.into_iter().map(|(coding, _)| coding).collect()
    }

    /// Rewrites `Accept-Encoding` into a form that tower-http reads correctly: only codings that
    /// this site has, with plain weights. A header without weights needs no rewriting.
    pub fn normalize_accept_encoding(headers: &mut HeaderMap) {
        let weighted = |line: &HeaderValue| line.as_bytes().contains(&b';');
        if !headers.get_all(header::ACCEPT_ENCODING).iter().any(weighted) {
            return;
        }
        let accepted = Self::accepted(headers).into_iter().zip((1..=9).rev());
        let ranges: Vec<String> = accepted
            .map(|(coding, weight)| format!("{};q=0.{weight}", coding.name().unwrap_or("identity")))
            .collect();
        // Names and digits are valid in a header.
        if let Ok(line) = HeaderValue::from_str(&ranges.join(", ")) {
            headers.insert(header::ACCEPT_ENCODING, line);
        }
    }

    /// The body in this coding.
    ///
    /// # Errors
    /// The encoder failed.
    pub fn encode(self, body: &[u8]) -> io::Result<Vec<u8>> {
        match self {
            Self::Zstd => zstd::bulk::compress(body, ZSTD_LEVEL),
            Self::Br => {
                let params = brotli::enc::BrotliEncoderParams {
                    quality: BROTLI_QUALITY,
                    size_hint: body.len(),
                    ..Default::default()
                };
                let mut encoded = Vec::new();
                brotli::BrotliCompress(&mut &body[..], &mut encoded, &params)?;
                Ok(encoded)
            }
            Self::Gzip => {
                let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
                encoder.write_all(body)?;
                encoder.finish()
            }
            Self::Identity => Ok(body.to_vec()),
        }
    }
}

/// Parses `gzip;q=0.5`. An invalid weight counts as zero, so such a client gets identity.
fn parse_range(range: &str) -> (&str, f32) {
    let (name, parameters) = range.split_once(';').unwrap_or((range, ""));
    let weight = parameters.split(';').find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.trim().eq_ignore_ascii_case("q").then(|| value.trim().parse().unwrap_or(0.0))
    });
    (name.trim(), weight.unwrap_or(1.0))
}

#[cfg(test)]
mod tests {
    use super::ContentCoding::{Br, Gzip, Identity, Zstd};
    use super::*;

    fn accepted(line: &str) -> Vec<ContentCoding> {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT_ENCODING, line.parse().unwrap());
        ContentCoding::accepted(&headers)
    }

    #[test]
    fn codings_follow_the_weights_of_the_client() {
        assert_eq!(ContentCoding::accepted(&HeaderMap::new()), [Identity]);
        for (line, codings) in [
            ("", &[Identity][..]),
            ("gzip, deflate, br, zstd", &[Zstd, Br, Gzip, Identity]),
            ("gzip", &[Gzip, Identity]),
            ("GZip;Q=0.5 , br; q=0.1", &[Gzip, Br, Identity]),
            ("gzip;q=0", &[Identity]),
            ("zstd;q=0, *", &[Br, Gzip, Identity]),
            ("identity, gzip;q=0.5", &[Identity, Gzip]),
            ("identity;q=0, br", &[Br]),
            ("*;q=0", &[Identity]),
            ("*;q=0, br", &[Br]),
            ("gzip;q=x", &[Identity]),
            ("deflate, compress", &[Identity]),
            (";;,q=,;q=1", &[Identity]),
        ] {
            assert_eq!(accepted(line), codings, "{line}");
        }
    }

    #[test]
    fn a_normalized_header_accepts_the_same_codings() {
        for (line, normalized) in [
            ("gzip, deflate, br, zstd", "gzip, deflate, br, zstd"),
            ("gzip; q=0.5, br ; q=1", "br;q=0.9, gzip;q=0.8, identity;q=0.7"),
            ("*;q=0", "identity;q=0.9"),
            ("identity;q=0, *;q=0.00001", "zstd;q=0.9, br;q=0.8, gzip;q=0.7"),
            ("identity;q=0, gzip;level=1", "gzip;q=0.9"),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_ENCODING, line.parse().unwrap());
            ContentCoding::normalize_accept_encoding(&mut headers);
            assert_eq!(headers[header::ACCEPT_ENCODING], normalized, "{line}");
        }
    }

    #[test]
    fn several_header_lines_count_as_one() {
        let mut headers = HeaderMap::new();
        headers.append(header::ACCEPT_ENCODING, "gzip;q=0.5".parse().unwrap());
        headers.append(header::ACCEPT_ENCODING, "br".parse().unwrap());
        assert_eq!(ContentCoding::accepted(&headers), [Br, Gzip, Identity]);
    }
}
