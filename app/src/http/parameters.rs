//! The parameters of a header, such as the name and file name in `Content-Disposition`, in the
//! spellings that clients use: RFC 8187 (`filename*=UTF-8''…`), RFC 2231 (`filename*0=…`), RFC 2047
//! (`=?utf-8?B?…?=`), percent-encoding, and bytes in any charset.
//!
//! This is our own code: the crates that parse this header follow one of these standards and refuse the
//! rest, and multer, the parser behind axum's multipart, knows only `filename="…"` in lower case.

use encoding_rs::Encoding;
use percent_encoding::percent_decode;

use crate::http::{charset, encoded_words};

/// The most that is read of a header, in bytes. The headers of a part of a form have no other limit.
const HEADER_MAX: usize = 16 * 1024;

/// The parameters, with names in lower case and values without quotes.
#[derive(Debug, Default)]
pub struct Parameters(Vec<(String, Vec<u8>)>);

/// How the sender writes characters that a quoted string cannot have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Escaping {
    /// As browsers: `%22`, `%0D` and `%0A` stand for a quote and a line break, and any other `%` for
    /// itself.
    Form,
    /// As above; a value that consists only of what percent-encoding leaves is decoded completely, as
    /// aiohttp writes it.
    Percent,
}

impl Parameters {
    pub fn parse(header: &[u8]) -> Self {
        let mut parameters = Vec::new();
        let mut rest = &header[..header.len().min(HEADER_MAX)];
        loop {
            let start = rest.iter().position(|byte| *byte != b';' && !byte.is_ascii_whitespace());
            let Some(start) = start else { return Self(parameters) };
            rest = &rest[start..];
            let end = memchr::memchr2(b'=', b';', rest).unwrap_or(rest.len());
            // The value of the header itself has no `=`.
            if rest.get(end) != Some(&b'=') {
                rest = &rest[end..];
                continue;
            }
            let name = String::from_utf8_lossy(rest[..end].trim_ascii()).to_ascii_lowercase();
            let (value, after) = value(rest[end + 1..].trim_ascii_start());
            parameters.push((name, value));
            rest = after;
        }
    }

    /// The value of a parameter as it is.
    pub fn raw(&self, name: &str) -> Option<&[u8]> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_slice())
    }

    /// The value of a parameter as text. `declared` is the charset of the request. An empty string if
    /// the value cannot be read; `None` if there is no such parameter.
    pub fn text(
        &self,
        name: &str,
        escaping: Escaping,
        declared: Option<&'static Encoding>,
    ) -> Option<String> {
        let extended =
            self.raw(&format!("{name}*")).map(<[u8]>::to_vec).or_else(|| self.joined(name));
        let plain = self.raw(name);
        if extended.is_none() && plain.is_none() {
            return None;
        }
        let text = extended
            .as_deref()
            .and_then(extended_text)
            .or_else(|| plain.and_then(|value| plain_text(value, escaping, declared)))
            .or_else(|| {
                let data = percent_decoded(extended_data(extended.as_deref()?));
                charset::decode_word(&data, None)
            });
        Some(text.unwrap_or_default())
    }

    /// The pieces `name*0`, `name*1*`, … as one extended value (RFC 2231).
    fn joined(&self, name: &str) -> Option<Vec<u8>> {
        let piece = |number: usize| {
            let encoded = self.raw(&format!("{name}*{number}*")).map(<[u8]>::to_vec);
            // A `%` in a piece that is not encoded stands for itself.
            let plain = || {
                let value = self.raw(&format!("{name}*{number}"))?;
                Some(String::from_utf8_lossy(value).replace('%', "%25").into_bytes())
            };
            encoded.or_else(plain)
        };
        let mut value = piece(0)?;
        if self.raw(&format!("{name}*0*")).is_none() {
            value.splice(..0, *b"''");
        }
        (1..).map_while(piece).for_each(|piece| value.extend(piece));
        Some(value)
    }
}

/// The value at the start of `rest`, and what follows it.
fn value(rest: &[u8]) -> (Vec<u8>, &[u8]) {
    let quoted = match rest.first() {
        Some(b'"') if is_windows_path(&rest[1..]) => quoted(&rest[1..], false),
        Some(b'"') => quoted(&rest[1..], true).or_else(|| quoted(&rest[1..], false)),
        Some(b'\'') => single_quoted(&rest[1..]),
        _ => None,
    };
    quoted.unwrap_or_else(|| {
        let end = memchr::memchr(b';', rest).unwrap_or(rest.len());
        (rest[..end].trim_ascii().to_vec(), &rest[end..])
    })
}

/// Whether a quoted string begins with the path of a file of Windows, whose backslashes the sender has
/// not escaped.
fn is_windows_path(rest: &[u8]) -> bool {
    matches!(rest, [drive, b':', b'\\', next, ..] if drive.is_ascii_alphabetic() && *next != b'\\')
}

/// A quoted string up to the quote that ends the parameter; `None` if there is none. Only a quote and a
/// backslash are escaped by a backslash: any other is part of a Windows path.
fn quoted(rest: &[u8], escapes: bool) -> Option<(Vec<u8>, &[u8])> {
    let mut value = Vec::new();
    let mut at = 0;
    while at < rest.len() {
        match (rest[at], rest.get(at + 1)) {
            (b'\\', Some(next @ (b'"' | b'\\'))) if escapes => {
                value.push(*next);
                at += 1;
            }
            (b'"', _) if ends_parameter(&rest[at + 1..]) => return Some((value, &rest[at + 1..])),
            (byte, _) => value.push(byte),
        }
        at += 1;
    }
    None
}

fn single_quoted(rest: &[u8]) -> Option<(Vec<u8>, &[u8])> {
    let mut quotes = memchr::memchr_iter(b'\'', rest);
    let end = quotes.find(|at| ends_parameter(&rest[at + 1..]))?;
    Some((rest[..end].to_vec(), &rest[end + 1..]))
}

fn ends_parameter(rest: &[u8]) -> bool {
    matches!(rest.trim_ascii_start().first(), None | Some(b';'))
}

/// `UTF-8'ru'%D0%9E` in the charset that it names; `None` if it names none, or does not fit it.
fn extended_text(value: &[u8]) -> Option<String> {
    let label = value.split(|byte| *byte == b'\'').next()?;
    let data = percent_decoded(extended_data(value));
    match str::from_utf8(label).ok()? {
        "" => String::from_utf8(data).ok(),
        label => charset::decode(charset::by_label(label)?, &data),
    }
}

/// What follows charset and language, or all of a value that has neither.
fn extended_data(value: &[u8]) -> &[u8] {
    value.splitn(3, |byte| *byte == b'\'').nth(2).unwrap_or(value)
}

fn percent_decoded(value: &[u8]) -> Vec<u8> {
    percent_decode(value).collect()
}

fn plain_text(
    value: &[u8],
    escaping: Escaping,
    declared: Option<&'static Encoding>,
) -> Option<String> {
    if let Some(text) = encoded_words::decode(value) {
        return Some(text);
    }
    let bytes = if escaping == Escaping::Percent && is_percent_encoded(value) {
        percent_decoded(value)
    } else {
        form_unescaped(value)
    };
    charset::decode_word(&bytes, declared)
}

/// Whether the value has only unreserved characters (RFC 3986) and `%` with two hex digits.
fn is_percent_encoded(value: &[u8]) -> bool {
    let mut parts = value.split(|byte| *byte == b'%');
    let is_unreserved =
        |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~');
    parts.next().is_some_and(|part| part.iter().all(is_unreserved))
        && parts.all(|part| {
            part.len() >= 2
                && part[..2].iter().all(u8::is_ascii_hexdigit)
                && part.iter().all(is_unreserved)
        })
}

/// Decodes the three characters that the HTML standard escapes in names.
fn form_unescaped(value: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(value.len());
    let mut rest = value;
    while let Some((byte, after)) = rest.split_first() {
        let escaped = match rest.get(1..3).filter(|_| *byte == b'%') {
            Some(b"22") => Some(b'"'),
            Some(b"0D" | b"0d") => Some(b'\r'),
            Some(b"0A" | b"0a") => Some(b'\n'),
            _ => None,
        };
        bytes.push(escaped.unwrap_or(*byte));
        rest = if escaped.is_some() { &rest[3..] } else { after };
    }
    bytes
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn file_name(header: &[u8]) -> Option<String> {
        Parameters::parse(header).text("filename", Escaping::Percent, None)
    }

    #[test]
    fn a_file_name_is_read_in_every_spelling() {
        for (parameters, name) in [
            (r#"filename="a.txt""#, "a.txt"),
            (r#"FileName = "a.txt" "#, "a.txt"),
            ("filename=a.txt", "a.txt"),
            ("filename=my report.txt; size=3", "my report.txt"),
            ("filename='a b.txt'", "a b.txt"),
            (r#"filename="it's.txt""#, "it's.txt"),
            (r#"filename="say \"hi\".txt""#, r#"say "hi".txt"#),
            (r#"filename="say %22hi%22.txt""#, r#"say "hi".txt"#),
            (r#"filename="a"b.txt""#, r#"a"b.txt"#),
            (r#"filename="a\\b.txt""#, r"a\b.txt"),
            (r#"filename="C:\Users\new\report.txt""#, r"C:\Users\new\report.txt"),
            (r#"filename="C:\dir\""#, r"C:\dir\"),
            (r#"filename="a;b=c.txt""#, "a;b=c.txt"),
            (r#"filename="100% sure.txt""#, "100% sure.txt"),
            (r#"filename="100%25 sure.txt""#, "100%25 sure.txt"),
            (r#"filename="100%zz.txt""#, "100%zz.txt"),
            (r#"filename="%D0%9E%D1%82.txt""#, "От.txt"),
            (r#"filename="my%20file.txt""#, "my file.txt"),
            ("filename=\"От.txt\"", "От.txt"),
            ("filename*=UTF-8''%D0%9E%D1%82.txt", "От.txt"),
            ("FILENAME*=utf-8'ru'%d0%9e%d1%82.txt", "От.txt"),
            ("filename*=Windows-1251''%CE%F2.txt", "От.txt"),
            ("filename*=\"UTF-8''%D0%9E%D1%82.txt\"", "От.txt"),
            ("filename*=%D0%9E%D1%82.txt", "От.txt"),
            ("filename*=UTF-8''it's.txt", "it's.txt"),
            ("filename=\"Ot.txt\"; filename*=UTF-8''%D0%9E%D1%82.txt", "От.txt"),
            ("filename*=UTF-8''%D0%9E%D1%82.txt; filename=\"Ot.txt\"", "От.txt"),
            ("filename=\"a.txt\"; filename*=UTF-8''%FF", "a.txt"),
            ("filename=\"a.txt\"; filename*=klingon''%41", "a.txt"),
            ("filename*=klingon''%41.txt", "A.txt"),
            ("filename*=UTF-8''100%.txt", "100%.txt"),
            ("filename*0*=UTF-8''%D0%9E; filename*1*=%D1%82; filename*2=\" 1%.txt\"", "От 1%.txt"),
            ("filename*0=\"long \"; filename*1=\"name.txt\"", "long name.txt"),
            (r#"filename="=?UTF-8?B?0J7Rgi50eHQ=?=""#, "От.txt"),
            ("filename==?utf-8?Q?=D0=9E=D1=82.txt?=", "От.txt"),
        ] {
            let header = format!("form-data; name=\"file\"; {parameters}");
            assert_eq!(file_name(header.as_bytes()).as_deref(), Some(name), "{parameters}");
            let first = format!("{parameters}; name=\"file\"");
            let first = Parameters::parse(first.as_bytes());
            assert_eq!(
                first.text("name", Escaping::Form, None).as_deref(),
                Some("file"),
                "{parameters}"
            );
        }
    }

    #[test]
    fn bytes_in_another_charset_are_decoded_or_left_out() {
        let name =
            |bytes: &[u8]| file_name(&[b"form-data; filename=\"", bytes, b".txt\""].concat());
        assert_eq!(name(b"\xce\xf2\xf7\xb8\xf2").as_deref(), Some("Отчёт.txt"));
        assert_eq!(name(b"\xff\xfe").as_deref(), Some(""));
        assert_eq!(file_name(b"form-data; name=x"), None);
        assert_eq!(file_name(b"form-data; filename"), None);
    }

    #[test]
    fn a_name_of_a_browser_keeps_its_percent_signs() {
        let header = b"form-data; name=\"%D0%9E\"; filename=\"my%20%22file%22.txt\"";
        let text = |name| Parameters::parse(header).text(name, Escaping::Form, None);
        assert_eq!(text("filename").as_deref(), Some(r#"my%20"file".txt"#));
        assert_eq!(text("name").as_deref(), Some("%D0%9E"));
    }

    proptest! {
        #[test]
        fn any_header_is_parsed_without_a_panic(header in prop::collection::vec(any::<u8>(), 0..80)) {
            let _ = file_name(&header);
            let _ = file_name(&[b"x; filename*0=a; filename*=", &header[..]].concat());
        }

        #[test]
        fn a_quoted_name_is_read_back(name in "[a-zа-я \"\\\\;='.]{0,20}") {
            let escaped = name.replace('\\', "\\\\").replace('"', "\\\"");
            let header = format!("form-data; filename=\"{escaped}\"; name=x");
            prop_assert_eq!(file_name(header.as_bytes()), Some(name));
        }
    }
}
