//! The `Content-Encoding` of request bodies. This decodes complete bodies in memory, with bounds on the
//! result and on what the decoders themselves allocate.
//!
//! tower-http's `RequestDecompression` is not used: it knows no stacked codings, accepts bytes after the
//! end, and lets a zstd frame demand a window of 128 MiB and a brotli stream one of 1 GiB.

use std::io::{self, Read};

use axum::http::{HeaderMap, HeaderValue, header};
use brotli::enc::StandardAlloc;
use brotli::{BrotliDecompressStream, BrotliResult, BrotliState};
use flate2::{Decompress, FlushDecompress, Status};

/// The codings, as `Accept-Encoding` lists them in the answer to a request with another one.
pub const ACCEPTED: HeaderValue = HeaderValue::from_static("gzip, zstd, br, deflate");

/// The most codings of one body.
const MAX_STACKED: usize = 4;

/// The largest window of a zstd frame, as the logarithm of its bytes: 8 MiB, the bound for HTTP
/// (RFC 9659).
const ZSTD_WINDOW_LOG: u32 = 23;

/// How much is decoded between two checks of the bounds, in bytes.
const CHUNK_BYTES: usize = 64 * 1024;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Coding {
    Gzip,
    Deflate,
    Zstd,
    Brotli,
}

/// The body has a coding that is not known, or too many.
#[derive(Debug, PartialEq, Eq)]
pub struct UnknownCoding;

/// Why a body was not decoded.
#[derive(Debug)]
pub enum DecodeError<E> {
    /// It is not in this coding, ends early, or has bytes after its end.
    Malformed,
    /// It is larger than the limit.
    TooLarge,
    /// The caller's count refused more bytes.
    Refused(E),
}

impl<E> From<io::Error> for DecodeError<E> {
    fn from(_: io::Error) -> Self {
        Self::Malformed
    }
}

/// The codings of a body in the order in which they were applied; empty if it has none.
///
/// # Errors
/// [`UnknownCoding`].
pub fn codings(headers: &HeaderMap) -> Result<Vec<Coding>, UnknownCoding> {
    let mut codings = Vec::new();
    for value in headers.get_all(header::CONTENT_ENCODING) {
        for name in value.to_str().map_err(|_| UnknownCoding)?.split(',') {
            codings.extend(match name.trim().to_ascii_lowercase().as_str() {
                "" | "identity" => None,
                "gzip" | "x-gzip" => Some(Coding::Gzip),
                "deflate" => Some(Coding::Deflate),
                "zstd" => Some(Coding::Zstd),
                "br" => Some(Coding::Brotli),
                _ => return Err(UnknownCoding),
            });
        }
    }
    if codings.len() > MAX_STACKED { Err(UnknownCoding) } else { Ok(codings) }
}

/// Undoes the codings, the last first. No step may have more than `limit` bytes. `count` is called with
/// the bytes of each chunk before more are decoded.
///
/// # Errors
/// Those of [`DecodeError`].
pub fn decode<E>(
    body: Vec<u8>,
    codings: &[Coding],
    limit: usize,
    count: &mut impl FnMut(usize) -> Result<(), E>,
) -> Result<Vec<u8>, DecodeError<E>> {
    codings.iter().rev().try_fold(body, |body, coding| {
        let mut output = Decoded { bytes: Vec::new(), limit, count };
        match coding {
            Coding::Gzip => output.read(flate2::bufread::MultiGzDecoder::new(&*body)),
            Coding::Deflate => output.inflate(&body),
            Coding::Zstd => {
                let mut decoder = zstd::stream::read::Decoder::with_buffer(&*body)?;
                decoder.window_log_max(ZSTD_WINDOW_LOG)?;
                if body.is_empty() { Err(DecodeError::Malformed) } else { output.read(decoder) }
            }
            Coding::Brotli => output.unbrotli(&body),
        }?;
        Ok(output.bytes)
    })
}

/// Bytes that are counted as they are added.
struct Decoded<'a, F> {
    bytes: Vec<u8>,
    limit: usize,
    count: &'a mut F,
}

impl<F> Decoded<'_, F> {
    fn add<E>(&mut self, chunk: &[u8]) -> Result<(), DecodeError<E>>
    where
        F: FnMut(usize) -> Result<(), E>,
    {
        if self.bytes.len() + chunk.len() > self.limit {
            return Err(DecodeError::TooLarge);
        }
        (self.count)(chunk.len()).map_err(DecodeError::Refused)?;
        self.bytes.extend_from_slice(chunk);
        Ok(())
    }

    fn read<E>(&mut self, mut decoder: impl Read) -> Result<(), DecodeError<E>>
    where
        F: FnMut(usize) -> Result<(), E>,
    {
        let mut chunk = vec![0; CHUNK_BYTES];
        loop {
            match decoder.read(&mut chunk)? {
                0 => return Ok(()),
                length => self.add(&chunk[..length])?,
            }
        }
    }

    /// `brotli::Decompressor` would ignore bytes after the end, and allow windows of up to 1 GiB.
    fn unbrotli<E>(&mut self, body: &[u8]) -> Result<(), DecodeError<E>>
    where
        F: FnMut(usize) -> Result<(), E>,
    {
        let alloc = StandardAlloc::default;
        let mut state = BrotliState::new_strict(alloc(), alloc(), alloc());
        let mut chunk = vec![0; CHUNK_BYTES];
        let (mut unread, mut read, mut total) = (body.len(), 0, 0);
        loop {
            let (mut room, mut written) = (chunk.len(), 0);
            let result = BrotliDecompressStream(
                &mut unread,
                &mut read,
                body,
                &mut room,
                &mut written,
                &mut chunk,
                &mut total,
                &mut state,
            );
            self.add(&chunk[..written])?;
            match result {
                BrotliResult::ResultSuccess if unread == 0 => return Ok(()),
                BrotliResult::NeedsMoreOutput => {}
                _ => return Err(DecodeError::Malformed),
            }
        }
    }

    /// Decodes zlib, which is what `deflate` means, or bare deflate, which some clients send instead.
    fn inflate<E>(&mut self, body: &[u8]) -> Result<(), DecodeError<E>>
    where
        F: FnMut(usize) -> Result<(), E>,
    {
        let is_zlib = matches!(*body, [method, flags, ..]
            if method & 0x0f == 8 && u16::from_be_bytes([method, flags]).is_multiple_of(31));
        let mut inflater = Decompress::new(is_zlib);
        let mut chunk = vec![0; CHUNK_BYTES];
        let mut rest = body;
        loop {
            let (read, written) = (inflater.total_in(), inflater.total_out());
            let status = inflater.decompress(rest, &mut chunk, FlushDecompress::None);
            let status = status.map_err(|_| DecodeError::Malformed)?;
            let consumed = usize::try_from(inflater.total_in() - read).unwrap_or(rest.len());
            let length = usize::try_from(inflater.total_out() - written).unwrap_or(chunk.len());
            rest = &rest[consumed..];
            self.add(&chunk[..length])?;
            match status {
                Status::StreamEnd if rest.is_empty() => return Ok(()),
                Status::Ok | Status::BufError if consumed + length > 0 => {}
                _ => return Err(DecodeError::Malformed),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;
    use std::io::Write as _;

    use flate2::Compression;
    use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};

    use super::*;

    const LIMIT: usize = 1 << 20;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn zlib(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn bare_deflate(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn zstd(bytes: &[u8]) -> Vec<u8> {
        zstd::stream::encode_all(bytes, 1).unwrap()
    }

    fn brotli(bytes: &[u8]) -> Vec<u8> {
        let mut encoded = Vec::new();
        let parameters = brotli::enc::BrotliEncoderParams { quality: 1, ..Default::default() };
        brotli::BrotliCompress(&mut &*bytes, &mut encoded, &parameters).unwrap();
        encoded
    }

    fn all(bytes: &[u8]) -> Vec<(Coding, Vec<u8>)> {
        vec![
            (Coding::Gzip, gzip(bytes)),
            (Coding::Deflate, zlib(bytes)),
            (Coding::Deflate, bare_deflate(bytes)),
            (Coding::Zstd, zstd(bytes)),
            (Coding::Brotli, brotli(bytes)),
        ]
    }

    fn decoded(body: Vec<u8>, codings: &[Coding]) -> Result<Vec<u8>, DecodeError<Infallible>> {
        decode(body, codings, LIMIT, &mut |_| Ok(()))
    }

    #[test]
    fn what_was_encoded_is_decoded_in_every_coding() {
        for text in [&b"one\ntwo\n"[..], b"", &b"some text ".repeat(50_000)] {
            for (coding, body) in all(text) {
                assert_eq!(decoded(body, &[coding]).unwrap(), text, "{coding:?}");
            }
        }
        let twice = brotli(&gzip(b"text"));
        assert_eq!(decoded(twice, &[Coding::Gzip, Coding::Brotli]).unwrap(), b"text");
        let members = [gzip(b"a"), gzip(b"b")].concat();
        assert_eq!(decoded(members, &[Coding::Gzip]).unwrap(), b"ab");
    }

    #[test]
    fn a_body_that_is_cut_or_has_more_bytes_is_malformed() {
        let is_malformed = |body: &[u8], coding| {
            matches!(decoded(body.to_vec(), &[coding]), Err(DecodeError::Malformed))
        };
        for (coding, body) in all(&b"some text ".repeat(1_000)) {
            for cut in [0, 1, body.len() / 2, body.len() - 1] {
                assert!(is_malformed(&body[..cut], coding), "{coding:?} cut at {cut}");
            }
            assert!(is_malformed(&[&body, &b"more"[..]].concat(), coding), "{coding:?} and more");
            assert!(is_malformed(b"plain text", coding), "{coding:?}");
        }
    }

    #[test]
    fn a_bomb_is_stopped_at_the_limit_and_its_bytes_are_counted() {
        for (coding, body) in all(&vec![b'x'; 4 * LIMIT]) {
            let mut counted = 0;
            let outcome = decode::<Infallible>(body.clone(), &[coding], LIMIT, &mut |bytes| {
                counted += bytes;
                Ok(())
            });
            assert!(matches!(outcome, Err(DecodeError::TooLarge)), "{coding:?}");
            assert!((LIMIT / 2..=LIMIT).contains(&counted), "{coding:?} {counted}");
            let refused = decode(body, &[coding], LIMIT, &mut |_| Err("full"));
            assert!(matches!(refused, Err(DecodeError::Refused("full"))), "{coding:?}");
        }
    }

    #[test]
    fn a_zstd_frame_with_a_huge_window_is_refused() {
        let mut encoder = zstd::stream::Encoder::new(Vec::new(), 1).unwrap();
        encoder.window_log(27).unwrap();
        encoder.write_all(b"text").unwrap();
        let body = encoder.finish().unwrap();
        assert!(matches!(decoded(body, &[Coding::Zstd]), Err(DecodeError::Malformed)));
    }

    #[test]
    fn codings_have_any_case_and_come_in_several_headers() {
        let of = |values: &[&str]| {
            let mut headers = HeaderMap::new();
            for value in values {
                headers.append(header::CONTENT_ENCODING, value.parse().unwrap());
            }
            codings(&headers)
        };
        assert_eq!(of(&["X-GZip, identity", "BR"]), Ok(vec![Coding::Gzip, Coding::Brotli]));
        assert_eq!(of(&[""]), Ok(vec![]));
        for unknown in ["compress", "aws-chunked", "gzip;q=1", "br,br,br,br,br"] {
            assert_eq!(of(&[unknown]), Err(UnknownCoding), "{unknown}");
        }
    }
}
