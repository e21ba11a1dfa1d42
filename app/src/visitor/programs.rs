//! Clients that are not browsers: programs that want the bare text, and robots that preview links.

use axum::http::{HeaderMap, HeaderValue, header};

use crate::visitor::Visitor;
use crate::visitor::format::ResponseFormat;

/// The request headers that decide between a page and the bare text.
pub const VARY: HeaderValue = HeaderValue::from_static("Accept, Cookie, HX-Request, User-Agent");

/// Parts of the `User-Agent` of robots, in lower case. Robots give an address to write to or to read
/// about them, and most call themselves one. The others read a page for its title and say only their
/// name, or borrow that of a browser.
const ROBOTS: &[&str] = &[
    "+http",
    "+mailto",
    "http://",
    "https://",
    "bot",
    "crawl",
    "spider",
    "preview",
    "embed",
    "unfurl",
    "onebox",
    "facebookexternalhit",
    "steam http client",
    "telegram",
    "tumblr",
    "viber",
    "vkshare",
    "whatsapp",
];

/// Addresses that libraries, which are not robots, put into their `User-Agent`.
const LIBRARIES: &[&str] =
    &["https://github.com/bitinn/node-fetch", "https://github.com/sindresorhus/got"];

/// Parts of the `User-Agent` of browsers. Those with an engine of another name ask for HTML.
const BROWSERS: &[&str] = &["mozilla/", "opera/"];

/// Programs whose `User-Agent` begins like a browser's.
const DISGUISED_PROGRAMS: &[&str] = &["powershell", "emacs"];

/// Whether the text itself is the answer at the address of its page. What the client accepts decides
/// first: browsers and htmx ask for HTML and get the page, and who asks for plain text gets the text.
/// Clients that accept anything are told apart by their names.
pub fn wants_bare_text(visitor: &Visitor, headers: &HeaderMap) -> bool {
    visitor.format == ResponseFormat::PlainText && (accepts_text(headers) || is_program(headers))
}

/// Whether the client names `text/plain` among what it accepts.
fn accepts_text(headers: &HeaderMap) -> bool {
    let accepted = headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok());
    let mut ranges = accepted.flat_map(|value| value.split(','));
    ranges.any(|range| {
        let essence = range.split(';').next().unwrap_or_default();
        essence.trim().eq_ignore_ascii_case("text/plain")
    })
}

/// Whether the client is neither a browser nor a robot: curl, wget, the HTTP libraries, scripts, and
/// clients without a name.
fn is_program(headers: &HeaderMap) -> bool {
    let agent = headers.get(header::USER_AGENT).map(HeaderValue::as_bytes).unwrap_or_default();
    let agent = String::from_utf8_lossy(agent).to_ascii_lowercase();
    let agent = LIBRARIES.iter().fold(agent, |agent, library| agent.replace(library, ""));
    let contains = |names: &[&str]| names.iter().any(|name| agent.contains(name));
    !contains(ROBOTS) && (!contains(BROWSERS) || contains(DISGUISED_PROGRAMS))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wants_page(agent: &str) -> bool {
        let mut headers = HeaderMap::new();
        headers.insert(header::USER_AGENT, agent.parse().unwrap());
        !is_program(&headers)
    }

    /// As these clients send it.
    const PAGE_AGENTS: &[&str] = &[
        "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_11_1) AppleWebKit/601.2.4 (KHTML, like Gecko) Version/9.0.1 Safari/601.2.4 facebookexternalhit/1.1 Facebot Twitterbot/1.0",
        "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
        "Slackbot 1.0 (+https://api.slack.com/robots)",
        "Mozilla/5.0 (compatible; Discordbot/2.0; +https://discordapp.com)",
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 11.6; rv:92.0) Gecko/20100101 Firefox/92.0",
        "Twitterbot/1.0",
        "TelegramBot (like TwitterBot)",
        "WhatsApp/2.23.20.0",
        "WhatsApp/2",
        "Viber/13.3.0.30 CFNetwork/1220.1 Darwin/20.3.0",
        "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
        "facebookexternalhit/1.1;line-poker/1.0",
        "facebookexternalhit/1.1; kakaotalk-scrap/1.0; +https://devtalk.kakao.com/t/scrap/33984",
        "meta-externalagent/1.1 (+https://developers.facebook.com/docs/sharing/webmasters/crawler)",
        "LinkedInBot/1.0 (compatible; Mozilla/5.0; Apache-HttpClient +http://www.linkedin.com)",
        "Mozilla/5.0 (compatible; redditbot/1.0; +http://www.reddit.com/feedback)",
        "Mozilla/5.0 (Windows NT 6.1; WOW64) SkypeUriPreview Preview/0.5 skype-url-preview@microsoft.com",
        "Mozilla/5.0 (compatible; vkShare; +http://vk.com/dev/Share)",
        "Mozilla/5.0 (compatible; OdklBot/1.0 like Linux; klass@odnoklassniki.ru)",
        "Mozilla/5.0 (compatible; Bluesky Cardyb/1.1; +mailto:support@bsky.app)",
        "Mastodon/4.3.0 (http.rb/5.2.0; +https://mastodon.social/)",
        "http.rb/5.1.1 (Mastodon/4.2.1; +https://mastodon.social/) Bot",
        "Pleroma 2.6.0; https://example.org <admin@example.org>",
        "Misskey/2024.5.0 (https://misskey.io)",
        "Lemmy/0.19.3; +https://lemmy.ml",
        "Synapse (bot; +https://github.com/matrix-org/synapse)",
        "Mozilla/5.0 (compatible; ZulipURLPreview/8.0; +https://zulip.com)",
        "Mattermost-Bot/1.1",
        "Iframely/1.3.1 (+https://iframely.com/docs/about)",
        "Mozilla/5.0 (compatible; Embedly/0.2; +http://support.embed.ly/)",
        "Embedly/0.2; snap",
        "WordPress/6.4.3; https://blog.example.org",
        "Discourse Forum Onebox v3.2.0",
        "Ghost(https://github.com/TryGhost/Ghost)",
        "Pinterest/0.2 (+https://www.pinterest.com/bot.html)",
        "Tumblr/14.0.835.186",
        "Snap URL Preview Service; bot; snapchat; https://developers.snap.com/robots",
        "Valve/Steam HTTP Client 1.0 (570)",
        "Mozilla/5.0 (compatible; NotionEmbedder)",
        "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
        "Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)",
        "Mozilla/5.0 (compatible; YandexBot/3.0; +http://yandex.com/bots)",
        "DuckDuckBot/1.1; (+http://duckduckgo.com/duckduckbot.html)",
        "Mozilla/5.0 (compatible; Baiduspider/2.0; +http://www.baidu.com/search/spider.html)",
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_5) AppleWebKit/605.1.15 (Applebot/0.1; +http://www.apple.com/go/applebot)",
        "Nextcloud Server Crawler",
    ];

    const TEXT_AGENTS: &[&str] = &[
        "curl/8.5.0",
        "curl/7.88.1 (x86_64-pc-linux-gnu) libcurl/7.88.1 OpenSSL/3.0.9",
        "libcurl/7.88.1",
        "Wget/1.21.3",
        "Wget/1.21.4 (linux-gnu)",
        "Wget2/2.1.0",
        "Wget",
        "HTTPie/3.2.2",
        "xh/0.22.0",
        "Mozilla/5.0 (Windows NT; Windows NT 10.0; ru-RU) WindowsPowerShell/5.1.19041.3803",
        "Mozilla/5.0 (Windows NT 10.0; Microsoft Windows 10.0.22631; en-US) PowerShell/7.4.1",
        "python-requests/2.31.0",
        "python-httpx/0.27.0",
        "Python-urllib/3.11",
        "python-urllib3/2.2.1",
        "Python/3.11 aiohttp/3.9.1",
        "Go-http-client/1.1",
        "okhttp/4.12.0",
        "aria2/1.37.0",
        "axios/1.6.7",
        "node",
        "node-fetch/1.0 (+https://github.com/bitinn/node-fetch)",
        "node-fetch",
        "got (https://github.com/sindresorhus/got)",
        "node-superagent/8.1.2",
        "undici",
        "Deno/1.40.2",
        "Bun/1.0.25",
        "Java/17.0.9",
        "Java-http-client/21.0.1",
        "Apache-HttpClient/4.5.14 (Java/17.0.9)",
        "GuzzleHttp/7",
        "Ruby",
        "Faraday v2.9.0",
        "libwww-perl/6.72",
        "lwp-request/6.72 libwww-perl/6.72",
        "HTTP-Tiny/0.088",
        "Dart/3.3 (dart:io)",
        "reqwest/0.12.4",
        "fetch libfetch/2.0",
        "PostmanRuntime/7.36.3",
        "insomnia/8.6.1",
        "URL/Emacs Emacs/29.1 (X11; x86_64-pc-linux-gnu)",
        "pb/0.1.0",
        "pastebinit/1.6.2",
        "my-own-script",
        "",
    ];

    #[test]
    fn robots_and_browsers_get_the_page_and_programs_the_text() {
        for agent in PAGE_AGENTS {
            assert!(wants_page(agent), "{agent}");
        }
        for agent in TEXT_AGENTS {
            assert!(!wants_page(agent), "{agent}");
        }
        assert!(is_program(&HeaderMap::new()));
    }
}
