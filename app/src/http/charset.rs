//! Character encodings: decodes names and texts that are not UTF-8, and guesses an encoding that the
//! request does not declare.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, IBM866, ISO_2022_JP, KOI8_R, KOI8_U, UTF_8, UTF_16BE, UTF_16LE};
use encoding_rs::{WINDOWS_1251, WINDOWS_1252};

/// How much of a text is looked at to guess its encoding, in bytes from the first unreadable one.
const SAMPLE_BYTES: usize = 64 * 1024;

/// How many Cyrillic letters a name needs to be recognised: two can be letters in other encodings.
const MIN_LETTERS: usize = 3;

/// The top-level domain that tips the guess between similar encodings. Of all texts that are not
/// UTF-8, those in Russian are the ones that this site expects.
const DOMAIN: Option<&[u8]> = Some(b"ru");

/// A text that was decoded to UTF-8.
#[derive(Debug, PartialEq, Eq)]
pub struct DecodedText {
    pub text: String,
    pub source: Source,
}

/// The encoding of a text when it arrived.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Source {
    pub encoding: &'static Encoding,
    /// Some bytes could not be read and became U+FFFD.
    pub is_lossy: bool,
}

/// A byte that is not text, and its position, counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BadByte {
    pub value: u8,
    pub line: u64,
    /// Position in its line.
    pub column: u64,
    /// Position in the text.
    pub position: u64,
}

/// The encoding with this label: any name of the WHATWG Encoding Standard, in any case.
pub fn by_label(label: &str) -> Option<&'static Encoding> {
    Encoding::for_label_no_replacement(label.as_bytes())
}

/// A name or another word as text; `None` if its encoding cannot be told. `declared` is the encoding
/// that the request names.
pub fn decode_word(word: &[u8], declared: Option<&'static Encoding>) -> Option<String> {
    // A declared UTF-16 is that of the text: names in headers and forms are never UTF-16.
    let declared = declared.filter(|encoding| ![UTF_16LE, UTF_16BE].contains(encoding));
    match str::from_utf8(word) {
        Ok(word) if declared != Some(ISO_2022_JP) => {
            Some(word.trim_start_matches('\u{feff}').to_owned())
        }
        _ => declared.and_then(|encoding| decode(encoding, word)).or_else(|| guess_word(word)),
    }
}

/// `bytes` as text; `None` if they have a sequence that the encoding does not have.
pub fn decode(encoding: &'static Encoding, bytes: &[u8]) -> Option<String> {
    let text = encoding.decode_without_bom_handling_and_without_replacement(bytes)?;
    Some(text.into_owned())
}

/// A text that is not UTF-8, decoded by its byte-order mark or by the declared encoding; `None` if it
/// stays as it is. With `is_lossy` every text is decoded, and what cannot be read becomes U+FFFD.
pub fn decode_text(
    bytes: &[u8],
    declared: Option<&'static Encoding>,
    is_lossy: bool,
) -> Option<DecodedText> {
    let marked = Encoding::for_bom(bytes).filter(|(encoding, _)| *encoding != UTF_8);
    let (encoding, start) = marked.unwrap_or((declared.unwrap_or(UTF_8), 0));
    // UTF-16 and ISO-2022-JP consist of bytes that may also be UTF-8.
    let is_text = || str::from_utf8(bytes).is_ok() && memchr::memchr(0, bytes).is_none();
    if encoding.is_ascii_compatible() && is_text() {
        return None;
    }
    let bytes = &bytes[start..];
    if encoding != UTF_8
        && let Some(text) = decode(encoding, bytes)
    {
        return Some(DecodedText { text, source: Source { encoding, is_lossy: false } });
    }
    is_lossy.then(|| {
        let (text, is_lossy) = encoding.decode_without_bom_handling(bytes);
        DecodedText { text: text.into_owned(), source: Source { encoding, is_lossy } }
    })
}

/// The first byte that is NUL or does not belong to a UTF-8 sequence.
pub fn first_bad_byte(bytes: &[u8]) -> Option<BadByte> {
    let valid = str::from_utf8(bytes).err().map(|error| error.valid_up_to());
    let at = [memchr::memchr(0, bytes), valid].into_iter().flatten().min()?;
    let before = &bytes[..at];
    let line_start = memchr::memrchr(b'\n', before).map_or(0, |newline| newline + 1);
    Some(BadByte {
        value: bytes[at],
        line: memchr::memchr_iter(b'\n', before).count() as u64 + 1,
        column: (at - line_start) as u64 + 1,
        position: at as u64 + 1,
    })
}

/// The likely encoding of a text whose first bad byte is `bad`; `None` if none fits.
pub fn guess_text(bytes: &[u8], bad: &BadByte) -> Option<&'static Encoding> {
    if bad.value == 0 {
        return [UTF_16LE, UTF_16BE]
            .into_iter()
            .find(|encoding| decode(encoding, bytes).is_some_and(|text| is_plain(&text)));
    }
    let start = usize::try_from(bad.position - 1).ok()?;
    let sample = &bytes[start..bytes.len().min(start + SAMPLE_BYTES)];
    // The end of a sample may cut a character.
    let end = sample.iter().rposition(u8::is_ascii).map_or(sample.len(), |at| at + 1);
    let sample = if start + sample.len() < bytes.len() { &sample[..end] } else { sample };
    let (expected, neutral) = (detect(sample, DOMAIN), detect(sample, None));
    let is_expected = decode(expected, sample).is_some_and(|text| is_russian(&text));
    let encoding = if is_expected { expected } else { neutral };
    decode(encoding, sample).is_some_and(|text| is_plain(&text)).then_some(encoding)
}

/// A word in an encoding that its letters show clearly.
fn guess_word(word: &[u8]) -> Option<String> {
    let encoding = detect(word, DOMAIN);
    let text = decode(encoding, word)?;
    let letters = text.chars().filter(|c| !c.is_ascii() && c.is_alphabetic()).count();
    let is_clear = match encoding {
        _ if [WINDOWS_1251, IBM866, KOI8_R, KOI8_U].contains(&encoding) => {
            letters >= MIN_LETTERS && is_russian(&text)
        }
        _ if encoding == WINDOWS_1252 => detect(word, None) == encoding && is_western(&text),
        _ => false,
    };
    is_clear.then_some(text)
}

fn detect(sample: &[u8], domain: Option<&[u8]>) -> &'static Encoding {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(sample, true);
    detector.guess(domain, Utf8Detection::Deny)
}

/// Whether no character is a control, as those of a wrong guess often are.
fn is_plain(text: &str) -> bool {
    let is_rare = |c: char| matches!(c, '\u{e000}'..='\u{f8ff}' | '\u{3400}'..='\u{4dbf}');
    !text
        .chars()
        .any(|c| (c.is_control() && !c.is_ascii_whitespace() && c != '\u{1b}') || is_rare(c))
}

/// Whether everything outside ASCII is Cyrillic letters and common punctuation, and no word mixes
/// alphabets or has a capital letter after a small one.
fn is_russian(text: &str) -> bool {
    let is_cyrillic = |c: char| matches!(c, '\u{401}'..='\u{45f}' | '\u{490}' | '\u{491}');
    let is_expected = |c: char| c.is_ascii() || is_cyrillic(c) || "№«»„“”‘’–—…\u{a0}".contains(c);
    text.chars().all(is_expected)
        && words(text).all(|word| {
            word.is_ascii() || word.chars().all(is_cyrillic) && !has_inner_capital(word)
        })
}

/// Whether all letters outside ASCII are Latin, and stand beside letters of ASCII.
fn is_western(text: &str) -> bool {
    let is_latin = |c: char| c.is_ascii() || matches!(c, '\u{c0}'..='\u{17f}');
    words(text).all(|word| {
        let ascii = word.chars().filter(char::is_ascii).count();
        word.is_ascii() || word.chars().all(is_latin) && ascii >= 2 && !has_inner_capital(word)
    })
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty())
}

fn has_inner_capital(word: &str) -> bool {
    let mut cases = word.chars().zip(word.chars().skip(1));
    cases.any(|(c, next)| c.is_lowercase() && next.is_uppercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encoded(label: &str, text: &str) -> Vec<u8> {
        by_label(label).unwrap().encode(text).0.into_owned()
    }

    fn utf_16(text: &str) -> Vec<u8> {
        text.encode_utf16().flat_map(u16::to_le_bytes).collect()
    }

    #[test]
    fn a_russian_name_is_recognised_in_every_cyrillic_encoding() {
        for name in ["Отчёт.txt", "заметки 2024.txt", "код.py", "План на год (1).md"]
        {
            for label in ["cp1251", "cp866", "KOI8-R"] {
                assert_eq!(
                    decode_word(&encoded(label, name), None).as_deref(),
                    Some(name),
                    "{label}"
                );
            }
        }
        for name in ["café.txt", "Übergröße.md"] {
            assert_eq!(decode_word(&encoded("latin1", name), None).as_deref(), Some(name));
        }
    }

    #[test]
    fn a_name_whose_encoding_cannot_be_told_is_none() {
        let names = [&b"\xff\xfe.txt"[..], b"\xff", b"\xd0", b"a\xc3", b"\xe4\xe0"];
        for name in names {
            assert_eq!(decode_word(name, None), None, "{name:?}");
        }
        for (label, name) in
            [("shift_jis", "日本語.txt"), ("big5", "測試.txt"), ("cp1253", "Ελλάδα")]
        {
            let bytes = encoded(label, name);
            assert_eq!(decode_word(&bytes, None), None, "{name}");
            assert_eq!(decode_word(&bytes, by_label(label)).as_deref(), Some(name));
        }
    }

    #[test]
    fn a_declared_encoding_that_does_not_fit_is_not_believed() {
        let name = encoded("cp1251", "Отчёт");
        assert_eq!(decode_word(&name, by_label("utf-8")).as_deref(), Some("Отчёт"));
        assert_eq!(decode_word(&name, by_label("utf-16")).as_deref(), Some("Отчёт"));
        assert_eq!(decode_word("Отчёт".as_bytes(), by_label("cp1251")).as_deref(), Some("Отчёт"));
    }

    #[test]
    fn a_text_is_decoded_by_its_mark_or_by_the_declared_encoding() {
        let text = |bytes: &[u8], label: &str| {
            decode_text(bytes, by_label(label), false).map(|decoded| decoded.text)
        };
        let marked = [&b"\xff\xfe"[..], &utf_16("да\n")].concat();
        assert_eq!(text(&marked, ""), Some("да\n".to_owned()));
        assert_eq!(text(&marked, "cp1251"), Some("да\n".to_owned()));
        assert_eq!(text(b"\xfe\xff\0a", ""), Some("a".to_owned()));
        assert_eq!(text(&utf_16("hi"), "UTF-16LE"), Some("hi".to_owned()));
        assert_eq!(text(&encoded("cp1251", "да"), "Windows-1251"), Some("да".to_owned()));
        let japanese = encoded("iso-2022-jp", "日本");
        assert_eq!(text(&japanese, "ISO-2022-JP"), Some("日本".to_owned()));
        for (bytes, label) in [
            ("да".as_bytes(), "cp1251"),
            (b"\xef\xbb\xbfa", ""),
            (b"\xe4\xe0", ""),
            (b"\xe4\xe0", "utf-8"),
            (b"\xff\xfea", ""),
        ] {
            assert_eq!(text(bytes, label), None, "{bytes:?} {label}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_replaced_on_request() {
        let lossy = decode_text(b"a\xffb", None, true).unwrap();
        assert_eq!(lossy.text, "a\u{fffd}b");
        assert_eq!(lossy.source, Source { encoding: UTF_8, is_lossy: true });
        assert_eq!(decode_text(b"\xff\xfea\0b", None, true).unwrap().text, "a\u{fffd}");
        assert_eq!(decode_text("да".as_bytes(), None, true), None);
    }

    #[test]
    fn the_first_bad_byte_has_a_line_and_a_column() {
        let bad = |value, line, column, position| BadByte { value, line, column, position };
        assert_eq!(first_bad_byte(b"one\ntwo \xff\xff"), Some(bad(0xff, 2, 5, 9)));
        assert_eq!(first_bad_byte(b"a\0\xff"), Some(bad(0, 1, 2, 2)));
        assert_eq!(
            first_bad_byte("а".as_bytes().split_last().unwrap().1),
            Some(bad(0xd0, 1, 1, 1))
        );
        assert_eq!(first_bad_byte("да\n".as_bytes()), None);
    }

    #[test]
    fn the_likely_encoding_of_a_text_is_named() {
        let guess = |bytes: &[u8]| guess_text(bytes, &first_bad_byte(bytes).unwrap());
        let russian = "# Заметки\nСъешь ещё этих мягких французских булок, да выпей чаю.\n";
        for label in ["windows-1251", "IBM866"] {
            assert_eq!(guess(&encoded(label, russian)), by_label(label));
            assert_eq!(guess(&encoded(label, &russian.repeat(2_000))), by_label(label));
        }
        assert_eq!(guess(&encoded("latin1", "Das Café schließt um fünf.\n")), Some(WINDOWS_1252));
        assert_eq!(guess(&encoded("shift_jis", "日本語のテキストです。\n")), by_label("shift_jis"));
        assert_eq!(guess(&utf_16(russian)), Some(UTF_16LE));
        assert_eq!(guess(b"\x7fELF\x01\0\0\xff\xfe\x03\x1a\0\x8b"), None);
        assert_eq!(guess(b"\xff\x01\x02\x90\x83"), None);
    }
}
