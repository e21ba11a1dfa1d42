//! Escapes text for HTML. The text content of the HTML is the text itself: nothing is added and
//! nothing is removed.

use maud::PreEscaped;

/// Appends `text` to `html`. The text content of the result is `text`, byte for byte. Characters
/// that control the direction of text are isolated, so they affect nothing around the text; other
/// control characters are made visible.
pub fn push_text(html: &mut String, text: &str) {
    let bytes = text.as_bytes();
    // Everything before `copied` is in `html` already.
    let (mut copied, mut at) = (0, 0);
    while at < bytes.len() {
        let replacement = match bytes[at] {
            b'&' => Some((1, "&amp;")),
            b'<' => Some((1, "&lt;")),
            b'>' => Some((1, "&gt;")),
            // An HTML parser turns a bare carriage return into a line feed.
            b'\r' if bytes.get(at + 1).is_some_and(|next| *next != b'\n') => {
                Some((1, "<span class=\"ctl\" data-u=\"CR\">&#13;</span>"))
            }
            b'\r' => Some((1, "&#13;")),
            b'\t' | b'\n' => None,
            0xd8 | 0xe2 => direction_control(&bytes[at..]),
            0..0x20 | 0x7f => other_control(&bytes[at..]),
            0xc2 if bytes.get(at + 1).is_some_and(|second| *second < 0xa0) => {
                other_control(&bytes[at..])
            }
            _ => None,
        };
        let Some((length, replacement)) = replacement else {
            at += 1;
            continue;
        };
        html.push_str(&text[copied..at]);
        html.push_str(replacement);
        at += length;
        copied = at;
    }
    html.push_str(&text[copied..]);
}

/// The control character that `$bytes` begins with, as its length in bytes and its visible form.
/// The visible form contains the character, so that it is copied with the text.
macro_rules! visible_form {
    ($bytes:ident in $element:literal: $($name:literal $control:literal,)*) => {{
        $(if $bytes.starts_with($control.as_bytes()) {
            return Some(($control.len(), concat!(
                "<", $element, " class=\"ctl\" data-u=\"", $name, "\">", $control, "</", $element, ">")));
        })*
        None
    }};
}

/// Controls of the text's direction. Inside its own `bdi`, one cannot reorder anything around it.
fn direction_control(bytes: &[u8]) -> Option<(usize, &'static str)> {
    visible_form! { bytes in "bdi":
        "U+061C" "\u{61c}", "U+200E" "\u{200e}", "U+200F" "\u{200f}",
        "U+202A" "\u{202a}", "U+202B" "\u{202b}", "U+202C" "\u{202c}", "U+202D" "\u{202d}", "U+202E" "\u{202e}",
        "U+2066" "\u{2066}", "U+2067" "\u{2067}", "U+2068" "\u{2068}", "U+2069" "\u{2069}",
    }
}

fn other_control(bytes: &[u8]) -> Option<(usize, &'static str)> {
    visible_form! { bytes in "span":
        "ESC" "\u{1b}", "BS" "\u{8}", "BEL" "\u{7}", "FF" "\u{c}", "DEL" "\u{7f}",
        "SOH" "\u{1}", "STX" "\u{2}", "ETX" "\u{3}", "EOT" "\u{4}", "ENQ" "\u{5}", "ACK" "\u{6}", "VT" "\u{b}",
        "SO" "\u{e}", "SI" "\u{f}", "DLE" "\u{10}", "DC1" "\u{11}", "DC2" "\u{12}", "DC3" "\u{13}",
        "DC4" "\u{14}", "NAK" "\u{15}", "SYN" "\u{16}", "ETB" "\u{17}", "CAN" "\u{18}", "EM" "\u{19}",
        "SUB" "\u{1a}", "FS" "\u{1c}", "GS" "\u{1d}", "RS" "\u{1e}", "US" "\u{1f}",
        "U+0080" "\u{80}", "U+0081" "\u{81}", "U+0082" "\u{82}", "U+0083" "\u{83}", "U+0084" "\u{84}",
        "NEL" "\u{85}", "U+0086" "\u{86}", "U+0087" "\u{87}", "U+0088" "\u{88}", "U+0089" "\u{89}",
        "U+008A" "\u{8a}", "U+008B" "\u{8b}", "U+008C" "\u{8c}", "U+008D" "\u{8d}", "U+008E" "\u{8e}",
        "U+008F" "\u{8f}", "DCS" "\u{90}", "U+0091" "\u{91}", "U+0092" "\u{92}", "U+0093" "\u{93}",
        "U+0094" "\u{94}", "U+0095" "\u{95}", "U+0096" "\u{96}", "U+0097" "\u{97}", "U+0098" "\u{98}",
        "U+0099" "\u{99}", "U+009A" "\u{9a}", "CSI" "\u{9b}", "ST" "\u{9c}", "OSC" "\u{9d}", "U+009E" "\u{9e}",
        "U+009F" "\u{9f}",
    }
}

/// [`push_text`] for use in a template, such as for a title.
pub fn inline(text: &str) -> PreEscaped<String> {
    let mut html = String::with_capacity(text.len() + 16);
    push_text(&mut html, text);
    PreEscaped(html)
}

/// Removes the controls of the text's direction. For places where no element can isolate them: the
/// title of the window and attributes.
pub fn without_bidi_controls(title: &str) -> String {
    title
        .chars()
        .filter(|c| {
            !matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::read_back::text_content;

    fn html(text: &str) -> String {
        inline(text).0
    }

    #[test]
    fn markup_is_text() {
        assert_eq!(
            html("<script>&amp;</script>\r\n"),
            "&lt;script&gt;&amp;amp;&lt;/script&gt;&#13;\n"
        );
    }

    #[test]
    fn direction_controls_are_isolated_and_named() {
        assert_eq!(html("a\u{202e}b"), "a<bdi class=\"ctl\" data-u=\"U+202E\">\u{202e}</bdi>b");
        assert_eq!(html("— ا … é"), "— ا … é");
    }

    #[test]
    fn other_control_characters_are_named() {
        assert_eq!(html("\u{1b}[0m"), "<span class=\"ctl\" data-u=\"ESC\">\u{1b}</span>[0m");
        for control in (1..0x20).chain(0x7f..0xa0).filter_map(char::from_u32) {
            let named = html(&control.to_string()).contains("data-u");
            assert_eq!(named, !"\t\n\r".contains(control), "{control:?}");
        }
    }

    #[test]
    fn a_title_in_an_attribute_cannot_change_its_direction() {
        assert_eq!(without_bidi_controls("a\u{202e}b\u{2069}"), "ab");
    }

    proptest! {
        #[test]
        fn the_text_content_is_the_text(text in "[\\PC\u{1}-\u{9f}<>&;#\u{61c}\u{200e}\u{202a}-\u{202e}\u{2066}-\u{2069}]*") {
            prop_assert_eq!(text_content(&html(&text)), text);
        }
    }
}
