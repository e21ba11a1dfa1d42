//! Escapes text for HTML. The text content of the HTML is the text itself: nothing is added and
//! nothing is removed.

use std::borrow::Cow;

use maud::PreEscaped;

use crate::hidden::is_hidden;

/// Appends `text` to `html`. The text content of the result is `text`, byte for byte. Characters
/// that control the direction of text are isolated, so they affect nothing around the text; other
/// control characters, and characters without a shape, are made visible.
pub fn push_text(html: &mut String, text: &str) {
    let bytes = text.as_bytes();
    // Everything before `copied` is in `html` already.
    let (mut copied, mut at) = (0, 0);
    while at < bytes.len() {
        let replacement = match bytes[at] {
            b'&' => Some((1, "&amp;".into())),
            b'<' => Some((1, "&lt;".into())),
            b'>' => Some((1, "&gt;".into())),
            // An HTML parser turns a bare carriage return into a line feed.
            b'\r' if bytes.get(at + 1).is_some_and(|next| *next != b'\n') => {
                Some((1, "<span class=\"ctl\" data-u=\"CR\">&#13;</span>".into()))
            }
            b'\r' => Some((1, "&#13;".into())),
            b'\t' | b'\n' => None,
            0..0x20 | 0x7f => other_control(&bytes[at..]),
            0xc2 if bytes.get(at + 1).is_some_and(|second| *second < 0xa0) => {
                other_control(&bytes[at..])
            }
            // The first bytes of all characters that are isolated or named.
            0xc2 | 0xcd | 0xd8 | 0xe1..=0xe3 | 0xef | 0xf0 | 0xf3 => invisible(text, at),
            _ => None,
        };
        let Some((length, replacement)) = replacement else {
            at += 1;
            continue;
        };
        html.push_str(&text[copied..at]);
        html.push_str(&replacement);
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
            return Some(($control.len(), Cow::Borrowed(concat!(
                "<", $element, " class=\"ctl\" data-u=\"", $name, "\">", $control, "</", $element, ">"))));
        })*
        None
    }};
}

/// The visible form of the character at `at`, if it controls the direction of text or has no shape.
/// Inside its own `bdi`, a control cannot reorder anything around it.
fn invisible(text: &str, at: usize) -> Option<(usize, Cow<'static, str>)> {
    let c = text[at..].chars().next()?;
    let element = match c {
        _ if is_direction_control(c) => "bdi",
        _ if is_hidden(text, at, c) => "span",
        _ => return None,
    };
    let code = u32::from(c);
    let html = format!("<{element} class=\"ctl\" data-u=\"U+{code:04X}\">{c}</{element}>");
    Some((c.len_utf8(), html.into()))
}

fn is_direction_control(c: char) -> bool {
    matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

fn other_control(bytes: &[u8]) -> Option<(usize, Cow<'static, str>)> {
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

/// Removes the controls of the text's direction and characters without a shape. For places where no
/// element can isolate or name them: the title of the window and attributes.
pub fn without_invisible(title: &str) -> String {
    let is_visible =
        |(at, c): &(usize, char)| !is_direction_control(*c) && !is_hidden(title, *at, *c);
    title.char_indices().filter(is_visible).map(|(_, c)| c).collect()
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
        assert_eq!(without_invisible("a\u{202e}b\u{2069}"), "ab");
    }

    #[test]
    fn characters_without_a_shape_are_named() {
        let named = "<span class=\"ctl\" data-u=\"U+200B\">\u{200b}</span>";
        assert_eq!(html("pass\u{200b}word"), format!("pass{named}word"));
        assert!(html("a\u{e0041}").contains("data-u=\"U+E0041\""));
        assert_eq!(html("👩🏽\u{200d}💻 می\u{200c}خواهم"), "👩🏽\u{200d}💻 می\u{200c}خواهم");
        assert_eq!(without_invisible("pay\u{200b}pal ❤\u{fe0f}"), "paypal ❤\u{fe0f}");
    }

    proptest! {
        #[test]
        fn the_text_content_is_the_text(text in "[\\PC\u{1}-\u{9f}<>&;#\u{61c}\u{ad}\u{200b}-\u{200e}\u{2060}-\u{2064}\u{fe00}-\u{fe0f}\u{feff}\u{e0000}-\u{e01ef}\u{202a}-\u{202e}\u{2066}-\u{2069}]*") {
            prop_assert_eq!(text_content(&html(&text)), text);
        }
    }
}
