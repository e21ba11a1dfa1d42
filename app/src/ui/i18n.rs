//! The languages of the site. The messages are in `locales/`; their ids are checked at compile time.

use std::sync::LazyLock;

use fluent_static::{MessageBundle as _, message_bundle};

#[message_bundle(
    resources = [("locales/en.ftl", "en"), ("locales/ru.ftl", "ru")],
    default_language = "en"
)]
pub struct Messages;

/// A language of the site.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Lang {
    En,
    Ru,
}

impl Lang {
    /// The ISO 639-1 code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Ru => "ru",
        }
    }

    /// The language with this code, in lower case.
    pub fn from_code(code: &str) -> Option<Self> {
        match code {
            "en" => Some(Self::En),
            "ru" => Some(Self::Ru),
            _ => None,
        }
    }

    /// The language that the button in the header switches to.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::En => Self::Ru,
            Self::Ru => Self::En,
        }
    }

    /// The language with the highest weight in an `Accept-Language` header, the first of several; English
    /// if the header contains neither language.
    pub fn negotiate(accept_language: &str) -> Self {
        let mut best = (Self::En, 0.0);
        for range in accept_language.split(',') {
            let mut parts = range.split(';');
            let tag = parts.next().unwrap_or_default().trim();
            let quality = parts
                .find_map(|part| part.trim().strip_prefix("q=")?.parse::<f32>().ok())
                .unwrap_or(1.0);
            let primary = tag.split('-').next().unwrap_or_default();
            if let Some(lang) = Self::from_code(&primary.to_ascii_lowercase())
                && quality > best.1
            {
                best = (lang, quality);
            }
        }
        best.0
    }

    pub fn messages(self) -> &'static Messages {
        static EN: LazyLock<Messages> = LazyLock::new(|| load(Lang::En));
        static RU: LazyLock<Messages> = LazyLock::new(|| load(Lang::Ru));
        match self {
            Self::En => &EN,
            Self::Ru => &RU,
        }
    }
}

fn load(lang: Lang) -> Messages {
    let mut messages = Messages::get(lang.code()).unwrap_or_default();
    // Isolation marks would end up in attributes and in the window's title. Titles of pastes are
    // isolated by <bdi> instead.
    messages.set_use_isolating(false);
    messages
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_known_language_with_the_highest_weight_wins() {
        for (header, lang) in [
            ("", Lang::En),
            ("de", Lang::En),
            ("ru", Lang::Ru),
            ("ru-RU,ru;q=0.9,en-US;q=0.8,en;q=0.7", Lang::Ru),
            ("en-GB,en;q=0.9,ru;q=0.8", Lang::En),
            ("de, ru;q=0.5, en;q=0.4", Lang::Ru),
            ("fr;q=1, en;q=0.3, RU-ru;q=0.4", Lang::Ru),
            ("ru;q=0, de", Lang::En),
            (";;;,q=,ru;q=x;", Lang::Ru),
        ] {
            assert_eq!(Lang::negotiate(header), lang, "{header}");
        }
    }

    #[test]
    fn russian_has_three_plural_forms() {
        let messages = Lang::Ru.messages();
        for (count, text) in [
            (0, "0 дней"),
            (1, "1 день"),
            (2, "2 дня"),
            (5, "5 дней"),
            (11, "11 дней"),
            (21, "21 день"),
            (22, "22 дня"),
            (111, "111 дней"),
        ] {
            assert_eq!(messages.span_days(count, count.to_string()), text);
        }
    }

    #[test]
    fn english_has_two_plural_forms() {
        let messages = Lang::En.messages();
        assert_eq!(messages.span_days(1, "1"), "1 day");
        assert_eq!(messages.span_days(0, "0"), "0 days");
        assert_eq!(messages.span_days(21, "21"), "21 days");
    }

    #[test]
    fn a_rendered_message_is_escaped_and_has_no_isolation_marks() {
        let title = Lang::En.messages().delete_done("<b>&\"");
        assert_eq!(&*title, "Deleted: <b>&\"");
        let html = maud::html! { p title=(title) { (title) } }.into_string();
        assert_eq!(
            html,
            "<p title=\"Deleted: &lt;b&gt;&amp;&quot;\">Deleted: &lt;b&gt;&amp;&quot;</p>"
        );
    }
}
