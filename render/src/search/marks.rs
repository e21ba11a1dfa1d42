//! Marks a word in the HTML of a text.

use memchr::memchr2;

use super::pattern;

/// Puts `<mark class=hit>` around each place where the word stands in the text content of `html`, the HTML
/// of a listing. The text content stays the same. A place that has tags inside gets several marks.
pub fn mark(html: &str, word: &str) -> String {
    let Some(word) = pattern(word) else { return html.to_owned() };
    let text: String = pieces(html).map(|piece| piece.content).collect();
    let mut places = word.find_iter(&text).map(|place| place.range()).peekable();
    let mut out = String::with_capacity(html.len() + 64);
    // How much of the text content is written.
    let mut at = 0;
    for Piece { html, content } in pieces(html) {
        let (start, end) = (at, at + content.len());
        if content.is_empty() {
            out.push_str(html);
        }
        while at < end {
            while places.next_if(|place| place.end <= at).is_some() {}
            let (is_hit, until) = match places.peek() {
                Some(place) if place.start <= at => (true, place.end.min(end)),
                Some(place) => (false, place.start.min(end)),
                None => (false, end),
            };
            // Only plain text is divided: an escape is one character.
            let shown = html.get(at - start..until - start).filter(|_| html == content);
            push(&mut out, shown.unwrap_or(html), is_hit);
            at = until;
        }
    }
    out
}

fn push(out: &mut String, html: &str, is_hit: bool) {
    if is_hit {
        out.push_str("<mark class=hit>");
    }
    out.push_str(html);
    if is_hit {
        out.push_str("</mark>");
    }
}

/// A tag, an escaped character, or the text up to the next of them.
struct Piece<'a> {
    html: &'a str,
    /// The text content; empty for a tag.
    content: &'a str,
}

fn pieces(html: &str) -> impl Iterator<Item = Piece<'_>> {
    let mut rest = html;
    std::iter::from_fn(move || {
        let end_at = |delimiter| rest.find(delimiter).map_or(rest.len(), |at| at + 1);
        let length = match rest.as_bytes().first()? {
            b'<' => end_at('>'),
            b'&' => end_at(';'),
            _ => memchr2(b'<', b'&', rest.as_bytes()).unwrap_or(rest.len()),
        };
        let (html, after) = rest.split_at(length);
        rest = after;
        Some(Piece { html, content: content(html) })
    })
}

fn content(html: &str) -> &str {
    match html {
        "&lt;" => "<",
        "&gt;" => ">",
        "&amp;" => "&",
        "&#13;" => "\r",
        tag if tag.starts_with('<') => "",
        text => text,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::escape::push_text;
    use crate::read_back::{is_balanced, text_content};

    #[test]
    fn a_word_is_marked_in_any_case_between_and_across_tags() {
        assert_eq!(
            mark("<b>let</b> Letter", "let"),
            "<b><mark class=hit>let</mark></b> <mark class=hit>Let</mark>ter"
        );
        assert_eq!(
            mark("<a id=L1 title=1></a>x<i>y</i>z", "xyz"),
            "<a id=L1 title=1></a><mark class=hit>x</mark><i><mark class=hit>y</mark></i><mark class=hit>z</mark>"
        );
        assert_eq!(
            mark("a&lt;b&gt;c", "<b"),
            "a<mark class=hit>&lt;</mark><mark class=hit>b</mark>&gt;c"
        );
        assert_eq!(mark("aaa", "a").matches("<mark").count(), 3);
    }

    #[test]
    fn names_of_tags_and_escapes_are_no_text() {
        for word in ["amp", "title", "b", ""] {
            assert_eq!(mark("<b title=1>&amp;</b>", word), "<b title=1>&amp;</b>");
        }
    }

    proptest! {
        #[test]
        fn the_text_content_stays_the_same(text in "[a-c<>&\u{202e}я\r\n]{0,40}", word in "[A-C<>&яЯ\n]{1,3}") {
            let mut html = String::from("<i>");
            push_text(&mut html, &text);
            html.push_str("</i>");
            let marked = mark(&html, &word);
            prop_assert_eq!(text_content(&marked), text_content(&html));
            prop_assert!(is_balanced(&marked));
            let places = pattern(&word).unwrap().find_iter(&text_content(&html)).count();
            prop_assert!(marked.matches("<mark").count() >= places);
        }
    }
}
