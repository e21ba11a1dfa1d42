//! The text of a paste as HTML: every line a `<span>`, nothing added to or taken from the text itself.

use maud::PreEscaped;

/// More than this is slow to lay out in any browser; the rest is one click away as raw text.
pub const MAX_LINES: usize = 20_000;
pub const MAX_BYTES: usize = 1 << 20;

pub struct Shown {
    /// The children of `<code>`.
    pub html: PreEscaped<String>,
    pub lines: u64,
    pub bytes: u64,
    /// False when the text goes on after what is shown.
    pub whole: bool,
}

pub fn render(text: &str) -> Shown {
    let beginning = beginning(text);
    let mut html = String::with_capacity(beginning.len() + beginning.len() / 4 + 64);
    let (mut lines, mut bytes) = (0, 0);
    for line in beginning.split_inclusive('\n').take(MAX_LINES) {
        html.push_str("<span>");
        push_line(&mut html, line);
        html.push_str("</span>");
        lines += 1;
        bytes += line.len();
    }
    Shown { html: PreEscaped(html), lines, bytes: bytes as u64, whole: bytes == text.len() }
}

/// The first [`MAX_BYTES`], cut after a line's end if there is one, else between two characters.
fn beginning(text: &str) -> &str {
    if text.len() <= MAX_BYTES {
        return text;
    }
    let mut end = MAX_BYTES;
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let cut = &text[..end];
    cut.rfind('\n').map_or(cut, |newline| &cut[..=newline])
}

fn push_line(html: &mut String, line: &str) {
    let bytes = line.as_bytes();
    let (mut done, mut at) = (0, 0);
    while at < bytes.len() {
        let (length, replacement) = match bytes[at] {
            b'&' => (1, "&amp;"),
            b'<' => (1, "&lt;"),
            b'>' => (1, "&gt;"),
            // a bare carriage return would become a line feed in the HTML parser
            b'\r' => (1, "&#13;"),
            0xd8 | 0xe2 => {
                let Some(control) = bidi_control(&bytes[at..]) else {
                    at += 1;
                    continue;
                };
                control
            }
            _ => {
                at += 1;
                continue;
            }
        };
        html.push_str(&line[done..at]);
        html.push_str(replacement);
        at += length;
        done = at;
    }
    html.push_str(&line[done..]);
}

/// A direction control at the front, as its length and its visible form. The control stays in the
/// text, so that copying gives it back, but cannot reorder anything outside its own element.
fn bidi_control(bytes: &[u8]) -> Option<(usize, &'static str)> {
    macro_rules! visible {
        ($($hex:literal $control:literal,)*) => {
            $(if bytes.starts_with($control.as_bytes()) {
                return Some(($control.len(), concat!(
                    "<bdi class=\"ctl\" data-u=\"U+", $hex, "\">", $control, "</bdi>")));
            })*
        };
    }
    visible! {
        "061C" "\u{61c}",
        "200E" "\u{200e}", "200F" "\u{200f}",
        "202A" "\u{202a}", "202B" "\u{202b}", "202C" "\u{202c}", "202D" "\u{202d}", "202E" "\u{202e}",
        "2066" "\u{2066}", "2067" "\u{2067}", "2068" "\u{2068}", "2069" "\u{2069}",
    }
    None
}

/// One line inside a page's own words, such as a title.
pub fn inline(line: &str) -> PreEscaped<String> {
    let mut html = String::with_capacity(line.len() + 16);
    push_line(&mut html, line);
    PreEscaped(html)
}

/// A title for places where no element can hold its direction: the window's title, an attribute.
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

    fn html(text: &str) -> String {
        render(text).html.0
    }

    /// What a browser's `textContent` would be.
    fn text_content(html: &str) -> String {
        let mut out = String::new();
        let mut rest = html;
        while let Some(tag) = rest.find('<') {
            out.push_str(&rest[..tag]);
            let end = rest[tag..].find('>').map_or(rest.len(), |end| tag + end + 1);
            rest = &rest[end..];
        }
        out.push_str(rest);
        assert!(!out.contains('\r'), "a parser would turn it into a line feed");
        out.replace("&#13;", "\r").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    }

    #[test]
    fn every_line_is_a_span_with_its_end_inside() {
        assert_eq!(html("a\n\nb"), "<span>a\n</span><span>\n</span><span>b</span>");
        assert_eq!(html("a\n"), "<span>a\n</span>");
        assert_eq!(html(""), "");
        assert_eq!(html("a\r\n"), "<span>a&#13;\n</span>");
    }

    #[test]
    fn markup_is_text() {
        assert_eq!(
            html("<script>&amp;</script>"),
            "<span>&lt;script&gt;&amp;amp;&lt;/script&gt;</span>"
        );
    }

    #[test]
    fn direction_controls_are_fenced_in_and_named() {
        assert_eq!(
            html("a\u{202e}b"),
            "<span>a<bdi class=\"ctl\" data-u=\"U+202E\">\u{202e}</bdi>b</span>"
        );
        assert_eq!(html("— ا …"), "<span>— ا …</span>");
    }

    #[test]
    fn a_long_text_is_cut_at_a_line() {
        let many = "x\n".repeat(MAX_LINES + 1);
        let shown = render(&many);
        assert!(!shown.whole);
        assert_eq!(shown.lines, MAX_LINES as u64);
        assert!(render(&"x\n".repeat(MAX_LINES)).whole);

        let lines = "я".repeat(99) + "\n";
        let shown = render(&lines.repeat(6000));
        assert!(!shown.whole);
        assert_eq!(shown.bytes % lines.len() as u64, 0);
    }

    #[test]
    fn a_long_line_is_cut_between_characters() {
        let long = format!("x{}", "я".repeat(MAX_BYTES));
        let shown = render(&long);
        assert_eq!(shown.bytes, MAX_BYTES as u64 - 1);
        assert!(!shown.whole);
    }

    #[test]
    fn a_title_in_an_attribute_cannot_turn_it_around() {
        assert_eq!(without_bidi_controls("a\u{202e}b\u{2069}"), "ab");
    }

    proptest! {
        #[test]
        fn the_text_content_is_the_text(text in "[\\PC\r\n\t<>&;#\u{61c}\u{200e}\u{202a}-\u{202e}\u{2066}-\u{2069}]*") {
            let shown = render(&text);
            prop_assert_eq!(text_content(&shown.html.0), text.as_str());
            prop_assert!(shown.whole);
            prop_assert_eq!(shown.lines, text.split_inclusive('\n').count() as u64);
        }
    }
}
