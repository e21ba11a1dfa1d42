//! Programs that are no browsers: curl, robots that preview links, and the clients of other sites.

pub mod hastebin;
pub mod usage;

use axum::http::{HeaderMap, HeaderValue, header};

use crate::Visit;
use crate::visit::Wants;

/// What decides between a page and the bare text.
pub const VARY: HeaderValue = HeaderValue::from_static("Accept, Cookie, HX-Request, User-Agent");

/// Parts of the names that robots give themselves which read a page for its title, its Open Graph
/// tags or its place in an index, and yet do not ask for HTML. In lower case.
const READ_PAGES: &[&str] = &[
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

/// Whether the text itself is wanted at the address of its page. Browsers and htmx ask for HTML;
/// curl, wget and whatever else takes anything (`*/*`, or no word on it) gets the text, except
/// the robots above, which say no more in their Accept than curl does.
pub fn wants_bare_text(visit: &Visit, headers: &HeaderMap) -> bool {
    visit.wants == Wants::Line && !reads_pages(headers)
}

fn reads_pages(headers: &HeaderMap) -> bool {
    let agent = headers.get(header::USER_AGENT).and_then(|agent| agent.to_str().ok());
    let agent = agent.unwrap_or_default().to_ascii_lowercase();
    READ_PAGES.iter().any(|robot| agent.contains(robot))
}
