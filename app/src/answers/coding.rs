//! `Accept-Encoding`: which body a client takes, and how it is made.

use std::io::{self, Write as _};

use axum::http::{HeaderMap, HeaderValue, header};
use flate2::Compression;
use flate2::write::GzEncoder;

/// zstd's default, as for the texts in the store.
const ZSTD_LEVEL: i32 = 3;

/// Between what is fast (up to 4) and what is for assets made ahead of time (from 9 on).
const BROTLI_QUALITY: i32 = 5;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Coding {
    Zstd,
    Br,
    Gzip,
    Identity,
}

impl Coding {
    /// Those that cost the least for what they save come first.
    const ALL: [Self; 4] = [Self::Zstd, Self::Br, Self::Gzip, Self::Identity];

    /// In `Content-Encoding`; none for the bytes as they are.
    pub const fn name(self) -> Option<&'static str> {
        match self {
            Self::Zstd => Some("zstd"),
            Self::Br => Some("br"),
            Self::Gzip => Some("gzip"),
            Self::Identity => None,
        }
    }

    /// What a client takes, best first by its own weights (RFC 9110, 12.5.3); never nothing.
    pub fn accepted(asked: &HeaderMap) -> Vec<Self> {
        let lines = asked.get_all(header::ACCEPT_ENCODING).iter();
        let ranges: Vec<(&str, f32)> = lines
            .filter_map(|line| line.to_str().ok())
            .flat_map(|l| l.split(','))
            .map(range)
            .collect();
        let weight = |coding: Self| {
            let of = |name: &str| {
                ranges.iter().find(|(range, _)| range.eq_ignore_ascii_case(name)).map(|(_, q)| *q)
            };
            match coding.name() {
                Some(name) => of(name).or_else(|| of("*")).unwrap_or(0.0),
                // Not named, it is welcome all the same, and less so than what is.
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
        // Stable: of equal weights, in the order above.
        accepted.sort_by(|(_, one), (_, other)| other.total_cmp(one));
        if accepted.is_empty() {
            return vec![Self::Identity];
        }
        accepted.into_iter().map(|(coding, _)| coding).collect()
    }

    /// The same wish for whoever reads it less well. Without a weight nothing is refused, and all
    /// read it alike.
    pub fn ask_plainly(asked: &mut HeaderMap) {
        let weighted = |line: &HeaderValue| line.as_bytes().contains(&b';');
        if !asked.get_all(header::ACCEPT_ENCODING).iter().any(weighted) {
            return;
        }
        let accepted = Self::accepted(asked).into_iter().zip((1..=9).rev());
        let ranges: Vec<String> = accepted
            .map(|(coding, weight)| format!("{};q=0.{weight}", coding.name().unwrap_or("identity")))
            .collect();
        // Names and digits are fit for a header.
        if let Ok(line) = HeaderValue::from_str(&ranges.join(", ")) {
            asked.insert(header::ACCEPT_ENCODING, line);
        }
    }

    pub fn pack(self, body: &[u8]) -> io::Result<Vec<u8>> {
        match self {
            Self::Zstd => zstd::bulk::compress(body, ZSTD_LEVEL),
            Self::Br => {
                let params = brotli::enc::BrotliEncoderParams {
                    quality: BROTLI_QUALITY,
                    size_hint: body.len(),
                    ..Default::default()
                };
                let mut packed = Vec::new();
                brotli::BrotliCompress(&mut &body[..], &mut packed, &params)?;
                Ok(packed)
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

/// `gzip;q=0.5`. A weight that cannot be read is nought: a client that errs gets what all can read.
fn range(range: &str) -> (&str, f32) {
    let (name, parameters) = range.split_once(';').unwrap_or((range, ""));
    let weight = parameters.split(';').find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.trim().eq_ignore_ascii_case("q").then(|| value.trim().parse().unwrap_or(0.0))
    });
    (name.trim(), weight.unwrap_or(1.0))
}

#[cfg(test)]
mod tests {
    use super::Coding::{Br, Gzip, Identity, Zstd};
    use super::*;

    fn accepted(line: &str) -> Vec<Coding> {
        let mut asked = HeaderMap::new();
        asked.insert(header::ACCEPT_ENCODING, line.parse().unwrap());
        Coding::accepted(&asked)
    }

    #[test]
    fn a_client_gets_what_it_takes() {
        assert_eq!(Coding::accepted(&HeaderMap::new()), [Identity]);
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
    fn a_wish_in_plain_words_is_the_same() {
        for (line, plain) in [
            ("gzip, deflate, br, zstd", "gzip, deflate, br, zstd"),
            ("gzip; q=0.5, br ; q=1", "br;q=0.9, gzip;q=0.8, identity;q=0.7"),
            ("*;q=0", "identity;q=0.9"),
            ("identity;q=0, *;q=0.00001", "zstd;q=0.9, br;q=0.8, gzip;q=0.7"),
            ("identity;q=0, gzip;level=1", "gzip;q=0.9"),
        ] {
            let mut asked = HeaderMap::new();
            asked.insert(header::ACCEPT_ENCODING, line.parse().unwrap());
            Coding::ask_plainly(&mut asked);
            assert_eq!(asked[header::ACCEPT_ENCODING], plain, "{line}");
        }
    }

    #[test]
    fn several_lines_are_one() {
        let mut asked = HeaderMap::new();
        asked.append(header::ACCEPT_ENCODING, "gzip;q=0.5".parse().unwrap());
        asked.append(header::ACCEPT_ENCODING, "br".parse().unwrap());
        assert_eq!(Coding::accepted(&asked), [Br, Gzip, Identity]);
    }
}
