//! Clients that are not browsers: curl, and robots that preview links.

use axum::http::{HeaderMap, HeaderValue, header};

use crate::visitor::Visitor;
use crate::visitor::format::ResponseFormat;

/// The request headers that decide between a page and the bare text.
pub const VARY: HeaderValue = HeaderValue::from_static("Accept, Cookie, HX-Request, User-Agent");

/// Parts of the names of robots that read a page for its title, its Open Graph tags or a search
/// index, and yet do not ask for HTML. In lower case.
const PAGE_ROBOTS: &[&str] = &[
    "bingbot",
    "bluesky",
    "discordbot",
    "duckduckbot",
    "embedly",
    "facebookexternalhit",
    "googlebot",
    "iframely",
    "linkedinbot",
    "mastodon",
    "mattermost",
    "pinterest",
    "redditbot",
    "skypeuripreview",
    "slackbot",
    "synapse",
    "telegrambot",
    "twitterbot",
    "viber",
    "vkshare",
    "whatsapp",
    "wordpress",
    "yandexbot",
    "zulip",
];

/// Whether the text itself is the answer at the address of its page. Browsers and htmx ask for HTML.
/// Clients that accept anything, such as curl and wget, get the text. The robots above get the page,
/// although they accept what curl accepts.
pub fn wants_bare_text(visitor: &Visitor, headers: &HeaderMap) -> bool {
    visitor.format == ResponseFormat::PlainText && !is_page_robot(headers)
}

fn is_page_robot(headers: &HeaderMap) -> bool {
    let agent = headers.get(header::USER_AGENT).and_then(|agent| agent.to_str().ok());
    let agent = agent.unwrap_or_default().to_ascii_lowercase();
    PAGE_ROBOTS.iter().any(|robot| agent.contains(robot))
}
