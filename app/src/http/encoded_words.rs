//! Encoded words (RFC 2047): `=?utf-8?B?0JDQvdC90LA=?=`, as clients write names into headers that have
//! no other way to carry them.

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use encoding_rs::Encoding;
use quoted_printable::ParseMode;

use crate::http::charset;

/// Base64 with or without padding, as senders differ in it.
pub const LENIENT_BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// A run of bytes in one encoding.
struct Run {
    /// `None` for bytes that are not an encoded word.
    encoding: Option<&'static Encoding>,
    bytes: Vec<u8>,
}

/// The text of a value that has encoded words; `None` if it has none, or has one that cannot be read.
pub fn decode(value: &[u8]) -> Option<String> {
    let mut runs: Vec<Run> = Vec::new();
    let mut rest = value;
    while let Some(start) = memchr::memmem::find(rest, b"=?") {
        let Some((run, length)) = encoded_word(&rest[start..]) else { break };
        let between = &rest[..start];
        let follows_word = runs.last().is_some_and(|last| last.encoding.is_some());
        // White space between two encoded words is not part of the text.
        if !(between.is_empty() || follows_word && between.trim_ascii().is_empty()) {
            runs.push(Run { encoding: None, bytes: between.to_vec() });
        }
        push(&mut runs, run);
        rest = &rest[start + length..];
    }
    if runs.is_empty() {
        return None;
    }
    runs.push(Run { encoding: None, bytes: rest.to_vec() });
    let text = |run: Run| match run.encoding {
        Some(encoding) => charset::decode(encoding, &run.bytes),
        None => charset::decode_word(&run.bytes, None),
    };
    runs.into_iter().map(text).collect()
}

/// Some senders split a character between two words, so adjacent words are decoded together.
fn push(runs: &mut Vec<Run>, run: Run) {
    match runs.last_mut() {
        Some(last) if last.encoding == run.encoding => last.bytes.extend(run.bytes),
        _ => runs.push(run),
    }
}

/// The encoded word at the start of `value`, and its length in bytes.
fn encoded_word(value: &[u8]) -> Option<(Run, usize)> {
    let mut parts = value.get(2..)?.splitn(3, |byte| *byte == b'?');
    let (label, kind, rest) = (parts.next()?, parts.next()?, parts.next()?);
    let end = memchr::memmem::find(rest, b"?=")?;
    let data = &rest[..end];
    // RFC 2231 allows a language after the charset: `utf-8*ru`.
    let label = label.split(|byte| *byte == b'*').next()?;
    let encoding = charset::by_label(str::from_utf8(label).ok()?)?;
    let bytes = match kind {
        b"B" | b"b" => LENIENT_BASE64.decode(data).ok()?,
        b"Q" | b"q" => {
            let spaced: Vec<u8> =
                data.iter().map(|byte| if *byte == b'_' { b' ' } else { *byte }).collect();
            quoted_printable::decode(spaced, ParseMode::Robust).ok()?
        }
        _ => return None,
    };
    let length = value.len() - rest.len() + end + 2;
    Some((Run { encoding: Some(encoding), bytes }, length))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_in_base64_and_quoted_printable_are_decoded() {
        for (value, text) in [
            ("=?UTF-8?B?0J7RgtGH0ZHRgi50eHQ=?=", "Отчёт.txt"),
            ("=?utf-8?b?0J7RgtGH0ZHRgi50eHQ?=", "Отчёт.txt"),
            ("=?utf-8?Q?=D0=9E=D1=82_1.txt?=", "От 1.txt"),
            ("=?windows-1251?Q?=CE=F2?=.txt", "От.txt"),
            ("=?KOI8-R*ru?B?79Q=?=", "От"),
            ("=?utf-8?B?0J4=?= =?utf-8?B?0YI=?=", "От"),
            ("=?utf-8?B?0A==?= =?utf-8?B?ng==?=", "О"),
            ("a =?utf-8?Q?b?= c", "a b c"),
            ("=?iso-8859-1?q?caf=E9?=", "café"),
        ] {
            assert_eq!(decode(value.as_bytes()).as_deref(), Some(text), "{value}");
        }
        for value in
            ["plain", "=?", "=?utf-8?B?", "=?utf-8?X?a?=", "=?klingon?B?YQ==?=", "=?utf-8?Q?=FF?="]
        {
            assert_eq!(decode(value.as_bytes()), None, "{value}");
        }
    }
}
