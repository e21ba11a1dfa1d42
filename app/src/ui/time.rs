//! Points in time on a page. The HTML has them in UTC; the script shows them in the reader's zone.

use maud::{Markup, html};
use store::Timestamp;

use crate::ui::format;
use crate::ui::page::PageContext;

/// The day, such as `22 November 2026 UTC`, with the time as a title.
pub fn date(cx: &PageContext, at: Timestamp) -> Markup {
    html! {
        time datetime=(at.rfc3339()) title=(format::date_time(cx.lang, at)) data-shown="date" {
            (format::date(cx.lang, at))
        }
    }
}

/// A sentence with the day and the time in it. `sentence` gets them as text.
pub fn in_sentence(
    cx: &PageContext,
    at: Timestamp,
    sentence: impl FnOnce(&str) -> String,
) -> Markup {
    let shown = format::date_time(cx.lang, at);
    let sentence = sentence(&shown);
    let (before, after) = sentence.split_once(&shown).unwrap_or((&sentence, ""));
    html! {
        (before)
        time datetime=(at.rfc3339()) title=(shown) data-shown="date-time" { (shown) }
        (after)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::i18n::Lang;
    use crate::ui::page::Theme;

    #[test]
    fn a_sentence_keeps_its_words_around_the_time() {
        let cx = PageContext {
            lang: Lang::En,
            theme: Theme::System,
            user: None,
            path: "/",
            public_url: "",
            flash: None,
            wrap: None,
        };
        let html = in_sentence(&cx, Timestamp(0), |time| format!("gone on {time}, for good"));
        assert_eq!(
            html.into_string(),
            "gone on <time datetime=\"1970-01-01T00:00:00Z\" title=\"1 January 1970, 00:00 UTC\" \
             data-shown=\"date-time\">1 January 1970, 00:00 UTC</time>, for good"
        );
    }
}
